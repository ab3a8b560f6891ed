"""Verdicts: claims decided by the calculus, confirmed or refuted by the semantics."""

from symelbo.proof.prove import Effort, prove, prove_claim
from symelbo.proof.verdict import Certificate, Status, Verdict

__all__ = ["Certificate", "Effort", "Status", "Verdict", "prove", "prove_claim"]
