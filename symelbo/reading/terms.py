"""Meaning of expressions: syntax trees become terms of the language, by one rule for each kind of node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Function,
    Integer,
    Mul,
    Pow,
    Rational,
    Symbol,
    binomial,
    digamma,
    exp,
    factorial,
    gamma,
    log,
    oo,
    sqrt,
)

from symelbo.errors import IllFormed, ReadingError
from symelbo.language import (
    KL,
    At,
    Block,
    Claim,
    CrossEntropy,
    Density,
    Entropy,
    Entry,
    Expectation,
    Family,
    IndexProduct,
    IndexSum,
    Integral,
    MutualInformation,
    Relation,
    Variable,
    is_variable,
    slot_of,
    value_of,
)
from symelbo.language.distributions import Components, Indicator, Known, dummy_for
from symelbo.language.functionals import Extremum, Gradient, Named
from symelbo.language.linear import Det, Identity, Inverted, Ordered, Trace, Transposed, norm_squared
from symelbo.reading import syntax as sx
from symelbo.reading.vocabulary import (
    Vocabulary,
    base_text,
    family_key,
    functional_key,
    is_label,
    is_parameter,
    name_key,
    plain_key,
    quantity_scripts,
    split_scripts,
    stripped,
)

__all__ = ["Translator"]

_DISTRIBUTIONS: dict[str, str] = {
    "normal": "Normal",
    "bernoulli": "Bernoulli",
    "categorical": "Categorical",
    "binomial": "Binomial",
    "beta": "Beta",
    "gamma": "Gamma",
    "inverse-gamma": "InverseGamma",
    "dirichlet": "Dirichlet",
    "poisson": "Poisson",
    "exponential": "Exponential",
    "uniform": "Uniform",
    "geometric": "Geometric",
    "laplace": "Laplace",
    "lognormal": "LogNormal",
    "delta": "Delta",
}
_SPECIAL: dict[str, Callable[..., Expr]] = {
    "Gamma": gamma,
    "psi": digamma,
    "digamma": digamma,
    "B": lambda a, b: gamma(a) * gamma(b) / gamma(a + b),
}


class Translator:
    """Turns the syntax of one document into terms; `notes` collects what was inferred on the way, `constraints` what laws imply."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.notes: list[str] = []
        self.constraints: dict[Claim, None] = {}
        self.gap: str | None = None

    def term(self, node: sx.Node) -> Expr:
        """The term that a tree stands for. Raises `ReadingError` with the place of what has no meaning."""
        rule = _RULES.get(type(node))
        if rule is None:
            raise self.failure(node, f"symelbo does not understand a {type(node).__name__.lower()} here")
        try:
            return rule(self, node)
        except IllFormed as wrong:
            raise self.failure(node, str(wrong)) from wrong

    def failure(self, node: sx.Node, message: str) -> ReadingError:
        """An error that points at a node."""
        return ReadingError(message, node.span.start, node.span.end)

    # --- names -------------------------------------------------------------------------------------------------------

    def symbol(self, name: sx.Name) -> Expr:
        """A quantity: a variable, an entry of an indexed name, or a block of entries."""
        scripts = quantity_scripts(name)
        text = name_key(name)
        if scripts.words:
            text += "_{" + ",".join(scripts.words) + "}"
        text += ("^{" + scripts.label + "}" if scripts.label else "") + "'" * scripts.primes
        base = self._base(text)
        if not scripts.indices:
            ends = self.vocabulary.vectors.get(plain_key(name))
            return base if ends is None else Block(base, self.term(ends[0]), self.term(ends[1]))
        if len(scripts.indices) == 1 and isinstance(scripts.indices[0], sx.Range):
            return self._block(base, scripts.indices[0])
        if len(scripts.indices) == 1 and isinstance(scripts.indices[0], sx.Except):
            return Entry(self._base(text + "_{-}"), self.term(scripts.indices[0].index))
        return Entry(base, *(self.term(part) for part in scripts.indices))

    def _base(self, text: str) -> Symbol:
        if text in self.vocabulary.indices:
            return Variable(text, integer=True, **({"positive": True} if text in self.vocabulary.counts else {}))
        return Variable(text, positive=True) if text in self.vocabulary.positive else Variable(text)

    def _block(self, base: Symbol, node: sx.Range) -> Expr:
        low = (
            self.term(node.lower) + (1 if node.lower_open else 0)
            if node.lower is not None
            else Integer(self.vocabulary.first.get(base.name, 1))
        )
        if node.upper is None:
            raise self.failure(node, f"the range of {base} has no upper end; write it as {base}_{{1:T}}")
        high = self.term(node.upper) - (1 if node.upper_open else 0)
        return Block(base, low, high)

    def family(self, name: sx.Name) -> Family:
        """The family that a density's letter names, with its parameters and index."""
        key = family_key(name)
        parameters = [part for part in split_scripts(name).indices if is_parameter(part)]
        indices = [part for part in split_scripts(name).indices if not is_parameter(part) and not is_label(part)]
        omitted = [part for part in indices if isinstance(part, sx.Except)]
        indices = [part.index if isinstance(part, sx.Except) else part for part in indices]
        if omitted:
            self.gap = f"the document does not say how {sx.outline(name)} is made of its factors"
        shared = self.vocabulary.parameters.get(key)
        text = key + ("_{-}" if omitted else "")
        if key in self.vocabulary.split_by_parameters and parameters:
            text = key + "_{" + ",".join(map(sx.outline, parameters)) + "}"
        elif shared is not None:
            parameters = list(shared)
        return Family(text, [self.term(part) for part in parameters], [self.term(part) for part in indices])

    def density(self, call: sx.Call) -> Expr:
        """A density in use, with every argument put into its slot."""
        assert isinstance(call.function, sx.Name)
        key = family_key(call.function)
        arguments = call.arguments
        of = self._arguments(arguments.values, key, call)
        given = self._arguments((*arguments.given, *arguments.parameters), key, call)
        family = self.family(call.function)
        given = [item for item in given if value_of(item) not in family.parameters]
        return Density(family, of, given)

    def _arguments(self, items: Sequence[sx.Node], key: str, call: sx.Call) -> list[Expr]:
        found: list[Expr] = []
        for place, item in enumerate(items):
            if isinstance(item, sx.Dots):
                continue
            if place and isinstance(items[place - 1], sx.Dots) and place >= 2:
                found.append(self._ellipsis(items[place - 2], item, found))
                continue
            found.append(self.argument(item, key, place, call))
        return found

    def _ellipsis(self, first: sx.Node, last: sx.Node, found: list[Expr]) -> Expr:
        """`z_1, ..., z_L` is the block from the first entry to the last."""
        low, high = self.term(first), self.term(last)
        if isinstance(low, Entry) and isinstance(high, Entry) and low.base == high.base and len(low.indices) == 1:
            found.pop()
            start = low.indices[0]
            while found and isinstance(found[-1], Entry) and found[-1] == Entry(low.base, start - 1):
                start = start - 1
                found.pop()
            return Block(low.base, start, high.indices[0])
        raise self.failure(last, "the dots stand between things that are not entries of one name")

    def argument(self, item: sx.Node, key: str, place: int, call: sx.Call) -> Expr:
        """One argument of a density: a variable, a copy of one, or a value for the slot at that place."""
        if isinstance(item, sx.Relation) and item.sign == "=" and isinstance(item.left, sx.Name):
            return At(self.symbol(item.left), self.term(item.right))
        if isinstance(item, sx.Tuple):
            raise self.failure(item, "a tuple stands where a variable is expected; leave out the inner brackets")
        if isinstance(item, sx.Power):
            item = labelled(item, self.vocabulary) or item
        if isinstance(item, sx.Name):
            return self.slot(item, key)
        slot = self._slot_at(key, place, call, item)
        if slot is None:
            raise self.failure(
                item, "this is a value, and the document does not show which variable's place it takes; write z = ..."
            )
        return At(slot, self.term(item))

    def slot(self, name: sx.Name, key: str) -> Expr:
        """A name in a density's brackets: a variable itself, or a copy that fills another's slot."""
        plain = stripped(name)
        vocabulary = self.vocabulary
        if plain is not None and (
            vocabulary.has_slot(key, plain_key(plain)) or vocabulary.is_variable(plain_key(plain))
        ):
            return At(self.symbol(plain), self.symbol(name))
        scripts = split_scripts(name)
        if scripts.indices and not any(isinstance(part, sx.Range | sx.Except) for part in scripts.indices):
            bare = sx.Name(name.text, name.font, name.accents, 0, (), None, span=name.span)
            if vocabulary.has_slot(key, plain_key(bare)) and plain_key(bare) not in vocabulary.vectors:
                return At(self.symbol(bare), self.symbol(name))
            if (key, base_text(name)) in vocabulary.copied:
                return At(self._base(base_text(name)), self.symbol(name))
        return self.symbol(name)

    def _slot_at(self, key: str, place: int, call: sx.Call, item: sx.Node) -> Expr | None:
        """The variable that other uses of the family have at this place."""
        given = item in call.arguments.given
        for signature in self.vocabulary.signatures:
            if signature.family != key or signature.call is call:
                continue
            side = signature.given if given else signature.of
            if (
                len(signature.of) == len(call.arguments.values)
                and place < len(side)
                and isinstance(side[place], sx.Name)
            ):
                return self.symbol(side[place])
        for signature in self.vocabulary.signatures:
            side = signature.given if given else signature.of
            if (
                len(side) == 1
                and isinstance(side[0], sx.Name)
                and signature.family == key
                and signature.call is not call
            ):
                return self.symbol(side[0])
        return None

    # --- laws --------------------------------------------------------------------------------------------------------

    def law(self, node: sx.Node, of_like: tuple[str, ...] | None = None) -> Expr:
        """What stands where a density is expected; a bare name is completed from its other uses."""
        if isinstance(node, sx.Name):
            if not self.vocabulary.is_family(node):
                raise self.failure(
                    node, f"{sx.outline(node)} is not a density; write it with its variable, such as q(z)"
                )
            signature = self.vocabulary.signature_of(family_key(node), of_like) or (
                self.vocabulary.signature_of(family_key(node)) if of_like is None else None
            )
            if signature is None:
                raise self.failure(
                    node,
                    f"the document does not show what {sx.outline(node)} is a density of; write {sx.outline(node)}(z) or the like",
                )
            call = sx.Call(
                node if node.subscripts else signature.call.function, signature.call.arguments, span=node.span
            )
            self.notes.append(f"{sx.outline(node)} is read as {sx.outline(signature.call)}")
            return self.density(call)
        if (
            isinstance(node, sx.Call)
            and isinstance(node.function, sx.Name)
            and self.vocabulary.is_family(node.function)
        ):
            return self.density(node)
        if isinstance(node, sx.Product):
            return Mul(*(self.law(factor) for factor in node.factors))
        return self.term(node)

    def laws(self, node: sx.Expectation) -> tuple[Expr, tuple[Expr, ...] | None]:
        """The law of an expectation and, where it cannot be read off, the variables it binds."""
        if not node.laws:
            return self._missing_law(node), None
        factors: list[Expr] = []
        over: list[Expr] = []
        needs_over = False
        for law in node.laws:
            if isinstance(law, sx.Sampled):
                made, names = self._sampled(law)
                factors.append(made)
                over.extend(names)
                needs_over |= not isinstance(made, Density)
            else:
                made = self.law(law)
                factors.append(made)
                names = tuple(
                    v for f in Mul.make_args(made) for v in map(value_of, getattr(f, "of", ())) if is_variable(v)
                )
                over.extend(names)
                needs_over |= not all(isinstance(f, Density) for f in Mul.make_args(made))
        return Mul(*factors), tuple(dict.fromkeys(over)) if needs_over else None

    def _missing_law(self, node: sx.Expectation) -> Expr:
        called = {
            sx.outline(s.call): s for s in self.vocabulary.signatures if s.family.lstrip("\\").lower().startswith("q")
        }
        if len(called) != 1:
            raise self.failure(
                node, "this expectation does not say under which density; write it as a subscript, E_{q(z)}[...]"
            )
        signature = next(iter(called.values()))
        self.notes.append(f"the expectation without a subscript is taken under {sx.outline(signature.call)}")
        return self.density(signature.call)

    def _sampled(self, node: sx.Sampled) -> tuple[Expr, tuple[Expr, ...]]:
        names = list(node.variables)
        if any(isinstance(item, sx.Dots) for item in names):
            found: list[Expr] = []
            for place, item in enumerate(names):
                if isinstance(item, sx.Dots):
                    continue
                found.append(
                    self._ellipsis(names[place - 2], item, found)
                    if place >= 2 and isinstance(names[place - 1], sx.Dots)
                    else self.term(item)
                )
            return self._copies(node, found[-1])
        if len(names) == 1 and isinstance(names[0], sx.Name):
            target = self.symbol(names[0])
            if isinstance(target, Block) and not self._law_is_of(node.law, names[0]):
                return self._copies(node, target)
            law = self._law_at(node.law, names[0])
            return law, (target,)
        law = self.law(node.law)
        return law, tuple(self.term(name) for name in names)

    def _law_is_of(self, law: sx.Node, name: sx.Name) -> bool:
        return isinstance(law, sx.Call) and any(
            isinstance(v, sx.Name) and plain_key(v) == plain_key(name) for v in law.arguments.values
        )

    def _law_at(self, law: sx.Node, name: sx.Name) -> Expr:
        """`z \\sim q` and `z_k \\sim q(z | x)`: the law with the sampled name in its slot."""
        if isinstance(law, sx.Name):
            signature = self.vocabulary.signature_of(
                family_key(law), (sx.outline(name),)
            ) or self.vocabulary.signature_of(family_key(law))
            if signature is None or len(signature.of) != 1:
                call = sx.Call(law, sx.Arguments((name,), span=law.span), span=law.span)
            else:
                call = sx.Call(
                    law if law.subscripts else signature.call.function,
                    sx.Arguments(signature.of, signature.given, span=law.span),
                    span=law.span,
                )
            law = call
        if isinstance(law, sx.Call) and isinstance(law.function, sx.Name) and len(law.arguments.values) == 1:
            density = self.density(law)
            target = self.symbol(name)
            if isinstance(density, Density) and value_of(density.of[0]) != target:
                return Density(density.family, [At(slot_of(density.of[0]), target)], density.given)
            return density
        made = self.law(law)
        return made.at(self.symbol(name)) if isinstance(made, Known) else made

    def _copies(self, node: sx.Sampled, block: Expr) -> tuple[Expr, tuple[Expr, ...]]:
        """Independent draws `z_1, ..., z_K` from one law."""
        law = self.law(node.law)
        if not isinstance(block, Block) or not isinstance(law, Density) or len(law.of) != 1:
            raise self.failure(node, "symelbo reads several draws only from a density of one variable")
        index = Variable("k", integer=True) if "k" in self.vocabulary.indices else Symbol("k", integer=True)
        each = Density(law.family, [At(slot_of(law.of[0]), Entry(block.base, index))], law.given)
        return IndexProduct(each, index, block.lower, block.upper), (block,)


Rule = Callable[[Translator, Any], Expr]


def _number(t: Translator, node: sx.Number) -> Expr:
    return Rational(node.text)


def _name(t: Translator, node: sx.Name) -> Expr:
    if functional_key(node) in t.vocabulary.functionals:
        return Named(functional_key(node))
    if t.vocabulary.is_family(node) and family_key(node) not in t.vocabulary.also_quantities:
        raise t.failure(node, f"{sx.outline(node)} is a density and stands here without its variables")
    plain = not (node.subscripts or node.primes or node.accents or node.label is not None)
    if node.text == "pi" and plain and "pi" not in t.vocabulary.called:
        from sympy import pi

        return pi
    return t.symbol(node)


def _sum(t: Translator, node: sx.Sum) -> Expr:
    return Add(*(t.term(part) for part in node.terms))


def _product(t: Translator, node: sx.Product) -> Expr:
    if any(isinstance(factor, sx.Transpose) for factor in node.factors) or (
        t.vocabulary.has_matrices
        and any(isinstance(f, sx.Inverse) and not isinstance(f.argument, sx.Number) for f in node.factors)
    ):
        return _ordered(t, node.factors)
    return Mul(*(t.term(part) for part in node.factors))


def _ordered(t: Translator, factors: Sequence[sx.Node]) -> Expr:
    """Products with transposes or inverses keep their order; numbers and scalars in front leave it."""
    scalars = [f for f in factors if isinstance(f, sx.Number | sx.Quotient | sx.Expectation)]
    rest = [f for f in factors if f not in scalars]
    made = [t.term(f) for f in rest]
    return Mul(*(t.term(f) for f in scalars), made[0] if len(made) == 1 else Ordered(*made))


def labelled(node: sx.Power, vocabulary: Vocabulary) -> sx.Name | None:
    """`\\theta^{t}` as a name of its own, where the document conditions on it; None for a power."""
    base = node.base
    if node.may_be_label and isinstance(base, sx.Name) and vocabulary.labelled(base, node.exponent):
        return sx.Name(base.text, base.font, base.accents, base.primes, base.subscripts, node.exponent, span=base.span)
    return None


def _power(t: Translator, node: sx.Power) -> Expr:
    if isinstance(node.base, sx.Norm) and isinstance(node.exponent, sx.Number) and node.exponent.text == "2":
        return norm_squared(t.term(node.base.argument))
    name = labelled(node, t.vocabulary)
    if name is not None:
        return t.symbol(name)
    return Pow(t.term(node.base), t.term(node.exponent))


def _inverse(t: Translator, node: sx.Inverse) -> Expr:
    value = t.term(node.argument)
    return (
        Inverted(value) if t.vocabulary.has_matrices and t.vocabulary.is_matrix(node.argument) else Integer(1) / value
    )


def _call(t: Translator, node: sx.Call) -> Expr:
    function = node.function
    if isinstance(function, sx.Inverse) and isinstance(function.argument, sx.Name):
        return Function(name_key(function.argument) + "^{-1}", real=True)(*(t.term(a) for a in node.arguments.values))
    if not isinstance(function, sx.Name):
        raise t.failure(node, "symelbo reads calls of named functions only")
    if t.vocabulary.is_family(function):
        return t.density(node)
    if functional_key(function) in t.vocabulary.functionals:
        return Named(
            functional_key(function),
            *(
                _functional_argument(t, a)
                for a in (*node.arguments.values, *node.arguments.given, *node.arguments.parameters)
            ),
        )
    values = node.arguments.values
    if function.text in _SPECIAL and not function.subscripts and not t.vocabulary.defines(function):
        made = [t.term(v) for v in values]
        if len(made) == (2 if function.text == "B" else 1):
            return _SPECIAL[function.text](*made)
    if (
        node.may_be_product
        and len(values) == 1
        and not node.arguments.given
        and plain_key(function) in t.vocabulary.bare
    ):
        return Mul(t.symbol(function), t.term(values[0]))
    scripts = quantity_scripts(function)
    text = name_key(function) + ("_{" + ",".join(scripts.words) + "}" if scripts.words else "") + "'" * scripts.primes
    arguments = [t.term(a) for a in (*scripts.indices, *values, *node.arguments.given, *node.arguments.parameters)]
    return Function(text, real=True)(*arguments)


def _functional_argument(t: Translator, node: sx.Node) -> Any:
    if isinstance(node, sx.Name) and t.vocabulary.is_family(node):
        return t.family(node)
    return t.term(node)


def _log(t: Translator, node: sx.Log) -> Expr:
    value = log(t.term(node.argument))
    return value if node.base is None else value / log(t.term(node.base))


def _expectation(t: Translator, node: sx.Expectation) -> Expr:
    law, over = t.laws(node)
    return Expectation(t.term(node.body), law, over)


def _divergence(t: Translator, node: sx.Divergence) -> Expr:
    if node.kind != "KL":
        raise t.failure(node, f"symelbo knows the Kullback-Leibler divergence, not {node.kind}")
    bare_left, bare_right = isinstance(node.left, sx.Name), isinstance(node.right, sx.Name)
    if bare_left and not bare_right:
        right = t.law(node.right)
        left = t.law(node.left, _of_names(node.right)) if _of_names(node.right) else t.law(node.left)
    else:
        left = t.law(node.left)
        names = tuple(sx_of(left))
        right = t.law(node.right, names if bare_right and names else None) if bare_right else t.law(node.right)
    if (isinstance(left, Known) and not left.values) or (isinstance(right, Known) and not right.values):
        name = next((side.of[0] for side in (left, right) if isinstance(side, Density)), None) or dummy_for(left, right)
        left, right = (side.at(name) if isinstance(side, Known) and not side.values else side for side in (left, right))
        return KL(left, right, over=[name])
    if not all(isinstance(f, Density) for side in (left, right) for f in Mul.make_args(side)):
        over = list(dict.fromkeys(v for side in (left, right) for v in _binds(side)))
        return KL(left, right, over=over)
    return KL(left, right)


def _binds(law: Expr) -> list[Expr]:
    """The variables that a law is a density of; for a product over an index, the block that it runs through."""
    found: list[Expr] = []
    for factor in Mul.make_args(law):
        if isinstance(factor, IndexProduct):
            for name in _binds(factor.body):
                if isinstance(name, Entry) and name.indices == (factor.index,):
                    found.append(Block(name.base, factor.lower, factor.upper))
                else:
                    found.append(name)
        else:
            found.extend(v for v in map(value_of, getattr(factor, "of", ())) if is_variable(v))
    return found


def _of_names(node: sx.Node) -> tuple[str, ...]:
    return tuple(sx.outline(v) for v in node.arguments.values) if isinstance(node, sx.Call) else ()


def sx_of(law: Expr) -> list[str]:
    """Names before the bar, spelled as the outlines of the document are."""
    from sympy import latex

    return [latex(value_of(item)).lstrip("\\") for factor in Mul.make_args(law) for item in getattr(factor, "of", ())]


def _entropy(t: Translator, node: sx.Entropy) -> Expr:
    values = node.arguments.values
    if node.arguments.given or not 1 <= len(values) <= 2:
        raise t.failure(node, "symelbo reads entropies as H[q(z)] and cross-entropies as H(p, q)")
    left = t.law(values[0])
    if len(values) == 1:
        return Entropy(left, None if all(isinstance(f, Density) for f in Mul.make_args(left)) else _binds(left))
    names = tuple(sx_of(left))
    right = t.law(values[1], names) if isinstance(values[1], sx.Name) else t.law(values[1])
    return CrossEntropy(left, right, None if isinstance(left, Density) else _binds(left))


def _information(t: Translator, node: sx.MutualInformation) -> Expr:
    below = node.symbol.subscripts
    if below and isinstance(below[0], sx.Name):
        family = t.family(below[0])
    else:
        names = {s.family for s in t.vocabulary.signatures}
        if len(names) != 1:
            raise t.failure(node, "this mutual information does not say under which family; write it as I_q(x; z)")
        family = Family(names.pop())
    return MutualInformation(family, *(tuple(t.term(n) for n in part) for part in (node.left, node.right, node.given)))


def _integral(t: Translator, node: sx.Integral) -> Expr:
    body = t.term(node.body)
    names: list[Expr] = []
    for item in node.variables:
        name = t.term(item.variable)
        if not is_variable(name):
            raise t.failure(item, "an integral needs a variable behind its d, as in dz")
        if item.lower is not None and item.upper is not None:
            body = body * Indicator(name, t.term(item.lower), t.term(item.upper))
        names.append(name)
    if not names:
        guess = [s for s in sorted(body.free_symbols, key=str) if plain_name(s) in t.vocabulary.latent()]
        if len(guess) != 1:
            raise t.failure(node, "this integral does not say over which variable; write dz at its end")
        t.notes.append(f"the integral without a differential is taken over {guess[0]}")
        names = guess
    return Integral(body, *names)


def plain_name(symbol: Expr) -> str:
    """A symbol's name."""
    return str(symbol).lstrip("\\")


def _big(t: Translator, node: sx.BigSum | sx.BigProduct) -> Expr:
    product = isinstance(node, sx.BigProduct)
    if node.lower is not None and node.upper is not None and len(node.variables) == 1:
        index = t.term(node.variables[0])
        body, low, high = t.term(node.body), t.term(node.lower), t.term(node.upper)
        if product:
            return IndexProduct(body, index, low, high)
        if any(
            isinstance(d, Density)
            and any(isinstance(i, At) and i.value == index and not isinstance(i.variable, Entry) for i in d.of)
            for d in body.atoms(Density)
        ):
            return Integral(body, index, discrete=True)
        if high == oo:
            return Integral(body, index, discrete=True)
        return IndexSum(body, index, low, high)
    if node.conditions or node.lower is not None or node.upper is not None or not node.variables:
        return _big_with_conditions(t, node)
    names = [t.term(v) for v in node.variables]
    if all(t.vocabulary.is_variable(plain_key(v)) for v in node.variables if isinstance(v, sx.Name)) and not product:
        return Integral(t.term(node.body), *names, discrete=True)
    if len(names) == 1 and isinstance(names[0], Symbol):
        bounds = t.vocabulary.bounds.get(str(names[0]))
        if bounds is None:
            return (IndexProduct if product else IndexSum)(
                t.term(node.body), names[0], Integer(1), Symbol(f"N_{names[0]}", integer=True, positive=True)
            )
        low, high = (t.term(end) for end in bounds)
        return (IndexProduct if product else IndexSum)(t.term(node.body), names[0], low, high)
    raise t.failure(node, "symelbo cannot tell what this sum runs over; write its bounds, as in \\sum_{n=1}^{N}")


def _big_with_conditions(t: Translator, node: sx.BigSum | sx.BigProduct) -> Expr:
    """`\\sum_{k \\ne i}`: all terms but one."""
    if len(node.conditions) == 1 and isinstance(node.conditions[0], sx.Relation) and node.conditions[0].sign == "\\ne":
        relation = node.conditions[0]
        index, left_out = t.term(relation.left), t.term(relation.right)
        bounds = t.vocabulary.bounds.get(str(index)) or t.vocabulary.bounds.get(str(left_out))
        if bounds is not None and isinstance(index, Symbol):
            from symelbo.language import replace_free

            low, high = (t.term(end) for end in bounds)
            body = t.term(node.body)
            if isinstance(node, sx.BigProduct):
                return IndexProduct(body, index, low, high) / replace_free(body, {index: left_out})
            return IndexSum(body, index, low, high) - replace_free(body, {index: left_out})
    listed = node.conditions[0] if len(node.conditions) == 1 else None
    if isinstance(listed, sx.Relation) and listed.sign == "\\in" and isinstance(listed.right, sx.SetOf):
        from symelbo.language import replace_free

        name, body = t.term(listed.left), t.term(node.body)
        terms = [replace_free(body, {name: t.term(value)}) for value in listed.right.items]
        return Mul(*terms) if isinstance(node, sx.BigProduct) else Add(*terms)
    raise t.failure(node, "symelbo cannot tell what this sum runs over; write its bounds, as in \\sum_{n=1}^{N}")


def _gradient(t: Translator, node: sx.Gradient) -> Expr:
    if len(node.wrt) != 1:
        raise t.failure(node, "write with respect to what the gradient is taken, as in \\nabla_\\phi")
    return Gradient(t.term(node.body), t.term(node.wrt[0]))


def _derivative(t: Translator, node: sx.Derivative) -> Expr:
    value = t.term(node.body)
    for name in node.wrt:
        value = Gradient(value, t.term(name))
    return value


def _extremum(t: Translator, node: sx.Extremum) -> Expr:
    kind = {"sup": "max", "inf": "min"}.get(node.kind, node.kind)
    if not node.variables:
        raise t.failure(node, f"write over what the {kind} is taken, as in \\arg\\max_q")
    over = [t.family(v) if isinstance(v, sx.Name) and t.vocabulary.is_family(v) else t.term(v) for v in node.variables]
    return Extremum(kind, t.term(node.body), *over)


def _distribution(t: Translator, node: sx.Distribution) -> Expr:
    name = _DISTRIBUTIONS.get(node.family)
    if name is None:
        raise t.failure(node, f"symelbo does not know the {node.family} distribution yet")
    values = [t.term(v) for v in node.values]
    if name in ("Categorical", "Dirichlet"):
        return Known(name, values, [_probabilities(t, node)])
    parameters = [t.term(v) for v in node.parameters]
    if name == "Normal" and len(parameters) == 2:
        last = node.parameters[1]
        if parameters[1].has(Identity) or t.vocabulary.is_matrix(last):
            name = "MultivariateNormal"
    return Known(name, values, parameters)


def _probabilities(t: Translator, node: sx.Distribution) -> Expr:
    """The vector of a categorical or Dirichlet law: `Cat(\\pi)`, `Dir(a_1, ..., a_K)`, `Cat(1/K, ..., 1/K)`."""
    items = [p for p in node.parameters if not isinstance(p, sx.Dots)]
    index = Variable("k", integer=True) if "k" in t.vocabulary.indices else Symbol("k", integer=True)
    if len(items) == 1 and isinstance(items[0], sx.Name):
        bounds = t.vocabulary.bounds.get(str(index))
        high = t.term(bounds[1]) if bounds else Symbol("K", integer=True, positive=True)
        base = t.symbol(items[0])
        if node.family == "categorical" and isinstance(base, Symbol):
            total = Claim(IndexSum(Entry(base, index), index, Integer(1), high), Relation.EQUAL, Integer(1))
            t.constraints[total] = None
        return Components(Entry(base, index), index, Integer(1), high) if isinstance(base, Symbol) else base
    made = [t.term(p) for p in items]
    if isinstance(made[0], Entry) and isinstance(made[-1], Entry) and made[0].base == made[-1].base:
        return Components(Entry(made[0].base, index), index, made[0].indices[0], made[-1].indices[0])
    if len(set(made)) == 1:
        count = next(iter(sorted((s for s in made[0].free_symbols), key=str)), Integer(len(made)))
        return Components(made[0], index, Integer(1), count)
    raise t.failure(node, "symelbo cannot tell the entries of this vector")


def _infix(t: Translator, node: sx.Infix) -> Expr:
    if node.operator == "odot":
        return Mul(t.term(node.left), t.term(node.right))
    raise t.failure(node, f"symelbo does not read the operation {node.operator} yet")


def _absolute(t: Translator, node: sx.Absolute) -> Expr:
    if t.vocabulary.is_matrix(node.argument):
        return Det(t.term(node.argument))
    return Abs(t.term(node.argument))


_RULES: dict[type[sx.Node], Rule] = {
    sx.Number: _number,
    sx.Name: _name,
    sx.Sum: _sum,
    sx.Negative: lambda t, n: -t.term(n.body),
    sx.Product: _product,
    sx.Quotient: lambda t, n: t.term(n.numerator) / t.term(n.denominator),
    sx.Power: _power,
    sx.Inverse: _inverse,
    sx.Transpose: lambda t, n: Transposed(t.term(n.argument)),
    sx.Infix: _infix,
    sx.Factorial: lambda t, n: factorial(t.term(n.argument)),
    sx.Binomial: lambda t, n: binomial(t.term(n.top), t.term(n.bottom)),
    sx.Call: _call,
    sx.Log: _log,
    sx.Exp: lambda t, n: exp(t.term(n.argument)),
    sx.Sqrt: lambda t, n: (
        sqrt(t.term(n.argument)) if n.degree is None else Pow(t.term(n.argument), 1 / t.term(n.degree))
    ),
    sx.Absolute: _absolute,
    sx.Norm: lambda t, n: sqrt(norm_squared(t.term(n.argument))),
    sx.Determinant: lambda t, n: Det(t.term(n.argument)),
    sx.Trace: lambda t, n: Trace(t.term(n.argument)),
    sx.Expectation: _expectation,
    sx.Divergence: _divergence,
    sx.Entropy: _entropy,
    sx.MutualInformation: _information,
    sx.Integral: _integral,
    sx.BigSum: _big,
    sx.BigProduct: _big,
    sx.Gradient: _gradient,
    sx.Derivative: _derivative,
    sx.Extremum: _extremum,
    sx.Distribution: _distribution,
    sx.Infinity: lambda t, n: oo,
}
