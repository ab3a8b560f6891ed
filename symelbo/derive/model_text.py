"""Models as people write them: `p(x, z) = p(z) p(x | z); q(z | x)`, or a document that says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sympy import Expr, Mul

from symelbo.errors import DerivationError, ReadingError, SymelboError
from symelbo.language import Density
from symelbo.reading.layout.displays import read_chains
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.sources.directives import Directive
from symelbo.reading.sources.tokens import Chain, Side
from symelbo.reading.stating.sides import Sides
from symelbo.reading.translating.terms import Translator

__all__ = ["Equation", "densities_of_text", "equations_in", "equations_of", "terms_of"]

_LONGEST: Final = 20_000
_SUFFIXES: Final = (".txt", ".md", ".tex", ".ipynb")


@dataclass(frozen=True, slots=True)
class Equation:
    """A density and the factors it is said to be the product of, in written order; no factors if it stands alone."""

    joint: Density
    factors: tuple[Expr, ...]


def equations_of(text: str) -> tuple[Equation, ...]:
    """The equations of a model on one line or several, between semicolons or line ends.

    Raises `DerivationError` that says what could not be read.

    >>> [equation.factors for equation in equations_of("p(x, z) = p(z) p(x | z); q(z | x)")]
    [(p(z), p(x | z)), ()]
    """
    if len(text) > _LONGEST:
        raise DerivationError(f"the model has {len(text)} characters; write it in at most {_LONGEST}")
    pieces = [" ".join(piece.split()) for piece in re.split(r"[;\n]", text) if piece.strip()]
    known = [piece.partition("=")[0] if "=" in _outside(piece) else piece for piece in pieces]
    if not pieces:
        raise DerivationError("the model is empty; write one such as 'p(x, z) = p(z) p(x | z); q(z | x)'")
    made = []
    for piece, (left, right) in zip(pieces, _links(pieces, known), strict=True):
        joint = left[0] if len(left) == 1 else Mul(*left)
        if not isinstance(joint, Density):
            raise DerivationError(f"'{piece}' is not about a density; write it as p(x, z) = p(z) p(x | z)")
        made.append(Equation(joint, () if list(left) == list(right) else right))
    return tuple(made)


def terms_of(texts: Iterable[str]) -> tuple[Expr, ...]:
    """Terms in LaTeX or plain text, read as in one document."""
    return tuple(Mul(*left) for left, _ in _links(list(texts), []))


def densities_of_text(texts: Iterable[str]) -> tuple[Density, ...]:
    """Densities in LaTeX or plain text, whatever their letters are. Raises `DerivationError` for anything else."""
    listed = list(texts)
    made = []
    for text, (left, _) in zip(listed, _links(listed, listed), strict=True):
        if len(left) != 1 or not isinstance(left[0], Density):
            raise DerivationError(f"'{text}' is not read as a density; use a letter for it and for its variables")
        made.append(left[0])
    return tuple(made)


def equations_in(path: Path) -> tuple[Equation, ...]:
    """What a document says about its densities: its `symelbo: assume` lines and the equations in its displays."""
    if path.suffix not in _SUFFIXES:
        raise DerivationError(f"{path} is not a document; a model is read from {', '.join(_SUFFIXES)}")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DerivationError(f"{path} cannot be read as UTF-8 text: {error}") from error
    chains = read_chains(str(path), text)
    sides = Sides(chains.items)
    translator = Translator(sides.vocabulary)
    found: dict[Density, Equation] = {}
    for item in chains.items:
        for chain in item.chains if isinstance(item, Directive) else (item,):
            for left, right in _first_links(sides, translator, chain):
                if len(left) == 1 and isinstance(left[0], Density) and right:
                    found.setdefault(left[0], Equation(left[0], right))
    if not found:
        raise DerivationError(
            f"{path} says nothing about its densities; add a line such as 'symelbo: assume p(x, z) = p(z) p(x | z)'"
        )
    return tuple(found.values())


def _first_links(
    sides: Sides, translator: Translator, chain: Chain
) -> Iterator[tuple[tuple[Expr, ...], tuple[Expr, ...]]]:
    """The first equation of a chain, where it can be read."""
    try:
        for left, sign, right in list(sides.links(chain))[:1]:
            if sign in ("=", ":="):
                yield _factors(translator, left), _factors(translator, right)
    except SymelboError:
        return


def _links(pieces: list[str], densities: list[str]) -> Iterator[tuple[tuple[Expr, ...], tuple[Expr, ...]]]:
    """Left and right side of every piece, one without a relation sign standing on both; all read as one document.

    `densities` are texts that are about densities: further lines say so to the reader.
    """
    if any("\\" in piece for piece in pieces):
        path, mark = "model.tex", "% symelbo: assume"
    else:
        path, mark = "model.txt", "symelbo: assume"
    lines = [piece if "=" in _outside(piece) else f"{piece} = {piece}" for piece in pieces]
    lines += [f"KL({text} || {text}) = 0" for text in densities]
    chains = read_chains(path, "".join(f"{mark} {line}\n" for line in lines))
    sides = Sides(chains.items)
    translator = Translator(sides.vocabulary)
    directives = [item for item in chains.items if isinstance(item, Directive)]
    if len(directives) != len(lines):
        raise DerivationError("; ".join(problem.message for problem in chains.problems) or "the model cannot be read")
    for piece, item in zip(pieces, directives, strict=False):
        if len(item.chains) != 1 or len(item.chains[0].links) != 1 or item.chains[0].start is None:
            raise DerivationError(f"'{piece}' is not one equation; write one such as p(x, z) = p(z) p(x | z)")
        chain = item.chains[0]
        assert chain.start is not None
        try:
            yield (
                _factors(translator, _tree(sides, chain.start, piece)),
                _factors(translator, _tree(sides, chain.links[0].right, piece)),
            )
        except ReadingError as wrong:
            raise DerivationError(f"'{piece}' cannot be read: {wrong.message}") from wrong


def _outside(piece: str) -> str:
    """The text without what stands in brackets: `p(x, z_{t=1})` holds no equation."""
    while (shorter := re.sub(r"\([^()]*\)|\{[^{}]*\}", "", piece)) != piece:
        piece = shorter
    return piece


def _tree(sides: Sides, side: Side, piece: str) -> sx.Node:
    understood = sides.read(side)
    if understood.conventional is None:
        why = understood.problem.message if understood.problem is not None else "it is not understood"
        raise DerivationError(f"'{piece}' cannot be read: {why}")
    return understood.conventional


def _factors(translator: Translator, node: sx.Node) -> tuple[Expr, ...]:
    if isinstance(node, sx.Product):
        return tuple(inner for factor in node.factors for inner in _factors(translator, factor))
    return (translator.term(node),)
