"""An answer put beside its key: read together, proved equal, or told apart by a model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr

from symelbo.checking.grading.grade import Grade, Standing
from symelbo.checking.grading.writing import NotAnAnswer, Written, as_latex, written
from symelbo.errors import InconsistentVerdict, NotSupported, SymelboError
from symelbo.language import (
    KL,
    Claim,
    Context,
    CrossEntropy,
    Entropy,
    Expectation,
    IndexSum,
    Integral,
    Relation,
    context,
)
from symelbo.language.functionals import Named
from symelbo.proof import Effort, Verdict, prove_claim
from symelbo.reading import Reading, Statement, read_document
from symelbo.semantics.decimals import Outcome
from symelbo.semantics.numbers import rounds_to

__all__ = ["compare_terms", "compare_texts"]

_DECIMAL = re.compile(r"[-−]?\d+\.\d+")
_GIVEN = re.compile(r"[A-Za-z]\w*\(([^()|]*)(?:\||\\mid|\\vert)([^()|]*)\)")
_NAME = re.compile(r"[A-Za-z\\][\w\\{}()\[\],;|^' :]*")
_QUANTITIES = (KL, CrossEntropy, Entropy, Expectation, Integral, IndexSum, Named)
_FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "=": "="}


def compare_terms(answer: Expr, gold: Expr, assumed: Context, effort: Effort) -> Grade:
    """Two terms. Never raises for what they say."""
    return _judged((Reading(Claim(answer, Relation.EQUAL, gold)),), assumed, effort)


def compare_texts(answer: str, gold: str, assumptions: Sequence[str], effort: Effort) -> Grade:
    """Two texts, under assumptions that are texts too. Never raises for what they say."""
    try:
        key = written(gold)
    except NotAnAnswer as wrong:
        return Grade(Standing.UNREAD, message=f"the key could not be read: {wrong}")
    try:
        found = written(answer)
    except NotAnAnswer as wrong:
        return Grade(Standing.UNREAD, message=f"the answer could not be read: {wrong}")
    given = [" ".join(assumption.split()) for assumption in assumptions]
    if found.sign not in (None, "=") or key.sign not in (None, "="):
        return _relations(found, key, given, effort)
    if found.sign and key.sign and _plain(found.left) != _plain(key.left):
        return _expressions(_difference(found), _difference(key), given, effort)
    grade = _expressions(found.right, key.right, given, effort)
    if grade.equal and found.sign and not key.sign and not _names(found.left):
        aside = "what stands left of its equals sign is not judged"
        return replace(grade, standing=Standing.EQUAL_IF, conditions=(*grade.conditions, aside))
    return grade


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
    return _judged(statement.readings, statement.context, effort, statement)


def _difference(relation: Written) -> str:
    return f"({relation.left}) - ({relation.right})"


def _expressions(answer: str, gold: str, given: list[str], effort: Effort) -> Grade:
    statement = _read(answer, gold, given)
    if isinstance(statement, Grade):
        return statement
    assert statement.context is not None
    rounded = _rounded(answer, statement.readings[0].claim)
    if rounded is not None:
        return rounded
    grade = _judged(statement.readings, statement.context, effort, statement)
    if grade.standing is Standing.DIFFERENT:
        named = _with_names(statement, effort)
        return grade if named is None else named
    return grade


def _read(answer: str, gold: str, given: list[str], sign: str = "=") -> Statement | Grade:
    """The two as one statement, so that letters mean the same in both; or the grade that says why not."""
    first: Grade | None = None
    for hint in (None, *_hints(answer, gold)):
        outcome = _attempt(answer, gold, given if hint is None else [*given, hint], sign)
        if not isinstance(outcome, Grade):
            return outcome
        first = first or outcome
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


def _judged(readings: Sequence[Reading], assumed: Context, effort: Effort, statement: Statement | None = None) -> Grade:
    """The first reading that is proved counts; different are two only if they are under every reading."""
    refuted: list[Verdict] = []
    reason: str | None = None
    for reading in readings:
        try:
            verdict = prove_claim(reading.claim, assumed, effort)
        except InconsistentVerdict:
            return Grade(Standing.UNKNOWN, message="symelbo contradicts itself on this pair; please report it")
        except (SymelboError, RecursionError) as limit:
            reason = reason or str(limit)
            continue
        if verdict.proved:
            conditions = _conditions(reading, verdict, statement)
            return Grade(Standing.EQUAL_IF if conditions else Standing.EQUAL, conditions)
        if verdict.refuted:
            refuted.append(verdict)
        else:
            reason = reason or verdict.reason
    if reason is None and statement is not None and statement.gap is not None:
        reason = f"nothing is told apart, as {statement.gap}"
    if reason is not None or not refuted:
        return Grade(Standing.UNKNOWN, message=reason or "nothing was read")
    return Grade(Standing.DIFFERENT, witness=refuted[0].witness)


def _conditions(reading: Reading, verdict: Verdict, statement: Statement | None) -> tuple[str, ...]:
    found: list[str] = []
    if statement is not None and statement.note:
        found += statement.note.split("; ")
    if reading.taken:
        found.append(reading.taken)
    if reading.claim.relation is Relation.EQUAL_UP_TO_CONSTANT:
        found.append("a constant may be added")
    if verdict.certificate is not None:
        found += verdict.certificate.conditions
    return tuple(dict.fromkeys(found))


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


def _with_names(statement: Statement, effort: Effort) -> Grade | None:
    """What is said where one side has a name of its own: `D_KL` for the only divergence of the other, else nothing.

    `None` where the name is one of the key and the answer has nothing in it that the name may stand for.
    """
    claim = statement.readings[0].claim
    assert statement.context is not None
    for mine, other in ((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)):
        names = sorted((n for n in _named(mine) if n not in _named(other)), key=str)
        if not names:
            continue
        name, divergences = names[0], other.atoms(KL)
        if len(names) == 1 and "KL" in _shown(name) and len(divergences) == 1 and not mine.has(KL):
            meant = {name: next(iter(divergences))}
            how = f"{_shown(name)} is read as {meant[name]}"
            sides = replace(claim, lhs=claim.lhs.xreplace(meant), rhs=claim.rhs.xreplace(meant))
            grade = _judged((Reading(sides, how),), statement.context, effort, statement)
            return grade if grade.equal else replace(grade, message=grade.message or how)
        if mine is claim.lhs or other.has(*_QUANTITIES):
            said = f"nothing says what {_shown(name)} is; assume '{_shown(name)} = ...' to say it"
            return Grade(Standing.UNKNOWN, message=said)
    return None


def _named(term: Expr) -> set[Any]:
    """Abbreviations in a term: `ELBO`, `D_KL`, `\\mathcal{L}(q)`."""
    return {n for n in (*term.atoms(Named), *term.free_symbols) if isinstance(n, Named) or _is_word(n)}


def _is_word(name: Any) -> bool:
    return name.is_Symbol and re.search(r"\\math(rm|cal|bf|sf)\{|[A-Z]{2}", name.name) is not None


def _shown(name: Any) -> str:
    text = name.name if name.is_Symbol or isinstance(name, Named) else str(name)
    return re.sub(r"\\math(rm|cal|bf|sf)\{([^{}]*)\}", r"\2", text).replace("{", "").replace("}", "")


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
