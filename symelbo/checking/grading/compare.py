"""An answer put beside its key: read together, proved equal, or told apart by a model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr

from symelbo.checking.grading.grade import Grade, Standing, with_condition
from symelbo.checking.grading.judging import judged
from symelbo.checking.grading.names import with_meanings, with_names
from symelbo.checking.grading.spelling import as_latex, spelled_out
from symelbo.checking.grading.units import in_one_unit
from symelbo.checking.grading.unsaid import logistic, needs_variants, variants
from symelbo.checking.grading.writing import NotAnAnswer, Written, written
from symelbo.errors import NotSupported, SymelboError
from symelbo.language import Claim, Context, Relation, context
from symelbo.proof import Effort
from symelbo.reading import Reading, Statement, read_document
from symelbo.semantics.arithmetic.decimals import Outcome
from symelbo.semantics.arithmetic.numbers import rounds_to

__all__ = ["compare_terms", "compare_texts"]

_DECIMAL = re.compile(r"[-−+]?\d+\.\d+")
_GIVEN = re.compile(r"[A-Za-z]\w*\(([^()|]*)(?:\||\\mid|\\vert)([^()|]*)\)")
_TITLE = re.compile(r"(?:\\math\w+\s*\{?\s*[A-Z]+\s*\}?|[A-Z]{2,}|[LFJ])(?:_\w|_\{[^{}]*\})?(?:[(\[].*[)\]])?")
"""Names of objectives: `ELBO`, `\\mathcal{L}(q)`."""
_FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "=": "="}


def compare_terms(answer: Expr, gold: Expr, assumed: Context, effort: Effort) -> Grade:
    """Two terms. Never raises for what they say."""
    return judged((Reading(Claim(answer, Relation.EQUAL, gold)),), assumed, effort)


def compare_texts(answer: str, gold: str, assumptions: Sequence[str], effort: Effort) -> Grade:
    """Two texts, under assumptions that are texts too. Never raises for what they say."""
    given = [" ".join(assumption.split()) for assumption in assumptions]
    known = frozenset(name for assumption in given for name in re.findall(r"^\W*(?:\w+\{)?(\w+)", assumption))
    sides: list[Written] = []
    for text, whose in ((gold, "key"), (answer, "answer")):
        try:
            sides.append(_spelled(written(text), known))
        except NotAnAnswer as wrong:
            return Grade(Standing.UNREAD, message=f"the {whose} could not be read: {wrong}")
    key, found = sides
    if found.sign not in (None, "=") or key.sign not in (None, "="):
        return _relations(found, key, given, effort)
    named = _TITLE.fullmatch(found.left or "") and _TITLE.fullmatch(key.left or "")
    if found.sign and key.sign and _plain(found.left) != _plain(key.left) and not named:
        return _expressions(_difference(found), _difference(key), given, effort)
    measured = in_one_unit(found, key)
    if isinstance(measured, Grade):
        return measured
    grade = with_condition(_expressions(measured.answer, measured.gold, given, effort), measured.condition)
    if grade.equal and ((found.sign and not key.sign and not _names(found.left)) or (named and key.sign)):
        return with_condition(grade, "what stands left of its equals sign is not judged")
    return grade


def _spelled(side: Written, known: frozenset[str]) -> Written:
    return replace(
        side,
        right=spelled_out(side.right, known),
        left=None if side.left is None else spelled_out(side.left, known),
    )


def _relations(found: Written, key: Written, given: list[str], effort: Effort) -> Grade:
    """Inequalities: the same one, perhaps turned round or with terms moved; or one that does not hold."""
    if found.sign is None or key.sign is None:
        what = "the key" if found.sign is None else "the answer"
        return Grade(Standing.UNKNOWN, message=f"only {what} is an inequality")
    if found.sign != key.sign and found.sign == _FLIPPED[key.sign]:
        key = Written(key.left or "", key.right, found.sign)
    if found.sign == key.sign:
        grade = _expressions(_difference(found), _difference(key), given, effort)
        if grade.equal or grade.standing is Standing.UNREAD:
            return grade
    turned = [_claimed(relation, given, effort) for relation in (found, key)]
    if turned[0].standing is Standing.DIFFERENT and turned[1].equal:
        return replace(turned[0], message="the answer does not hold, the key does")
    return Grade(Standing.UNKNOWN, message="the two are different statements; whether they say the same is not decided")


def _claimed(relation: Written, given: list[str], effort: Effort) -> Grade:
    """What becomes of a relation on its own: does it hold?"""
    statement = _read(relation.left or "", relation.right, given, relation.sign or "=")
    if isinstance(statement, Grade):
        return statement
    assert statement.context is not None
    return judged(statement.readings, statement.context, effort, statement)


def _difference(relation: Written) -> str:
    return f"({relation.left}) - ({relation.right})"


def _expressions(answer: str, gold: str, given: list[str], effort: Effort) -> Grade:
    """Two expressions as they are, or else with what they leave out filled in."""
    if not needs_variants(answer, gold):
        grade = _once(answer, gold, given, effort)
        if grade.equal or grade.standing is not Standing.UNREAD:
            return _with_logistic(grade, answer, gold, given, effort)
    tried = []
    for variant in variants(answer, gold):
        one = with_condition(_once(variant.answer, variant.gold, given, effort), variant.words)
        if one.equal:
            return one
        tried.append(one)
    read = [one for one in tried if one.standing is not Standing.UNREAD]
    if not read:
        return tried[0] if tried else _once(answer, gold, given, effort)
    return next((one for one in read if one.standing is not Standing.DIFFERENT), read[0])


def _with_logistic(grade: Grade, answer: str, gold: str, given: list[str], effort: Effort) -> Grade:
    """What is said where `\\sigma(x)` may be the logistic function."""
    meant = None if grade.equal or any("sigma" in a or "σ" in a for a in given) else logistic(answer, gold)
    if meant is None:
        return grade
    found = _once(spelled_out(meant.answer), spelled_out(meant.gold), given, effort)
    return with_condition(found, meant.words) if found.equal or grade.standing is Standing.DIFFERENT else grade


def _once(answer: str, gold: str, given: list[str], effort: Effort) -> Grade:
    statement = _read(answer, gold, given)
    if isinstance(statement, Grade):
        return statement
    assert statement.context is not None
    rounded = _rounded(answer, statement.readings[0].claim)
    if rounded is not None:
        return rounded
    grade = judged(statement.readings, statement.context, effort, statement)
    if grade.equal:
        return grade
    meant = with_meanings(statement, effort)
    if meant is not None and (meant.equal or grade.standing is Standing.DIFFERENT):
        return meant
    named = with_names(statement, effort) if grade.standing is Standing.DIFFERENT else None
    return grade if named is None else named


def _read(answer: str, gold: str, given: list[str], sign: str = "=") -> Statement | Grade:
    """The two as one statement, so that letters mean the same in both; or the grade that says why not."""
    first: Grade | None = None
    for hint in (None, *_hints(answer, gold)):
        outcome = _attempt(answer, gold, given if hint is None else [*given, hint], sign)
        if not isinstance(outcome, Grade):
            return outcome
        first = outcome if first is None else first
    assert first is not None
    return first


def _attempt(answer: str, gold: str, given: list[str], sign: str) -> Statement | Grade:
    latex = "\\" in answer or "\\" in gold or any("\\" in assumption for assumption in given)
    mark, path = ("% ", "answer.tex") if latex else ("", "answer.txt")
    left, right = (as_latex(answer), as_latex(gold)) if latex else (answer, gold)
    line = f"\\[ {left} {sign} {right} \\]" if latex else f"{left} {sign} {right}"
    text = "".join(f"{mark}symelbo: assume {assumption}\n" for assumption in given) + line + "\n"
    document = read_document(path, text)
    place = text.index(line) + line.index(f" {sign} ", line.index(left) + len(left) - 1) + 1
    made = [s for s in document.statements if s.span.start == place]
    if len(document.statements) != 1 or not made:
        wrong = next((p.message for p in document.problems), "it is not one expression")
        return Grade(Standing.UNREAD, message=f"the answer could not be read: {wrong}")
    (statement,) = made
    if statement.readings and statement.context is not None:
        return statement
    problem = statement.problem
    whose = (
        "the key" if problem is not None and problem.span is not None and problem.span.start > place else "the answer"
    )
    reason = problem.message if problem is not None else statement.note or "it has no meaning here"
    return Grade(Standing.UNREAD, message=f"{whose} could not be read: {reason}")


def _hints(answer: str, gold: str) -> Iterator[str]:
    """Where nothing says what `q` in `E_q[log p(x|z)]` is a density of: of what the likelihood is given."""
    for of, on in dict.fromkeys(_GIVEN.findall(gold) + _GIVEN.findall(answer)):
        of, on = of.strip(), on.strip()
        if of and on and re.fullmatch(r"[\w\\{}, ]+", of + on):
            yield f"q({on} | {of}) > 0"


def _rounded(answer: str, claim: Claim) -> Grade | None:
    """A decimal beside a number is right if the number rounds to it."""
    if not _DECIMAL.fullmatch(answer.replace(" ", "")) or claim.rhs.free_symbols or claim.lhs == claim.rhs:
        return None
    try:
        rounding = rounds_to(claim.rhs, answer.replace(" ", "").replace("−", "-"))
    except SymelboError:
        return None
    if rounding.outcome is Outcome.YES:
        return Grade(Standing.EQUAL_IF, ("it is rounded to the digits shown",), message=str(rounding))
    return Grade(Standing.DIFFERENT, message=str(rounding)) if rounding.outcome is Outcome.NO else None


def _names(left: str | None) -> bool:
    """Is the left side of an answer only a name for what stands on the right?"""
    return (
        left is not None and re.fullmatch(r"[A-Za-z\\][\w\\{}()\[\],;|^' :]*", left) is not None and "log" not in left
    )


def _plain(text: str | None) -> str:
    return "".join((text or "").split())


def terms_context(assuming: Iterable[Any] | Context | None) -> Context:
    """The context of assumptions about terms. Raises `NotSupported` where some are texts."""
    if isinstance(assuming, Context):
        return assuming
    items = list(assuming or ())
    if any(isinstance(item, str) for item in items):
        raise NotSupported("answers that are SymPy terms need assumptions that are terms too, not texts")
    return context(items)
