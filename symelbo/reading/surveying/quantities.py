"""What the survey learns of quantities: which count, which are positive, which are matrices."""

from __future__ import annotations

from collections.abc import Iterable

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.positions import factors
from symelbo.reading.parsing.scripts import GREEK, base_text, name_key
from symelbo.reading.translating.vocabulary import Vocabulary

__all__ = [
    "see_declared",
    "see_euler",
    "see_index",
    "see_matrix",
    "see_measure",
    "see_pi",
    "see_positive",
    "settle_matrices",
]


def see_index(vocabulary: Vocabulary, node: sx.Node) -> None:
    """Names that count: in subscripts, under sums, at the ends of ranges."""
    if isinstance(node, sx.Name):
        last = node.subscripts[-1] if node.subscripts else None
        if isinstance(last, sx.Name) and len(last.text) == 1 and last.text not in GREEK:
            vocabulary.entries.setdefault(name_key(node), name_key(last))
        for place, part in enumerate(node.subscripts):
            if isinstance(part, sx.Name) and not part.subscripts:
                vocabulary.indexed.setdefault((base_text(node), place), set()).add(name_key(part))
            for inner in sx.walk(part):
                if isinstance(inner, sx.Name) and not inner.subscripts and len(inner.text) == 1 and inner.font == "":
                    vocabulary.indices.add(name_key(inner))
                    if inner.text.isupper():
                        vocabulary.counts.add(name_key(inner))
            if isinstance(part, sx.Range) and isinstance(part.lower, sx.Number) and part.lower.text.isdigit():
                base = name_key(node)
                vocabulary.first[base] = min(vocabulary.first.get(base, 1), int(part.lower.text))
    if isinstance(node, sx.BigSum | sx.BigProduct) and node.lower is not None and len(node.variables) == 1:
        variable = node.variables[0]
        if isinstance(variable, sx.Name) and not variable.subscripts:
            vocabulary.indices.add(name_key(variable))
            if node.upper is not None:
                widest = vocabulary.bounds.get(name_key(variable))
                if widest is None or sx.outline(node.lower) < sx.outline(widest[0]):
                    vocabulary.bounds[name_key(variable)] = (node.lower, node.upper)
        if isinstance(node.upper, sx.Name) and not node.upper.subscripts:
            vocabulary.indices.add(name_key(node.upper))
            vocabulary.counts.add(name_key(node.upper))


def see_measure(vocabulary: Vocabulary, node: sx.Node) -> None:
    """Names that are summed or integrated over their whole space, by which a variable is discrete or not."""
    if isinstance(node, sx.BigSum) and node.lower is None and node.upper is None:
        vocabulary.summed |= {name_key(v) for v in node.variables if isinstance(v, sx.Name) and not v.subscripts}
    elif isinstance(node, sx.IntegralVariable) and isinstance(node.variable, sx.Name):
        vocabulary.integrated.add(name_key(node.variable))


def see_positive(vocabulary: Vocabulary, node: sx.Node) -> None:
    """Names that stand where only positive numbers can: in logarithms, under roots, as scales."""
    places: tuple[sx.Node, ...] = ()
    if isinstance(node, sx.Log | sx.Sqrt):
        places = (node.argument,)
    elif isinstance(node, sx.Distribution):
        places = node.parameters[1:] if node.family in ("normal", "laplace") else node.parameters
    for place in places:
        for part in factors(place):
            if isinstance(part, sx.Name):
                vocabulary.positive.add(base_text(part))


def see_declared(vocabulary: Vocabulary, relations: Iterable[tuple[sx.Node, str, sx.Node]]) -> None:
    """Names that an assumption says are positive: `\\sigma_t > 0`, `0 < \\beta_t < 1`."""
    for left, sign, right in relations:
        small, large = (right, left) if sign == ">" else (left, right)
        named = isinstance(large, sx.Name) and isinstance(small, sx.Number) and not small.text.startswith("-")
        if sign in ("<", ">") and named:
            assert isinstance(large, sx.Name)
            vocabulary.positive.add(base_text(large))
            vocabulary.numbers.add(name_key(large))


def see_euler(vocabulary: Vocabulary, node: sx.Node) -> None:
    r"""`e` beside `\pi`, as in `2 \pi e \sigma^2`: where that occurs, the letter is Euler's number."""
    if isinstance(node, sx.Product):
        letters = {part.text for part in node.factors if isinstance(part, sx.Name) and not part.subscripts}
        vocabulary.euler |= {"e", "pi"} <= letters


def see_pi(vocabulary: Vocabulary, node: sx.Node) -> None:
    r"""`\pi` taken from one, or raised to what is no number, is a probability: the letter is the document's own."""
    if isinstance(node, sx.Sum):
        written = [sx.outline(term) for term in node.terms]
        vocabulary.own_pi |= len(written) == 2 and "1" in written and any(map(_is_minus_pi, node.terms))
    elif isinstance(node, sx.Power):
        vocabulary.own_pi |= _is_pi(node.base) and isinstance(node.exponent, sx.Name)


def _is_minus_pi(node: sx.Node) -> bool:
    return isinstance(node, sx.Negative) and _is_pi(node.body)


def _is_pi(node: sx.Node) -> bool:
    return isinstance(node, sx.Name) and node.text == "pi" and not (node.subscripts or node.accents or node.primes)


def settle_matrices(vocabulary: Vocabulary) -> None:
    r"""Capitals in normal laws are variances of numbers where one of them divides, or is said to be `> 0`.

    A trace, a determinant or a transpose anywhere in the document speaks against it.
    """
    if vocabulary.matrices & vocabulary.numbers and not vocabulary.algebraic:
        vocabulary.matrices.clear()


def see_matrix(vocabulary: Vocabulary, node: sx.Node) -> None:
    """Names under a trace or determinant, and covariances beside them."""
    places: tuple[sx.Node, ...] = ()
    if isinstance(node, sx.Trace | sx.Determinant) or (
        isinstance(node, sx.Absolute)
        and isinstance(node.argument, sx.Name)
        and (node.argument.text.isupper() or node.argument.text in ("Sigma", "Lambda"))
    ):
        places = (node.argument,)
        vocabulary.algebraic = True
    elif isinstance(node, sx.Transpose):
        vocabulary.algebraic = True
    elif isinstance(node, sx.Quotient):
        below = node.denominator
        for term in below.terms if isinstance(below, sx.Sum) else (below,):
            vocabulary.numbers |= {name_key(part) for part in factors(term) if isinstance(part, sx.Name)}
    elif isinstance(node, sx.Distribution) and node.family == "normal" and len(node.parameters) == 2:
        places = (node.parameters[1],)
    for place in places:
        for part in factors(place):
            if isinstance(part, sx.Name) and (part.text.isupper() or part.text in ("Sigma", "Lambda", "Psi", "Omega")):
                vocabulary.matrices.add(name_key(part))
            elif isinstance(part, sx.Call) and isinstance(part.function, sx.Name) and part.function.text == "J":
                vocabulary.matrices.add(name_key(part.function))
