"""Assertions for test authors: `assert_proved` and `assert_refuted`, with messages that show both sides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symelbo.language import Context, Relation
    from symelbo.proof import Effort, Verdict

__all__ = ["assert_proved", "assert_refuted"]


def assert_proved(
    statement: Any,
    relation: str | Relation | None = None,
    rhs: Any = None,
    *,
    assuming: Iterable[Any] | Context | None = None,
    wrt: Iterable[Any] = (),
    effort: Effort | None = None,
) -> Verdict:
    """Fail unless the claim is proved; arguments are those of `symelbo.prove`. Returns the verdict.

    Raises `AssertionError` with both sides and the witness or the reason; errors of `prove` pass through.

    >>> from sympy import Eq, log
    >>> from symelbo import assert_proved, family, variables
    >>> (x, z), p = variables("x z"), family("p")
    >>> assert_proved(Eq(log(p(x, z)), log(p(z)) + log(p(x | z)))).proved
    True
    """
    __tracebackhide__ = True
    return _assert("proved", statement, relation, rhs, assuming, wrt, effort)


def assert_refuted(
    statement: Any,
    relation: str | Relation | None = None,
    rhs: Any = None,
    *,
    assuming: Iterable[Any] | Context | None = None,
    wrt: Iterable[Any] = (),
    effort: Effort | None = None,
) -> Verdict:
    """Fail unless a concrete model refutes the claim; arguments are those of `symelbo.prove`. Returns the verdict.

    Not proved is not enough: an unknown claim fails too.

    >>> from sympy import Eq, log
    >>> from symelbo import assert_refuted, family, variables
    >>> (x, z), p = variables("x z"), family("p")
    >>> assert_refuted(Eq(log(p(x, z)), log(p(z)) - log(p(x | z)))).refuted
    True
    """
    __tracebackhide__ = True
    return _assert("refuted", statement, relation, rhs, assuming, wrt, effort)


def _assert(wanted: str, statement: Any, relation: Any, rhs: Any, assuming: Any, wrt: Any, effort: Any) -> Verdict:
    __tracebackhide__ = True
    from symelbo.proof import prove

    verdict = prove(statement, relation, rhs, assuming=assuming, wrt=wrt, effort=effort)
    if verdict.status.value != wanted:
        raise AssertionError(_message(wanted, verdict))
    return verdict


def _message(wanted: str, verdict: Verdict) -> str:
    claim = verdict.claim
    about = f" with respect to {', '.join(map(str, claim.wrt))}" if claim.wrt else ""
    lines = [
        f"expected the claim to be {wanted}, but it is {verdict.status.value}",
        f"  left:     {claim.lhs}",
        f"  relation: {claim.relation.value}{about}",
        f"  right:    {claim.rhs}",
    ]
    if verdict.residual:
        lines.append(f"  left − right = {verdict.residual}")
    if verdict.reason:
        lines.append(f"  reason: {verdict.reason}")
    if verdict.certificate is not None:
        rules = f" ({', '.join(verdict.rules)})" if verdict.rules else ""
        lines.append(f"  proved by {verdict.certificate.method}{rules}")
    if verdict.witness is not None:
        lines.append("  in this model the two sides differ:")
        lines.extend(f"    {line}" for line in verdict.witness.lines())
    return "\n".join(lines)
