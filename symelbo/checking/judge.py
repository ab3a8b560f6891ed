"""One statement of a document, judged: every reading is tried by the policy that a reading is part of the verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from symelbo.checking.connected import unconnected
from symelbo.checking.difference import difference_of
from symelbo.checking.draws import without_draws
from symelbo.checking.estimates import remark_on_estimate
from symelbo.checking.report import Outcome
from symelbo.errors import InconsistentVerdict, SymelboError
from symelbo.language import Claim, Relation
from symelbo.proof import Effort, Explanation, Verdict, explain_verdict, prove_claim, remark_on_reason
from symelbo.proof.repair import Search, Trials
from symelbo.reading.stating.statements import Kind, Reading, Statement

__all__ = ["Finding", "expected", "judge_statement"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about a statement, without its place.

    `from_head` says that it holds of the expression at the head of its chain, not of the one before it.
    """

    outcome: Outcome
    rules: tuple[str, ...] = ()
    note: str | None = None
    residual: str | None = None
    witness: Any = None
    repair: str | None = None
    reading: str | None = None
    expected: bool = False
    from_head: bool = False
    proof: Verdict | None = None
    explanation: Explanation | None = None


def judge_statement(statement: Statement, effort: Effort) -> Finding:
    """The finding on a statement. Never raises: a defect of the program makes this one claim unknown, and says so."""
    match statement.kind:
        case Kind.UNREAD:
            reason = statement.problem.message if statement.problem is not None else statement.reason
            return Finding(Outcome.UNREAD, note=_notes(reason or "this could not be read", statement.note))
        case Kind.DEFINITION:
            return Finding(Outcome.DEFINITION, note=statement.note)
        case Kind.ESTIMATE:
            return Finding(Outcome.ESTIMATE, note=statement.note)
        case Kind.CLAIM:
            return expected(_claim_or_more(statement, effort), statement)


def _claim_or_more(statement: Statement, effort: Effort) -> Finding:
    """The finding on a claim; what is refuted has to be refuted with what sentences before it only mention too."""
    finding = _claim_or_later(statement, effort)
    if finding.outcome is not Outcome.REFUTED or statement.heard is None:
        return finding
    if _claim(replace(statement, context=statement.heard), effort).outcome is Outcome.REFUTED:
        return finding
    words = f"nothing is refuted, as a sentence says {statement.sayings}"
    return Finding(
        Outcome.UNKNOWN,
        note=_notes(f"{words}; if that is given, write it as an assumption: 'symelbo: assume ...'", statement.note),
    )


def _claim_or_later(statement: Statement, effort: Effort) -> Finding:
    """The finding on a claim; one that is not proved as it stands may use names that are defined further down."""
    finding = _claim(statement, effort)
    if finding.outcome is not Outcome.PROVED and statement.passing is not None:
        finding = _in_passing(finding, statement, effort)
    if finding.outcome is not Outcome.PROVED and statement.later is not None:
        explained = _notes(statement.note, "with what is defined further down")
        statement = replace(statement, context=statement.later, note=explained)
        finding = _claim(statement, effort)
    return _by_laws_alone(statement, effort) or finding if finding.outcome is Outcome.UNKNOWN else finding


def _by_laws_alone(statement: Statement, effort: Effort) -> Finding | None:
    """The finding on a claim from the laws of variables that are also written as draws; None where that is no help."""
    if statement.context is None or not statement.readings:
        return None
    laws = without_draws(statement.context, statement.readings[0].claim)
    if laws is None:
        return None
    finding = _claim(replace(statement, context=laws[0]), effort)
    settled = (Outcome.PROVED, Outcome.REFUTED) if laws[1] else (Outcome.PROVED,)
    return finding if finding.outcome in settled else None


def _in_passing(finding: Finding, statement: Statement, effort: Effort) -> Finding:
    """The finding in the case that the sentence before looks at; what is refuted has to be refuted there too."""
    explained = _notes(statement.note, "in the case that the sentence before speaks of")
    special = _claim(replace(statement, context=statement.passing, passing=None, note=explained), effort)
    if special.outcome is finding.outcome and finding.outcome is not Outcome.REFUTED:
        return finding
    if special.outcome is Outcome.REFUTED and finding.outcome is Outcome.UNKNOWN:
        assert statement.context is not None
        if any(unconnected(reading.claim, statement.context) for reading in statement.readings):
            return finding  # a case says no more of a name that the document does not explain
    return special


def _claim(statement: Statement, effort: Effort) -> Finding:
    if not statement.readings or statement.context is None:
        return Finding(Outcome.UNKNOWN, note=_notes("the claim was read, but not what it means", statement.note))
    refuted: list[Verdict] = []
    open_reason: str | None = None
    for place, reading in enumerate((*statement.readings, *statement.from_head)):
        from_head = place >= len(statement.readings)
        verdict, reason, final = _attempt(reading, statement, effort)
        if verdict is not None and verdict.proved:
            if statement.varying is not None and not _holds_for_all(statement, effort):
                return Finding(Outcome.UNKNOWN, note=_notes(_if_constant(statement), statement.note))
            return _proved(verdict, statement, effort, reading.taken, from_head)
        if final:
            open_reason = reason
            break
        if from_head:
            if open_reason is None and not statement.unbroken and (verdict is None or verdict.unknown):
                open_reason = "it does not follow from the row before; from the head of the chain it may"
            continue
        if verdict is not None and verdict.refuted:
            refuted.append(verdict)
        elif open_reason is None:
            open_reason = reason
    if open_reason is None and statement.decimals is not None:
        open_reason = "the number on the right is not the exact value, and its rounding was not decided"
    if open_reason is not None:
        return Finding(Outcome.UNKNOWN, note=_notes(open_reason, statement.note))
    if statement.may_define:
        return Finding(Outcome.DEFINITION, note=_notes("taken as given", statement.note))
    gap = statement.gap or unconnected(refuted[0].claim, statement.context)
    if gap is not None:
        return Finding(Outcome.UNKNOWN, note=_notes(f"nothing is refuted, as {gap}", statement.note))
    return _refuted(refuted[0], statement, effort)


def _holds_for_all(statement: Statement, effort: Effort) -> bool:
    """Whether a claim holds for random names too, where nothing says that they are constant."""
    assert statement.varying is not None
    verdict, _, _ = _attempt(Reading(statement.varying), statement, effort)
    return verdict is not None and verdict.proved


def _if_constant(statement: Statement) -> str:
    name = statement.may_vary[0]
    return (
        f"it holds where {', '.join(statement.may_vary)} does not vary with what is averaged over, and was not proved "
        f"where it does; write {name}(z) for what varies, and 'symelbo: parameter {name}' for what does not"
    )


def _proved(verdict: Verdict, statement: Statement, effort: Effort, taken: str | None, from_head: bool) -> Finding:
    """The finding on a claim that holds: which rules prove it, and whether these are the author's."""
    assert statement.context is not None
    try:
        explanation = explain_verdict(verdict, statement.context, effort)
    except Exception:  # only how a proof is told: that the claim holds is known
        explanation = None
    if explanation is None:
        return Finding(Outcome.PROVED, verdict.rules, statement.note, reading=taken, from_head=from_head, proof=verdict)
    remark = remark_on_reason(statement.reason, verdict.claim.relation, explanation)
    return Finding(
        Outcome.PROVED,
        explanation.rules,
        _notes(remark, statement.note),
        reading=taken,
        from_head=from_head,
        proof=verdict,
        explanation=explanation,
    )


_OTHER_SIGNS = {
    Relation.EQUAL: (Relation.GREATER_EQUAL, Relation.LESS_EQUAL),
    Relation.GREATER_EQUAL: (Relation.LESS_EQUAL,),
    Relation.LESS_EQUAL: (Relation.GREATER_EQUAL,),
}
_SPOKEN = {Relation.GREATER_EQUAL: "≥", Relation.LESS_EQUAL: "≤"}


def _refuted(verdict: Verdict, statement: Statement, effort: Effort) -> Finding:
    apart = difference_of(verdict, statement)
    words, residual = (apart.words, apart.latex) if apart is not None else (None, None)
    estimate = _estimated(verdict.claim, statement, effort)
    note = _notes(words, estimate or _holds_with(verdict.claim, statement, effort), statement.note)
    return Finding(Outcome.REFUTED, note=note, residual=residual, witness=verdict.witness, proof=verdict)


def _holds_with(claim: Claim, statement: Statement, effort: Effort) -> str | None:
    """The relation that does hold, in words; most often a bound was written as an equality."""
    assert statement.context is not None
    others = [(r, Claim(claim.lhs, r, claim.rhs, claim.wrt)) for r in _OTHER_SIGNS.get(claim.relation, ())]
    search: Search[Relation] = Search(statement.context, effort, Trials())
    for relation, verdict in search.proved(others):
        try:
            explanation = explain_verdict(verdict, statement.context, effort)
        except Exception:  # only how it is told
            explanation = None
        by = f", by {explanation.words}" if explanation is not None else ""
        return f"it holds with {_SPOKEN[relation]}{by}"
    return None


def _estimated(claim: Claim, statement: Statement, effort: Effort) -> str | None:
    """What to say of samples that are put for a mean; None for any other claim."""
    assert statement.context is not None
    try:
        return remark_on_estimate(claim, statement.context, effort)
    except Exception:  # only a remark: that the claim is refuted is known
        return None


def _attempt(reading: Reading, statement: Statement, effort: Effort) -> tuple[Verdict | None, str | None, bool]:
    """The verdict on one reading, or the reason why there is none; the flag says that no other reading may be tried."""
    assert statement.context is not None
    try:
        verdict = prove_claim(reading.claim, statement.context, effort)
    except InconsistentVerdict as defect:
        return None, str(defect), True
    except RecursionError:
        return None, "the expression is nested too deeply to be judged", False
    except SymelboError as error:
        return None, str(error), False
    except Exception as error:  # the boundary of the program: one claim's defect must not take the others with it
        words = f"a defect of symelbo kept this claim from being judged ({type(error).__name__}: {error})"
        return None, f"{words[:500]}; please report it", False
    return verdict, verdict.reason, False


def expected(finding: Finding, statement: Statement) -> Finding:
    """The finding with a mark, where the document itself announces that the claim is wrong."""
    if not statement.expect_refuted or finding.outcome is not Outcome.REFUTED:
        return finding
    return Finding(
        Outcome.REFUTED,
        note=_notes("refuted, as the document expects", finding.note),
        residual=finding.residual,
        witness=finding.witness,
        repair=finding.repair,
        expected=True,
        proof=finding.proof,
    )


def _notes(*parts: str | None) -> str | None:
    said = [" ".join(part.split()) for part in parts if part]
    return "; ".join(said) or None
