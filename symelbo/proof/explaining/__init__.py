"""Explanations: the named rules behind a proof, their side conditions, and what the author said instead."""

from symelbo.proof.explaining.explain import Explanation, explain, explain_verdict
from symelbo.proof.explaining.reasons import remark_on_reason
from symelbo.proof.explaining.rules import RULES, Rule, rule_named

__all__ = ["RULES", "Explanation", "Rule", "explain", "explain_verdict", "remark_on_reason", "rule_named"]
