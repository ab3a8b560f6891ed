"""Assertions for test authors, with messages that show both sides and the model that separates them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symelbo.checking import Report
    from symelbo.language import Context, Relation
    from symelbo.proof import Effort, Verdict

__all__ = ["assert_claims", "assert_proved", "assert_refuted", "evaluate_block"]


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


def assert_claims(document: Any, *, strict: bool = False) -> Report:
    r"""Fail if a document holds a claim that is refuted or unread (`strict`: or unknown); returns the report.

    `document` is a path, or text with a display in it, as for `symelbo.check`.
    Raises `AssertionError` with the report on what is wrong.

    >>> from symelbo.testing import assert_claims
    >>> assert_claims(r"$$\log p(x, z) = \log p(z) + \log p(x \mid z)$$").summary["proved"]
    1
    """
    __tracebackhide__ = True
    from symelbo.checking import check
    from symelbo.checking.human import as_text

    report = check(document)
    if report.exit_code(strict):
        raise AssertionError("\n" + as_text(report, strict=strict))
    if not any(True for _ in report.claims):
        raise AssertionError("there is no claim in this document, so nothing was checked")
    return report


def evaluate_block(example: Any) -> str | None:
    """For Sybil: judge a ```symelbo block of documentation; the message if something in it is wrong, else None.

    `example` is what Sybil hands to an evaluator: `parsed` is the block's text, `path` and `line` say where it stands.
    Claims that stay unknown count as wrong, because an example in documentation should be sure.
    """
    from symelbo.checking import check_text
    from symelbo.checking.human import as_text

    # Blank lines keep the numbers of lines those of the document.
    above = "\n" * max(0, int(getattr(example, "line", 1)) - 1)
    report = check_text(f"{above}```symelbo\n{example.parsed}\n```\n", f"{getattr(example, 'path', 'block')}.md")
    return as_text(report, strict=True).replace(".md:", ":") if report.exit_code(strict=True) else None


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
