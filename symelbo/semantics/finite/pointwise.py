"""Explicit laws on finite models: a law of something that is never averaged over is a function of where it is taken.

With `p(x | z) = N(x; f(z), v I)` the claim `E_{q(z | x)}[log p(x | z)] = ...` only asks for the value of the density at
the observed `x` and at the points of `z`. So `z` may range over finitely many points, with any tables for `q` and for
the prior, and the density is written out by its formula. A vector stands for its coordinates, which are functions of
the point that it names. Formulas are written down here once more, from the definitions and not from the calculus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sympy import (
    Abs,
    Add,
    Basic,
    Expr,
    Function,
    Integer,
    Mul,
    Symbol,
    Tuple,
    exp,
    log,
    loggamma,
    pi,
    preorder_traversal,
)
from sympy.core.function import AppliedUndef
from sympy.core.symbol import Str

from symelbo.errors import NotSupported
from symelbo.language import (
    KL,
    At,
    Binder,
    Claim,
    Components,
    Context,
    CrossEntropy,
    Definition,
    Density,
    Det,
    Dimension,
    Dot,
    Entropy,
    Entry,
    Expectation,
    Identity,
    IndexProduct,
    IndexSum,
    Indicator,
    Integral,
    Inverted,
    Known,
    Ordered,
    Relation,
    Sign,
    Trace,
    Transposed,
    is_variable,
    replace_free,
    value_of,
)
from symelbo.language.functionals import Gradient
from symelbo.language.partials import held, is_partial
from symelbo.language.shapes import Kinds, dimension_name, kinds_of, with_shapes
from symelbo.language.walks import found_in

__all__ = ["Written", "pointwise"]

_LINEAR = (Dot, Trace, Det, Ordered, Identity, Inverted, Transposed, Dimension)


@dataclass(frozen=True, slots=True)
class Written:
    """A claim without explicit laws, and whether a model that refutes it refutes the one it was made from."""

    claim: Claim
    context: Context
    faithful: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """The logarithm of a density of one number, and relations that say where it lives, none for the whole line."""

    log_density: Callable[[Expr, Sequence[Expr]], Expr]
    lives: Callable[[Expr], tuple[tuple[Expr, Relation, Expr], ...]] = lambda x: ()


def _normal(x: Expr, p: Sequence[Expr]) -> Expr:
    return -((x - p[0]) ** 2) / (2 * p[1]) - log(2 * pi * p[1]) / 2


def _gamma(x: Expr, p: Sequence[Expr]) -> Expr:
    return p[0] * log(p[1]) - loggamma(p[0]) + (p[0] - 1) * log(x) - p[1] * x


def _beta(x: Expr, p: Sequence[Expr]) -> Expr:
    whole = loggamma(p[0] + p[1]) - loggamma(p[0]) - loggamma(p[1])
    return whole + (p[0] - 1) * log(x) + (p[1] - 1) * log(1 - x)


def _positive(x: Expr) -> tuple[tuple[Expr, Relation, Expr], ...]:
    return ((x, Relation.GREATER, _ZERO),)


def _proper(x: Expr) -> tuple[tuple[Expr, Relation, Expr], ...]:
    return ((x, Relation.GREATER, _ZERO), (x, Relation.LESS, _ONE))


def _among(*values: int) -> Callable[[Expr], tuple[tuple[Expr, Relation, Expr], ...]]:
    return lambda x: ((Mul(*(x - value for value in values)), Relation.EQUAL, _ZERO),)


_ZERO, _ONE = Integer(0), Integer(1)
_LAWS = {
    "Normal": _Row(_normal),
    "Laplace": _Row(lambda x, p: -Abs(x - p[0]) / p[1] - log(2 * p[1])),
    "Bernoulli": _Row(lambda x, p: x * log(p[0]) + (1 - x) * log(1 - p[0]), _among(0, 1)),
    "Exponential": _Row(lambda x, p: log(p[0]) - p[0] * x, _positive),
    "Gamma": _Row(_gamma, _positive),
    "Beta": _Row(_beta, _proper),
    "Poisson": _Row(lambda x, p: x * log(p[0]) - p[0] - loggamma(x + 1), _among(0, 1, 2, 3)),
}


def pointwise(claim: Claim, assumed: Context, dimension: int) -> Written:
    """The claim with its explicit laws written out; vectors get `dimension` coordinates.

    Raises `NotSupported` where a variable with an explicit law is averaged over, and where the laws of a family do
    not say what its other densities are.

    >>> from sympy import Eq, Function, log
    >>> from symelbo.language import E, Relation, context, family, known, variables
    >>> x, z = variables("x z")
    >>> p, q, f = family("p"), family("q"), Function("f", real=True)
    >>> given = context([Eq(p(x | z), known("Normal", x, f(z), 1))])
    >>> print(pointwise(Claim(E(log(p(x | z)), q(z)), Relation.EQUAL, log(p(x))), given, 1).claim.lhs)
    E_{q(z)}[-(x - f(z))**2/2 - log(2*pi)/2]
    """
    names = tuple(item for item in assumed.definitions if not isinstance(item.name, Density))
    laws = tuple(item for item in assumed.definitions if _is_law(item))
    plain = replace(assumed, assumptions=names)
    models = _Models(laws, assumed)
    sides = [plain.expand(side) for side in (claim.lhs, claim.rhs)]
    _refuse_averages(laws, sides)
    sides = [models.walk(side) for side in sides]
    if not laws and not any(side.has(Known, *_LINEAR) for side in sides):
        raise NotSupported("nothing in the claim is explicit")
    sides = with_shapes(sides)
    counted = dimension_name(sides)
    if counted is not None:
        sides = [replace_free(side, {counted: Integer(dimension)}) for side in sides]
    writer = _Writer(kinds_of(sides), dimension)
    gradients = [node for side in sides for node in found_in(side, Gradient)]
    if any(node.wrt in writer.kinds.vectors for node in gradients) and dimension > 1:
        raise NotSupported("a derivative by a vector is no number")
    # what is differentiated by stays a name in the derivative, and is put in everywhere else
    if any(held(node, assumed.definitions) for node in gradients) or not all(
        is_partial(node, assumed) for node in gradients
    ):
        raise NotSupported("a derivative is by a name that the context ties to others")
    kept = tuple(_rest(assumed, (*names, *laws), plain))
    made = [writer.walk(side, frozenset()) for side in sides]
    made = [_with_ranges(side, writer) for side in made]
    faithful = writer.faithful and all(item.value.has(Known) for item in laws)
    signs = tuple(Sign(Claim(name, Relation.GREATER, Integer(0))) for name in sorted(writer.scales, key=str))
    signs = tuple(sign for sign in signs if isinstance(sign.claim.lhs, Symbol))
    signs += tuple(Sign(Claim(*relation)) for relation in sorted(writer.homes, key=str))
    assumed = replace(assumed, assumptions=(*kept, *signs))
    return Written(replace(claim, lhs=made[0], rhs=made[1]), assumed, faithful)


def _is_law(item: Definition) -> bool:
    """Whether a definition gives a density by a formula that no other density stands in."""
    name = item.name
    if not isinstance(name, Density) or item.value.has(Density, Expectation, Integral, KL):
        return False
    if any(isinstance(part, At) for part in (*name.of, *name.given)):
        return False
    return bool(item.value.has(Known)) or bool(_bases(name.of_slots) & _bases(item.value.free_symbols))


def _refuse_averages(laws: Sequence[Definition], sides: Iterable[Expr]) -> None:
    """`p(D | m) = prod_n N(x_n; m, v)` does not say how `D` is made of the data, so `D` may only be looked at.

    So may the variable of a density that is given by any other formula than that of a law.
    """
    bound = {_base(name) for side in sides for node in preorder_traversal(side) for name in _bound(node)}
    for item in laws:
        named = _bases(item.value.free_symbols) if item.value.has(Known) else set()
        if bound & (_bases(item.name.of_slots) - named):
            raise NotSupported(f"it is not clear how {item.name} depends on what it is a density of")


def _bound(node: Any) -> tuple[Expr, ...]:
    return node.bound if isinstance(node, Binder) else ()


def _bases(names: Iterable[Any]) -> set[Any]:
    return {_base(name) for name in names}


def _base(name: Any) -> Any:
    return getattr(name, "base", name)


def _rest(assumed: Context, gone: Sequence[Definition], plain: Context) -> Iterable[Any]:
    """What the context says about tables and numbers, with names unfolded."""
    for item in assumed.assumptions:
        if item in gone:
            continue
        if isinstance(item, Sign):
            sides = [plain.expand(side) for side in (item.claim.lhs, item.claim.rhs)]
            if any(side.has(Known, *_LINEAR) for side in sides):
                raise NotSupported("an assumption about vectors or explicit laws has no meaning on a finite model")
            yield Sign(replace(item.claim, lhs=sides[0], rhs=sides[1]))
        elif isinstance(item, Definition):
            if item.value.has(Known, *_LINEAR):
                raise NotSupported(f"the definition of {item.name} has explicit laws in it")
            yield replace(item, value=plain.expand(item.value))
        else:
            yield item


class _Models:
    """Densities of families that have an explicit law, written with it and with what stays abstract."""

    def __init__(self, laws: Sequence[Definition], assumed: Context) -> None:
        self.laws = laws
        self.assumed = assumed

    def walk(self, term: Any) -> Any:
        """The term with the densities of explicit families replaced."""
        if isinstance(term, Density):
            return self._density(term)
        if not isinstance(term, Basic) or isinstance(term, Str) or is_variable(term) or not term.has(Density):
            return term
        parts = [self.walk(part) for part in term.args]
        if all(new is old for new, old in zip(parts, term.args, strict=True)):
            return term
        made = term.func(*parts)
        return _averaged(made) if isinstance(made, KL | Entropy | CrossEntropy) else made

    def _density(self, term: Density) -> Expr:
        family = term.family
        own = [item for item in self.laws if item.name.family.args[0] == family.args[0]]
        if not own:
            return term
        plain = replace(self.assumed, assumptions=tuple(own))
        written = plain.expand(term)
        if not written.has(Density):
            return written
        explicit = {_base(slot) for item in own for slot in item.name.of_slots}
        slots = {_base(slot) for slot in (*term.of_slots, *term.given_slots)}
        if not slots & explicit:
            return term
        joint = self._joint(term, own)
        values = dict(zip((*term.of_slots, *term.given_slots), map(value_of, (*term.of, *term.given)), strict=True))
        given = {slot: values[slot] for slot in term.given_slots}
        return _marginal(joint, values) / (_marginal(joint, given) if given else Integer(1))

    def _joint(self, term: Density, own: Sequence[Definition]) -> tuple[Expr, tuple[Expr, ...]]:
        """The joint density of everything that an explicit law ties together, and its variables."""
        declared = [item for item in self.assumed.factorisations if item.joint.family.args[0] == term.family.args[0]]
        if len(declared) == 1 and not declared[0].joint.given:
            plain = replace(self.assumed, assumptions=tuple(own))
            factors = [plain.expand(factor) for factor in declared[0].factors]
            return Mul(*factors), declared[0].joint.of_slots
        if declared or len(own) != 1:
            raise NotSupported(f"it is not clear how the densities of {term.family.name} belong together")
        name = own[0].name
        slots = (*name.of_slots, *name.given_slots)
        if not {*term.of_slots, *term.given_slots} <= set(slots) or not name.given:
            raise NotSupported(f"{term} is about more than the law of {name} is")
        return own[0].value * Density(term.family, name.given), slots


def _marginal(joint: tuple[Expr, tuple[Expr, ...]], values: Mapping[Expr, Expr]) -> Expr:
    """The joint density at some values, with its other variables summed over."""
    body, slots = joint
    rest = [slot for slot in slots if slot not in values]
    fresh = {slot: Symbol(f"{slot}'", real=True) for slot in rest}
    if any(isinstance(slot, Symbol) is False for slot in rest):
        raise NotSupported("a part of a sequence is summed over")
    held = {slot: values[slot] for slot in slots if slot in values and values[slot] != slot}
    made = replace_free(body, {**fresh, **held})
    return Integral(made, *fresh.values()) if fresh else made


def _averaged(term: KL | Entropy | CrossEntropy) -> Expr:
    """A divergence or entropy as the mean that it is."""
    if not term.bound:
        raise NotSupported(f"it is not clear what {term} averages over")
    left = term.law if isinstance(term, Entropy) else term.left
    right = left if isinstance(term, Entropy) else term.right
    return Expectation(log(left) - log(right) if isinstance(term, KL) else -log(right), left, term.bound)


class _Writer:
    """Writes out laws and linear algebra of one claim."""

    def __init__(self, kinds: Kinds, dimension: int) -> None:
        self.kinds = kinds
        self.dimension = dimension
        self.faithful = True
        self.homes: set[tuple[Expr, Relation, Expr]] = set()
        self.chances: set[Any] = set()
        self.scales: set[Any] = set()

    def walk(self, term: Any, bound: frozenset[Any]) -> Any:
        """The term with everything explicit written out; `bound` are the names that are averaged over around it."""
        if not isinstance(term, Basic) or isinstance(term, Str | Density) or is_variable(term):
            return term
        if isinstance(term, KL | Entropy | CrossEntropy) and term.has(Known):
            term = _averaged(term)
        if isinstance(term, Known):
            return exp(self._log_density(term, bound))
        if isinstance(term, log) and term.has(Known):
            return self._log(term.args[0], bound)
        if isinstance(term, Dot):
            left, right = term.args
            return Add(*(self._at(left, k, bound) * self._at(right, k, bound) for k in self._places()))
        if isinstance(term, Dimension):
            return Integer(self.dimension)
        if isinstance(term, (Indicator, Components, *_LINEAR)):
            raise NotSupported(f"{term} has no meaning on a finite model")
        if isinstance(term, Binder) and not isinstance(term, IndexSum | IndexProduct):
            bound = bound | {_base(name) for name in term.bound}
        if not term.args:
            return term
        return term.func(*(self.walk(part, bound) for part in term.args))

    def _log(self, argument: Expr, bound: frozenset[Any]) -> Expr:
        """The logarithm of a product of densities, each of which is positive."""
        out, kept = [], []
        for factor in Mul.make_args(argument):
            base, exponent = factor.as_base_exp()
            if isinstance(base, Known) and not isinstance(factor, exp):
                out.append(exponent * self._log_density(base, bound))
            elif isinstance(factor, IndexProduct) and factor.body.has(Known):
                out.append(IndexSum(self._log(factor.body, bound), *factor.args[1:]))
            else:
                kept.append(self.walk(factor, bound))
        return Add(*out, log(Mul(*kept))) if kept else Add(*out)

    def _log_density(self, law: Known, bound: frozenset[Any]) -> Expr:
        if not law.values:
            raise NotSupported(f"{law} has no value")
        if {_base(name) for name in law.value.free_symbols} & bound:
            # Tables and densities on a line have no measure in common.
            raise NotSupported(f"{law.value} has an explicit law and is averaged over")
        if law.name == "MultivariateNormal":
            return Add(*(self._number("Normal", *parts) for parts in self._coordinates(law, bound)))
        parameters = [self.walk(parameter, bound) for parameter in law.parameters]
        return self._number(law.name, self.walk(law.value, bound), parameters)

    def _number(self, name: str, value: Expr, parameters: Sequence[Expr]) -> Expr:
        row = _LAWS.get(name)
        if row is None:
            raise NotSupported(f"laws such as {name} are not written out on a finite model")
        if row.lives(value) and not is_variable(value):
            self.faithful = False  # it cannot be said where the value has to lie
        elif is_variable(value):
            self.homes |= set(row.lives(value))
        if name == "Bernoulli":
            self.chances |= {parameters[0].func if isinstance(parameters[0], AppliedUndef) else parameters[0]}
        elif name in ("Normal", "Laplace"):
            self.scales |= _heads(parameters[1])
        else:
            self.scales |= {head for parameter in parameters for head in _heads(parameter)}
        return row.log_density(value, parameters)

    def _coordinates(self, law: Known, bound: frozenset[Any]) -> Iterable[tuple[Expr, list[Expr]]]:
        mean, covariance = law.parameters
        for k in self._places():
            if isinstance(covariance, Tuple | Components) or self.kinds.is_vector(covariance):
                raise NotSupported(f"the covariance of {law} is not written out on a finite model")
            if self.dimension == 1:
                spread = covariance.replace(lambda node: isinstance(node, Identity), lambda node: Integer(1))
            else:
                spread = Mul(*(f for f in Mul.make_args(covariance) if not isinstance(f, Identity)))
                if spread == covariance or spread.has(Identity):
                    raise NotSupported(f"the covariance of {law} is not a multiple of the identity")
            yield self._at(law.value, k, bound), [self._at(mean, k, bound), self.walk(spread, bound)]

    def _places(self) -> range:
        return range(1, self.dimension + 1)

    def _at(self, vector: Expr, place: int, bound: frozenset[Any]) -> Expr:
        """A coordinate of a vector: for a name, a function of the point that it names."""
        if self.dimension == 1:
            return self.walk(vector, bound)
        if vector.is_zero:
            return Integer(0)
        if vector.is_Add:
            return Add(*(self._at(part, place, bound) for part in vector.args))
        if isinstance(vector, Transposed):
            return self._at(vector.args[0], place, bound)
        if vector.is_Mul:
            inside = [part for part in vector.args if self._is_vector(part)]
            if len(inside) == 1:
                numbers = [self.walk(part, bound) for part in vector.args if part != inside[0]]
                return Mul(*numbers, self._at(inside[0], place, bound))
        elif self.kinds.is_vector(vector) and isinstance(vector, AppliedUndef):
            return Function(f"{vector.func.__name__}[{place}]", real=True)(*vector.args)
        elif self.kinds.is_vector(vector) and (isinstance(vector, Symbol | Entry)):
            return Function(f"{vector}[{place}]", real=True)(vector)
        raise NotSupported(f"the coordinates of {vector} are not known")

    def _is_vector(self, term: Expr) -> bool:
        return any(self.kinds.is_vector(node) for node in preorder_traversal(term) if isinstance(node, Expr))


def _heads(term: Expr) -> set[Any]:
    """The names and functions that a scale is written with."""
    calls = {call.func for call in found_in(term, AppliedUndef)}
    inside = {name for call in found_in(term, AppliedUndef) for name in call.free_symbols}
    return calls | {name for name in term.free_symbols if name not in inside}


def _with_ranges(term: Expr, writer: _Writer) -> Expr:
    """The functions that scales and probabilities are written with, drawn where these may lie."""
    changes: dict[Expr, Expr] = {}
    for call in found_in(term, AppliedUndef):
        positive = Function(call.func.__name__, positive=True)(*call.args)
        if call.func in writer.chances:
            changes[call] = positive / (1 + positive)
        elif call.func in writer.scales:
            changes[call] = positive
    return term.xreplace(changes) if changes else term
