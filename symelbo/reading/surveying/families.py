"""What the survey learns of densities: which names are families, how they are written, and what is a parameter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.positions import factors
from symelbo.reading.parsing.scripts import FamilyKey, family_key, is_parameter, plain_key, split_scripts
from symelbo.reading.translating.vocabulary import Signature, Vocabulary

__all__ = ["DENSITY_LETTERS", "find_families", "lend_arguments", "record", "share_parameters", "written_out"]

DENSITY_LETTERS = frozenset("pqPQ")


def find_families(vocabulary: Vocabulary, listed: list[sx.Node], opening: list[sx.Node]) -> None:
    """Find the families: what stands where only a density can, and the usual letters if nothing speaks against it."""
    laws: dict[str, sx.Name] = {family_key(name): name for side in listed for name in _law_names(side)}
    inside = {
        family_key(c.function) for side in listed for c in _weighing_calls(side) if isinstance(c.function, sx.Name)
    }
    numbers = _numbers(listed)
    alone = {family_key(s.function) for s in opening if isinstance(s, sx.Call) and isinstance(s.function, sx.Name)}
    for side in listed:
        for node in sx.walk(side):
            if not (isinstance(node, sx.Call) and isinstance(node.function, sx.Name)):
                continue
            name = node.function
            key = family_key(name)
            if sx.outline(name) in numbers and [type(item) for item in node.arguments.values] == [sx.Sum]:
                continue  # `q_k (\log \pi_k - \log q_k)`: a number times what stands in the brackets
            vocabulary.called.add(key)
            chance = name.text in ("Pr", "Prob")
            letter = chance or (name.text in DENSITY_LETTERS and name.font != "cal")
            at_state = letter and any(
                isinstance(item, sx.Relation) and item.sign == "="
                for item in (*node.arguments.values, *node.arguments.given)
            )
            usual = chance or name.text in "pq" or key in inside or key not in alone
            if key in laws or at_state or (letter and usual):
                vocabulary.families.add(key)
    vocabulary.families -= {key for key in _unnormalised(opening) if key not in laws}
    vocabulary.families |= {key for key, name in laws.items() if name.text in DENSITY_LETTERS}
    vocabulary.families |= {family_key(name) for side in listed for name in _weights(side)}
    vocabulary.families |= set(_conditionals(vocabulary, listed))


def _conditionals(vocabulary: Vocabulary, listed: list[sx.Node]) -> Iterator[FamilyKey]:
    """Names with a bar between variables of other densities, in a logarithm: `r` in `E_{q(x, z)}[log r(x | z)]`."""
    logs = [node for side in listed for node in sx.walk(side) if isinstance(node, sx.Log)]
    calls = {id(c): c for node in logs for c in sx.walk(node) if isinstance(c, sx.Call) and c.arguments.given}
    found = [c for c in calls.values() if isinstance(c.function, sx.Name) and not vocabulary.is_family(c.function)]
    if not found:
        return
    variables = {
        sx.outline(item)
        for side in listed
        for c in sx.walk(side)
        if isinstance(c, sx.Call) and isinstance(c.function, sx.Name) and vocabulary.is_family(c.function)
        for item in (*c.arguments.values, *c.arguments.given)
    }
    for call in found:
        assert isinstance(call.function, sx.Name)
        small = len(call.function.text) == 1 and call.function.text.islower()
        if small and {sx.outline(item) for item in (*call.arguments.values, *call.arguments.given)} <= variables:
            yield family_key(call.function)


def _numbers(listed: list[sx.Node]) -> set[str]:
    """Names as they are written where only numbers stand: beside the factors of products, in sums, in logarithms."""
    found: set[str] = set()
    for side in listed:
        for node in sx.walk(side):
            if isinstance(node, sx.Product | sx.Quotient | sx.Log | sx.Sum | sx.Negative):
                found |= {sx.outline(item) for item in sx.children(node) if isinstance(item, sx.Name)}
    return found


def _law_names(side: sx.Node) -> Iterator[sx.Name]:
    """Names that stand where only a density can: laws of expectations, sides of divergences, arguments of entropies."""
    for node in sx.walk(side):
        places: tuple[sx.Node, ...] = ()
        if isinstance(node, sx.Expectation):
            places = tuple(law.law if isinstance(law, sx.Sampled) else law for law in node.laws)
        elif isinstance(node, sx.Sampled):
            places = (node.law,)
        elif isinstance(node, sx.Divergence):
            places = (node.left, node.right)
        elif isinstance(node, sx.Entropy):
            places = node.arguments.values
        for place in places:
            for factor in place.factors if isinstance(place, sx.Product) else (place,):
                if isinstance(factor, sx.Call) and isinstance(factor.function, sx.Name):
                    yield factor.function
                elif isinstance(factor, sx.Name) and factor.text in (*DENSITY_LETTERS, *"rfgsuvw", "pi"):
                    yield factor


def _unnormalised(opening: list[sx.Node]) -> Iterator[FamilyKey]:
    r"""Names with a tilde that are given by their logarithm, `\log \tilde p(z) = ...`: factors, of any sum."""
    for side in opening:
        call = side.argument if isinstance(side, sx.Log) else None
        if isinstance(call, sx.Call) and isinstance(call.function, sx.Name) and "tilde" in call.function.accents:
            yield family_key(call.function)


def _weights(side: sx.Node) -> Iterator[sx.Name]:
    """Names that weigh: `r` in an integral of `r(u) log(.../r(u))` or of `r(u) f(u)/r(u)`, over their own argument."""
    for node in sx.walk(side):
        if not isinstance(node, sx.Integral | sx.BigSum):
            continue
        over = {sx.outline(v.variable if isinstance(v, sx.IntegralVariable) else v) for v in node.variables}
        parts = list(factors(node.body))
        for factor in parts:
            if not (
                isinstance(factor, sx.Call)
                and isinstance(factor.function, sx.Name)
                and len(factor.arguments.values) == 1
            ):
                continue
            if {sx.outline(v) for v in factor.arguments.values} != over:
                continue
            written = sx.outline(factor)
            again = [
                p for other in parts if isinstance(other, sx.Log) for p in sx.walk(other) if sx.outline(p) == written
            ]
            if again or sum(sx.outline(other) == written for other in parts) > 1:
                yield factor.function


def _weighing_calls(side: sx.Node) -> Iterator[sx.Call]:
    """Calls inside logarithms, integrals, sums and quotients: where densities stand as factors."""
    for node in sx.walk(side):
        if isinstance(node, sx.Log | sx.Integral | sx.BigSum | sx.Quotient | sx.Expectation):
            for part in sx.walk(node):
                if isinstance(part, sx.Call):
                    yield part


def record(vocabulary: Vocabulary, call: sx.Call) -> None:
    """Take down one use of a family: its slots, its signature and the labels of its arguments."""
    assert isinstance(call.function, sx.Name)
    if any(isinstance(item, sx.Placeholder) for item in call.arguments.values):
        return  # a dot shows nothing
    key = family_key(call.function)
    arguments = call.arguments
    slots = vocabulary.slots.setdefault(key, set())
    for item in (*arguments.values, *arguments.given, *arguments.parameters):
        target = item.left if isinstance(item, sx.Relation) else item
        if isinstance(target, sx.Power) and target.may_be_label and isinstance(target.base, sx.Name):
            vocabulary.labels.add((plain_key(target.base), sx.outline(target.exponent)))
        if isinstance(target, sx.Name):
            slots.add(plain_key(target))
    vocabulary.signatures.append(Signature(key, arguments.values, (*arguments.given, *arguments.parameters), call))


def share_parameters(
    vocabulary: Vocabulary, listed: Iterable[sx.Node], pairs: Iterable[tuple[sx.Node, sx.Node]] = ()
) -> None:
    """`p` and `p_\\theta` are one family unless both have the same arguments, or one is given by the other.

    Even then they are where the same arguments are several, as of the joint density of a model, whose parameters an
    author leaves out here and there; a law of the data may be set against a model, and is compared with it somewhere.
    """
    forms: dict[FamilyKey, dict[str, set[str]]] = {}
    found: dict[FamilyKey, dict[str, tuple[sx.Node, ...]]] = {}
    for signature in vocabulary.signatures:
        assert isinstance(signature.call.function, sx.Name)
        parameters = tuple(p for p in split_scripts(signature.call.function).indices if is_parameter(p))
        written = ",".join(map(sx.outline, parameters))
        found.setdefault(signature.family, {})[written] = parameters
        forms.setdefault(signature.family, {}).setdefault(written, set()).add(sx.outline(signature.call.arguments))
    for family, variants in found.items():
        named = [parameters for written, parameters in variants.items() if written]
        if not named:
            continue
        if any(_names_another(family, *pair) for pair in pairs):
            vocabulary.split_by_parameters.add(family)
            continue
        plain = forms[family].get("", set())
        both = {form for p in named for form in plain & forms[family][",".join(map(sx.outline, p))]}
        whole = any(len(arguments) > 1 for arguments in _argument_lists(vocabulary, family, both))
        if len(named) > 1 or (both and not (whole and not _compared(vocabulary, family, listed))):
            vocabulary.split_by_parameters.add(family)
        else:
            vocabulary.parameters[family] = named[0]
            if "" in variants:
                vocabulary.notes.append(
                    f"{family} and {family}_{{{','.join(map(sx.outline, named[0]))}}} are read as one family"
                )


def _names_another(family: FamilyKey, left: sx.Node, right: sx.Node) -> bool:
    r"""Whether a name with parameters is given by one without: `P_\theta(y) = P(y \mid z, \theta)`."""
    if not isinstance(left, sx.Call) or not isinstance(right, sx.Call):
        return False
    names = (left.function, right.function)
    below: list[set[str]] = []
    for name in names:
        if not isinstance(name, sx.Name) or family_key(name) != family:
            return False
        below.append({sx.outline(part) for part in split_scripts(name).indices if is_parameter(part)})
    about = {sx.outline(item) for item in (*right.arguments.given, *right.arguments.parameters)}
    return bool(below[0]) and not below[1] and not left.arguments.given and below[0] <= about


def _argument_lists(vocabulary: Vocabulary, family: FamilyKey, forms: set[str]) -> list[tuple[sx.Node, ...]]:
    """What densities of a family are about, where they are written in one of some forms."""
    mine = [s for s in vocabulary.signatures if s.family == family and sx.outline(s.call.arguments) in forms]
    return [(*signature.of, *signature.given) for signature in mine]


def _compared(vocabulary: Vocabulary, family: FamilyKey, listed: Iterable[sx.Node]) -> bool:
    """Whether a family with parameters and without is on the two sides of a divergence, or averaged under the other."""

    def kinds(node: sx.Node) -> set[bool]:
        names = (part.function if isinstance(part, sx.Call) else part for part in sx.walk(node))
        mine = (n for n in names if isinstance(n, sx.Name) and vocabulary.is_family(n) and family_key(n) == family)
        return {any(is_parameter(p) for p in split_scripts(name).indices) for name in mine}

    for side in listed:
        for node in sx.walk(side):
            pair: tuple[sx.Node, sx.Node] | None = None
            if isinstance(node, sx.Divergence):
                pair = (node.left, node.right)
            elif isinstance(node, sx.Expectation) and any(_is_joint(law) for law in node.laws):
                pair = (sx.Tuple(node.laws, span=node.span), node.body)
            if pair is not None and any(a != b for a in kinds(pair[0]) for b in kinds(pair[1])):
                return True
    return False


def _is_joint(law: sx.Node) -> bool:
    return isinstance(law, sx.Call) and len(law.arguments.values) > 1 and not law.arguments.given


def lend_arguments(vocabulary: Vocabulary, listed: list[sx.Node]) -> None:
    r"""Find what families are densities of that nowhere stand with their variables.

    A draw says it (`x \sim p_{data}`), and so does the density beside such a name: the two sides of a divergence or of
    a cross-entropy are densities of the same variables.
    """
    draws: dict[FamilyKey, dict[str, tuple[sx.Name, sx.Name]]] = {}
    beside: list[tuple[sx.Node, sx.Node]] = []
    for side in listed:
        for node in sx.walk(side):
            if isinstance(node, sx.Sampled) and isinstance(node.law, sx.Name) and len(node.variables) == 1:
                name = node.variables[0]
                if isinstance(name, sx.Name) and not split_scripts(name).indices:
                    draws.setdefault(family_key(node.law), {})[sx.outline(name)] = (node.law, name)
            elif isinstance(node, sx.Divergence):
                beside += [(node.left, node.right), (node.right, node.left)]
            elif isinstance(node, sx.Entropy) and len(node.arguments.values) == 2:
                left, right = node.arguments.values
                beside += [(left, right), (right, left)]
    for found in draws.values():
        if len(found) == 1:
            law, name = next(iter(found.values()))
            _lend(vocabulary, law, (name,))
    for _ in range(2):
        for name, other in beside:
            if isinstance(name, sx.Name) and vocabulary.signature_of(family_key(name)) is None:
                _lend(vocabulary, name, _values(vocabulary, other))


def _values(vocabulary: Vocabulary, node: sx.Node) -> tuple[sx.Node, ...]:
    """What a side of a divergence is a density of; nothing where the document does not show it."""
    if isinstance(node, sx.Call):
        return node.arguments.values if all(isinstance(item, sx.Name) for item in node.arguments.values) else ()
    if isinstance(node, sx.Name):
        signature = vocabulary.signature_of(family_key(node))
        return () if signature is None else signature.of
    return ()


def _lend(vocabulary: Vocabulary, name: sx.Name, values: tuple[sx.Node, ...]) -> None:
    """Let a family that has no form of its own be a density of these variables."""
    key = family_key(name)
    if not values or key not in vocabulary.families or vocabulary.signature_of(key) is not None:
        return
    call = sx.Call(name, sx.Arguments(values, span=name.span), span=name.span)
    vocabulary.signatures.append(Signature(key, values, (), call))
    vocabulary.slots.setdefault(key, set()).update(plain_key(item) for item in values if isinstance(item, sx.Name))


def written_out(vocabulary: Vocabulary, pairs: list[tuple[sx.Node, sx.Node]]) -> None:
    r"""Find what bare names stand for where a divergence is written out: `KL(q \| p) = \int q(z) \log (q(z) / p(z))`.

    A family counts where the other side has one form of it only.
    """
    for left, right in pairs:
        if not isinstance(left, sx.Divergence):
            continue
        for name in (left.left, left.right):
            if not isinstance(name, sx.Name):
                continue
            forms = {
                sx.outline(call.arguments)
                for call in sx.walk(right)
                if isinstance(call, sx.Call)
                and isinstance(call.function, sx.Name)
                and family_key(call.function) == family_key(name)
            }
            if len(forms) == 1:
                vocabulary.meant.setdefault(family_key(name), forms.pop())
