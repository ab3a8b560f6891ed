"""The smallest edit of a false line that makes it true: each candidate is read again and proved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sympy import Add, Expr, log

from symelbo.checking.judge import Finding
from symelbo.checking.repairs import numbers
from symelbo.checking.repairs.candidates import of_relation, of_sides
from symelbo.checking.repairs.edits import Edit, applied
from symelbo.checking.repairs.material import Site, hidden_in, material_of
from symelbo.checking.report import Outcome
from symelbo.errors import SymelboError
from symelbo.language import KL, Binder, Claim, Context, Expectation, may_overlap
from symelbo.language.walks import found_in
from symelbo.proof import Effort
from symelbo.proof.prove import find_proof
from symelbo.proof.repair import Search, Trials
from symelbo.reading import read_document
from symelbo.reading.stating.rereading import Rereader
from symelbo.reading.stating.statements import DocumentReading, Kind, Statement

__all__ = ["Found", "Judge", "find_numeric_repair", "find_repair"]

Judge = Callable[[DocumentReading, int], Finding]
"""What is found about the statement with this number, numbers of the document taken into account."""

_MOST_HITS = 4
_MOST_EMPTY = 6
_LIKELY_BOUND = -2.1
_CERTAIN = 0.85  # nothing is more plausible than an edit that costs less
_WITHIN = 0.45  # an edit that costs this much more than the first one found is not looked at any more
_MOST_SLIPS = 24  # slips in a number's arithmetic that are tried
_ARITHMETIC = ("sign", "lead", "fraction", "bar", "logarithm")
_OF_DENSITIES = ("density", "letter", "condition", "bar")
_OF_RELATION = ("direction", "bound", "proportional")


@dataclass(frozen=True, slots=True)
class Found:
    """An edit that makes a claim true, and the document with it."""

    edit: Edit
    document: DocumentReading
    cost: float


@dataclass(frozen=True, slots=True)
class _Hit:
    edit: Edit
    cost: float


def find_repair(
    document: DocumentReading,
    number: int,
    rereader: Rereader,
    effort: Effort,
    apart: str | None = None,
) -> Found | None:
    """The best edit of the statement with this number, or None. The statement must have been refuted.

    `apart` is the difference of its sides in LaTeX, if that is known.

    Edits that leave the row after it true are preferred; so are edits of the right side, where new material stands.
    """
    statement = document.statements[number]
    if statement.kind is not Kind.CLAIM or not statement.readings or statement.context is None:
        return None
    assumed = statement.later or statement.context
    search: Search[Edit] = Search(assumed, effort, Trials(looks=effort.repairs))
    hits: list[_Hit] = []
    claims: dict[Edit, Claim] = {}
    empty: list[Edit] = []  # edits that leave a row which only repeats the one before

    def proposals() -> Iterator[tuple[Edit, Claim]]:
        for edit in _edits(document, number, rereader, apart if statement.sign == "=" else None):
            if hits and edit.kind not in _OF_RELATION and edit.cost > min(hit.cost for hit in hits) + _WITHIN:
                return
            if _is_empty(document, statement, edit):
                if edit.kind in _OF_DENSITIES:
                    empty.append(replace(edit, more=edit.more + 0.9))
                continue
            claim = rereader.claim(statement, edit.start, edit.end, edit.text)
            if claim is not None:
                claims[edit] = claim
                yield edit, claim
        for edit in empty[:_MOST_EMPTY] if not hits else ():
            claim = rereader.claim(statement, edit.start, edit.end, edit.text)
            if claim is not None:
                claims[edit] = claim
                yield edit, claim

    for edit, _ in search.proved(proposals()):
        cost = edit.cost + _surcharge(edit, statement) + _idle(claims[edit])
        cost += _downstream(document, number, edit, claims[edit], search)
        hits.append(_Hit(edit, cost))
        if len(hits) >= _MOST_HITS or cost < _CERTAIN:
            break
    for hit in sorted(hits, key=lambda hit: hit.cost):
        again = _with_edit(document, number, hit.edit)
        if again is not None and _holds(again, number, claims[hit.edit], assumed, effort):
            return Found(hit.edit, again, hit.cost)
    return None


def find_numeric_repair(
    document: DocumentReading,
    number: int,
    rereader: Rereader,
    judge: Judge,
    witness: Any,
    corrected: Mapping[str, str],
) -> Found | None:
    """The best edit of a wrong number: each candidate is judged on the document's own table.

    `witness` holds the value of the left side, `corrected` the numbers that were replaced further up.
    """
    statement = document.statements[number]
    edits = list(numbers.carried(document, statement, corrected))
    edits += numbers.digits(document, statement, str(getattr(witness, "lhs", "")))
    slips = (e for e in _edits(document, number, rereader) if e.kind in _ARITHMETIC)
    edits += islice(slips, _MOST_SLIPS)
    edits += numbers.divided(document, statement, document.statements)
    for edit in edits:
        again = None if _is_empty(document, statement, edit) else _confirmed(document, number, edit, judge)
        if again is not None:
            return Found(edit, again, edit.cost)
    return None


def _edits(document: DocumentReading, number: int, rereader: Rereader, apart: str | None = None) -> list[Edit]:
    statement = document.statements[number]
    left, right = statement.written
    sites: list[Site | None] = [None, None]
    display = next((d for d in rereader.chains.source.displays if d.start <= statement.span.start < d.end), None)
    edits = list(of_relation(document.text, statement))
    if display is None or left is None or right is None:
        return edits
    material = material_of(document.text, document.statements, statement, rereader.vocabulary)
    for place, (side, other) in enumerate(((right, left), (left, right))):
        if place == 1 and not _is_new(document, number):
            continue
        sites[place] = Site(
            document.text,
            side,
            other,
            material,
            rereader.vocabulary,
            display.start,
            display.end,
            hidden_in(side),
            apart if apart and place == 0 and _is_one_term(apart) else "",
        )
    return [*edits, *of_sides(*sites)]  # what the relation may be comes first, as it takes two looks


def _is_one_term(latex: str) -> bool:
    """Whether a difference is one term, perhaps with a sign before it."""
    depth = 0
    for place, char in enumerate(latex):
        depth += (char in "([{") - (char in ")]}")
        if char in "+-" and depth == 0 and place:
            return False
    return True


def _is_new(document: DocumentReading, number: int) -> bool:
    """Whether the left side begins here, so that no row before rests on it."""
    statement = document.statements[number]
    before = document.statements[number - 1] if number else None
    fresh = before is None or statement.written[0] is not before.written[1]
    return fresh and statement.written[0] is not None and statement.written[0].span.end <= statement.span.start


def _is_empty(document: DocumentReading, statement: Statement, edit: Edit) -> bool:
    """Whether the edit makes both sides the same text, so that nothing is said any more."""
    sides = []
    for node in statement.written:
        if node is None:
            return True
        start, end = node.span.start, node.span.end
        if start <= edit.start and edit.end <= end:
            text = document.text[start : edit.start] + edit.text + document.text[edit.end : end]
        else:
            text = document.text[start:end]
        sides.append("".join(text.replace("\\,", "").split()))
    return sides[0] == sides[1]


def _surcharge(edit: Edit, statement: Statement) -> float:
    """A bound in place of an equation is likely where a logarithm passed an average, or a term was left out."""
    if edit.kind != "bound":
        return 0.0
    left, right = statement.readings[0].claim.lhs, statement.readings[0].claim.rhs
    terms = set(Add.make_args(left)), set(Add.make_args(right))
    dropped = terms[0] < terms[1] or terms[1] < terms[0]
    return _LIKELY_BOUND if dropped or _averages_logged(left) != _averages_logged(right) else 0.0


def _idle(claim: Claim) -> float:
    """A divergence of a density from itself, or a mean of what does not vary, is nothing that anybody would write."""
    sides = (claim.lhs, claim.rhs)
    same = any(node.left == node.right for side in sides for node in found_in(side, KL))
    constant = any(_is_constant(node) for side in sides for node in found_in(side, Expectation))
    return 1.0 if same else 0.5 if constant else 0.0


def _is_constant(mean: Expectation) -> bool:
    """Whether a mean is of something that none of its variables is mentioned in."""
    return not any(may_overlap(name, bound) for name in mean.body.free_symbols for bound in mean.bound)


def _averages_logged(term: Expr) -> int:
    """How many logarithms of averages stand in a term."""
    return sum(node.args[0].has(Binder) for node in found_in(term, log))


def _downstream(document: DocumentReading, number: int, edit: Edit, claim: Claim, search: Search[Edit]) -> float:
    """What the row after it says about an edit: it should go on from the repaired row."""
    statement = document.statements[number]
    if number + 1 >= len(document.statements) or edit.start < statement.span.start:
        return 0.0
    after = document.statements[number + 1]
    if after.written[0] is not statement.written[1] or after.kind is not Kind.CLAIM or not after.readings:
        return 0.0
    old = after.readings[0].claim
    new = replace(old, lhs=claim.rhs)
    before, now = search.plausible(old), search.plausible(new)
    return (-0.5 if now else 0.0) if not before else (0.0 if now else 0.7)


def _with_edit(document: DocumentReading, number: int, edit: Edit) -> DocumentReading | None:
    """The whole document read again with the edit; None where that changes what its relation signs are."""
    again = read_document(document.path, applied(document.text, [edit]))
    if len(again.statements) != len(document.statements):
        return None
    return again if _same_kinds(document.statements, again.statements, number) else None


def _holds(document: DocumentReading, number: int, known: Claim, assumed: Context, effort: Effort) -> bool:
    """Whether a statement is proved as it is usually read; `known` has been proved under `assumed` already."""
    statement = document.statements[number]
    if statement.kind is not Kind.CLAIM or not statement.readings or statement.context is None or statement.gap:
        return False
    claim, context = statement.readings[0].claim, statement.later or statement.context
    if (claim, context) == (known, assumed):
        return True
    try:
        return find_proof(claim, context, effort).proved
    except SymelboError:
        return False


def _confirmed(document: DocumentReading, number: int, edit: Edit, judge: Judge) -> DocumentReading | None:
    """The whole document read again with the edit, if the claim is found to be true in it, as it is usually read."""
    again = _with_edit(document, number, edit)
    if again is None:
        return None
    finding = judge(again, number)
    usual = finding.reading is None and not finding.from_head
    return again if finding.outcome is Outcome.PROVED and usual else None


def _same_kinds(old: Sequence[Statement], new: Sequence[Statement], number: int) -> bool:
    return all(a.kind is b.kind or place == number for place, (a, b) in enumerate(zip(old, new, strict=True)))
