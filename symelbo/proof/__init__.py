"""Verdicts: claims decided by the calculus, confirmed or refuted by the semantics; and why they hold."""

from symelbo.proof.expected import expected_value
from symelbo.proof.explaining import Explanation, explain, explain_verdict, remark_on_reason
from symelbo.proof.prove import Effort, prove, prove_claim
from symelbo.proof.verdict import Certificate, Status, Verdict

__all__ = [
    "Certificate",
    "Effort",
    "Explanation",
    "Status",
    "Verdict",
    "expected_value",
    "explain",
    "explain_verdict",
    "prove",
    "prove_claim",
    "remark_on_reason",
]
