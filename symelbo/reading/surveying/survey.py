"""The survey of a document that fills its vocabulary.

Nothing needs to be declared in the common case. The survey looks at how each name is used in the whole document:
what stands under an expectation or beside a divergence's bars is a family, what stands in a density's brackets is a
variable, and a call that only ever stands alone on a side is the name of a functional.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.positions import plain_names
from symelbo.reading.parsing.scripts import (
    GREEK,
    FamilyKey,
    base_text,
    family_key,
    functional_key,
    is_index,
    is_parameter,
    numberless,
    plain_key,
    split_scripts,
    stripped,
)
from symelbo.reading.surveying.counting import find_counted
from symelbo.reading.surveying.families import (
    DENSITY_LETTERS,
    find_families,
    lend_arguments,
    record,
    share_parameters,
    written_out,
)
from symelbo.reading.surveying.flow_names import has_jacobians, images, numbered_along
from symelbo.reading.surveying.logistic import LOGISTIC_WORDS
from symelbo.reading.surveying.quantities import (
    see_euler,
    see_index,
    see_matrix,
    see_measure,
    see_pi,
    see_positive,
)
from symelbo.reading.surveying.vectors import find_vectors
from symelbo.reading.translating.constants import constant_letters
from symelbo.reading.translating.vocabulary import Vocabulary

__all__ = ["survey"]

_OBJECTIVES = frozenset("FGJLZ")  # capitals that no document counts or collects data with


def survey(
    sides: Iterable[sx.Node], starts: Iterable[sx.Node] = (), pairs: Iterable[tuple[sx.Node, sx.Node]] = ()
) -> Vocabulary:
    """Look at every side of every claim and sort the names by role.

    `starts` are the sides that open a chain, `pairs` the two sides of each relation.
    """
    listed, opening, pairs = list(sides), list(starts), list(pairs)
    vocabulary = Vocabulary()
    find_families(vocabulary, listed, opening)
    for side in opening:
        head = side.function if isinstance(side, sx.Call) else side
        if isinstance(head, sx.Name) and family_key(head) not in vocabulary.families and _names_a_functional(head):
            vocabulary.functionals.add(functional_key(head))
        if (
            isinstance(side, sx.Call)
            and isinstance(head, sx.Name)
            and all(
                isinstance(part, sx.Name) for part in side.arguments.values
            )  # `\Gamma(a + 1) = ...` defines nothing
        ):
            vocabulary.own_functions.add(head.text)
    pairs = list(pairs)
    for _, right in pairs:  # `... = \mathcal{L}_1` and `... = F` name what they stand behind
        if not isinstance(right, sx.Name) or vocabulary.is_family(right):
            continue
        plain = right.text in _OBJECTIVES and right.font == "" and not (right.subscripts or right.accents)
        if right.font in ("cal", "script") or plain:
            vocabulary.functionals.add(functional_key(right))
    for side in listed:
        vocabulary.functionals |= {functional_key(name) for name in _objectives(vocabulary, side)}
    called_nodes: set[int] = set()
    for side in listed:
        for node in sx.walk(side):
            if isinstance(node, sx.Call) and isinstance(node.function, sx.Name):
                called_nodes.add(id(node.function))
                if vocabulary.is_family(node.function):
                    record(vocabulary, node)
            see_index(vocabulary, node)
            see_measure(vocabulary, node)
            see_positive(vocabulary, node)
            see_euler(vocabulary, node)
            see_pi(vocabulary, node)
            see_matrix(vocabulary, node)
    for side in listed:
        vocabulary.plain |= plain_names(side)
        for node in sx.walk(side):
            if isinstance(node, sx.Name) and id(node) not in called_nodes:
                vocabulary.bare.add(plain_key(node))
                if vocabulary.is_family(node) and node.text not in DENSITY_LETTERS:
                    vocabulary.also_quantities.add(family_key(node))
    for left, right in pairs:
        find_vectors(vocabulary, left, right)
    vocabulary.constants = constant_letters(listed)
    share_parameters(vocabulary, listed, pairs)
    lend_arguments(vocabulary, listed)
    written_out(vocabulary, pairs)
    _copies(vocabulary)
    vocabulary.linked = set(_linked(vocabulary))
    if has_jacobians(listed):
        vocabulary.linked |= set(numbered_along(vocabulary.signatures))
        vocabulary.images = set(images(pairs))
    for left, right in pairs:
        _draws(vocabulary, left, right)
    find_counted(vocabulary)
    _numbered_functionals(vocabulary, listed)
    vocabulary.functionals -= {name for name in _OBJECTIVES if vocabulary.is_variable(name)}
    vocabulary.functionals -= vocabulary.indices  # a capital that counts is the end of a range, no objective
    return vocabulary


def _numbered_functionals(vocabulary: Vocabulary, sides: Iterable[sx.Node]) -> None:
    r"""Functionals that are about a number: `\mathcal{L}_K` where `\mathcal{L}_{K+1}` stands too.

    There is one letter, which a range of the document ends with, and all else is a number or an expression in it.
    """
    seen: dict[str, dict[str, sx.Node]] = {}
    for side in sides:
        for node in sx.walk(side):
            if isinstance(node, sx.Name) and len(node.subscripts) == 1 and _names_a_functional(node):
                number = node.subscripts[0]
                seen.setdefault(functional_key(numberless(node)), {})[sx.outline(number)] = number
    for base, numbers in seen.items():
        letters = {text for text, node in numbers.items() if isinstance(node, sx.Name)}
        if len(letters) != 1 or len(numbers) < 2:
            continue
        (letter,) = letters
        named = letter in vocabulary.counts and f"{base}_{{{letter}}}" in vocabulary.functionals
        others = (node for text, node in numbers.items() if text != letter)
        if named and all(
            isinstance(node, sx.Number) or letter in {sx.outline(part) for part in sx.walk(node)} for node in others
        ):
            vocabulary.numbered.add(base)


def _objectives(vocabulary: Vocabulary, side: sx.Node) -> Iterator[sx.Name]:
    r"""Names of objectives among the terms of a side: `\mathcal{L}`, `ELBO`, and what takes a density as argument."""
    for term in side.terms if isinstance(side, sx.Sum) else (side,):
        term = term.body if isinstance(term, sx.Negative) else term
        name = term.function if isinstance(term, sx.Call) else term
        if not isinstance(name, sx.Name) or vocabulary.is_family(name) or not _names_a_functional(name):
            continue
        of_density = isinstance(term, sx.Call) and any(
            isinstance(item, sx.Name) and vocabulary.is_family(item) for item in term.arguments.values
        )
        if name.font in ("cal", "script") or (len(name.text) > 2 and name.text.isupper()) or of_density:
            yield name


def _names_a_functional(name: sx.Name) -> bool:
    """Calligraphic letters, words and capitals name objectives; small letters name quantities."""
    return name.text not in LOGISTIC_WORDS and (
        name.font in ("cal", "bb", "script") or (len(name.text) > 1 and name.text not in GREEK) or name.text.isupper()
    )


def _copies(vocabulary: Vocabulary) -> None:
    """Bases that a family only ever takes one entry of, at a running index: `p(x_n, z_n)` is one law for every n."""
    seen: dict[tuple[FamilyKey, str], bool] = {}
    for signature in vocabulary.signatures:
        names: dict[str, list[sx.Name]] = {}
        for item in (*signature.of, *signature.given):
            target = item.left if isinstance(item, sx.Relation) else item
            if isinstance(target, sx.Name):
                names.setdefault(base_text(target), []).append(target)
        for base, found in names.items():
            key = (signature.family, base)
            indexed = [split_scripts(name).indices for name in found]
            single = len(found) == 1 and len(indexed[0]) == 1 and isinstance(indexed[0][0], sx.Name)
            seen[key] = seen.get(key, True) and single
    numbered = {f for (f, _), fine in seen.items() if fine}
    families_with_index = {
        s.family
        for s in vocabulary.signatures
        if isinstance(s.call.function, sx.Name)
        and any(is_index(p) and not is_parameter(p) for p in split_scripts(s.call.function).indices)
    }
    vocabulary.copied = {key for key, fine in seen.items() if fine and key[0] in numbered - families_with_index}


def _linked(vocabulary: Vocabulary) -> Iterator[str]:
    """Bases of which one entry is given another one somewhere, and copies that are given what they are copies of."""
    for signature in vocabulary.signatures:
        sides = [[item for item in side if isinstance(item, sx.Name)] for side in (signature.of, signature.given)]
        for side, other in (sides, sides[::-1]):
            whole = {plain_key(name) for name in other}
            copies = [(name, original) for name in side if (original := stripped(name)) is not None]
            yield from (plain_key(name) for name, original in copies if plain_key(original) in whole)
        indexed = [
            {base_text(name) for name in side if isinstance(name, sx.Name) and split_scripts(name).indices}
            for side in (signature.of, signature.given)
        ]
        yield from indexed[0] & indexed[1]


def _draws(vocabulary: Vocabulary, left: sx.Node, right: sx.Node) -> None:
    r"""Independent draws: `q(z_{1:K} \mid x) = \prod_k q(z_k \mid x)`, where `z_k` fills the place of `z` elsewhere.

    That it does, as in `p(x, z_k)`, says that the entries are values of one variable, and not variables of their own.
    """
    if isinstance(left, sx.Call) and isinstance(right, sx.Product):
        _listed_draws(vocabulary, left, right)
    if not isinstance(left, sx.Call) or not isinstance(right, sx.BigProduct) or len(right.variables) != 1:
        return
    each = right.body
    if not isinstance(each, sx.Call) or not isinstance(left.function, sx.Name) or each.function != left.function:
        return
    whole, one = left.arguments.values, each.arguments.values
    if len(whole) != 1 or len(one) != 1 or not all(isinstance(name, sx.Name) for name in (*whole, *one)):
        return
    assert isinstance(whole[0], sx.Name) and isinstance(one[0], sx.Name)
    base, key = base_text(whole[0]), family_key(left.function)
    ranges, places = split_scripts(whole[0]).indices, split_scripts(one[0]).indices
    same = base_text(one[0]) == base and list(map(sx.outline, places)) == [sx.outline(right.variables[0])]
    if not same or len(ranges) != 1 or not isinstance(ranges[0], sx.Range):
        return
    conditions = [[sx.outline(node) for node in call.arguments.given] for call in (left, each)]
    if conditions[0] != conditions[1] or any(
        isinstance(n, sx.Name) and base_text(n) == base for n in each.arguments.given
    ):
        return  # each entry depends on others, or on a condition of its own
    if any(family != key and other == base for family, other in vocabulary.copied):
        vocabulary.copied.add((key, base))
        vocabulary.drawn.add((key, base))
    elif any(_is_bare(item, base) for signature in vocabulary.signatures for item in signature.of):
        vocabulary.drawn.add((key, base))


def _listed_draws(vocabulary: Vocabulary, left: sx.Call, right: sx.Product) -> None:
    r"""Independent draws one by one: `q(z_1, z_2 \mid x) = q(z_1 \mid x)\, q(z_2 \mid x)` beside `q(z \mid x)`."""
    calls = [factor for factor in right.factors if isinstance(factor, sx.Call) and factor.function == left.function]
    names = left.arguments.values
    if not isinstance(left.function, sx.Name) or not len(calls) == len(right.factors) == len(names) > 1:
        return
    ways = {tuple(map(sx.outline, call.arguments.given)) for call in (left, *calls)}
    bases = {base_text(name) for name in names if isinstance(name, sx.Name) and name.subscripts}
    each = sorted(sx.outline(value) for call in calls for value in call.arguments.values)
    if len(ways) != 1 or len(bases) != 1 or each != sorted(map(sx.outline, names)):
        return
    (base,) = bases
    key = family_key(left.function)
    if any(_is_bare(item, base) for signature in vocabulary.signatures for item in signature.of):
        vocabulary.drawn.add((key, base))


def _is_bare(node: sx.Node, base: str) -> bool:
    """Whether a node is a name as it stands, without an index."""
    return isinstance(node, sx.Name) and not node.subscripts and base_text(node) == base
