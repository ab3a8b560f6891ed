"""All single edits of a false claim, the most plausible first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symelbo.checking.repairs import densities, factors, names, signs, terms
from symelbo.checking.repairs.edits import Edit
from symelbo.checking.repairs.material import Site
from symelbo.reading.stating.statements import Statement

__all__ = ["of_relation", "of_sides"]

_GENERATORS: tuple[Callable[[Site], Iterator[Edit]], ...] = (
    signs.signs,
    signs.fractions,
    signs.logarithms,
    signs.powers,
    signs.inverses,
    names.indices,
    names.bounds,
    names.others,
    names.exchanges,
    densities.densities,
    densities.letters,
    densities.laws,
    densities.conditions,
    factors.lost,
    factors.weights,
    factors.numbers,
    factors.surplus,
    terms.constants,
    terms.means,
    terms.terms,
    terms.difference,
)

_TURNED = {
    "\\le": "\\ge",
    "\\leq": "\\geq",
    "\\leqslant": "\\geqslant",
    "\\ge": "\\le",
    "\\geq": "\\leq",
    "\\geqslant": "\\leqslant",
    "≤": "≥",
    "≥": "≤",
    "<=": ">=",
    ">=": "<=",
    "<": ">",
    ">": "<",
}


def of_relation(text: str, statement: Statement) -> Iterator[Edit]:
    """The sign of the relation turned round, or a bound or a proportionality in place of an equation."""
    start, end = statement.span.start, statement.span.end
    written = text[start:end]
    if written in _TURNED:
        yield Edit(start, end, _TURNED[written], "direction")
        return
    place = written.rfind("=")
    if statement.sign != "=" or place < 0:
        return
    start, end = start + place, start + place + 1
    tex = "\\" in text
    greater, less = ("\\geq", "\\leq") if text.count("\\geq") + text.count("\\leq") else ("\\ge", "\\le")
    for sign in (greater, less) if tex else (">=", "<="):
        yield Edit(start, end, sign + _gap(text, end), "bound")
    if tex:
        yield Edit(start, end, "\\propto" + _gap(text, end), "proportional")


def _gap(text: str, end: int) -> str:
    """A blank where a letter would run into the command."""
    return " " if text[end : end + 1].isalpha() else ""


def of_sides(right: Site | None, left: Site | None) -> list[Edit]:
    """The edits of both sides; those of the left side are less plausible, as it was often right before."""
    found: dict[tuple[int, int, str], Edit] = {}
    for site, more in ((right, 0.0), (left, 0.55)):
        if site is None:
            continue
        for generator in _GENERATORS:
            for edit in generator(site):
                if not (site.low <= edit.start <= edit.end <= site.high):
                    continue
                if site.text[edit.start : edit.end] == edit.text:
                    continue
                made = Edit(edit.start, edit.end, edit.text, edit.kind, edit.more + more)
                key = (edit.start, edit.end, edit.text)
                if key not in found or made.cost < found[key].cost:
                    found[key] = made
    return sorted(found.values(), key=lambda edit: (edit.cost, -edit.start))
