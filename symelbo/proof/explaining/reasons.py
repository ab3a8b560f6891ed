r"""What an author says in words beside a row, "(by Jensen)", compared with the rules that the step takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symelbo.language import Relation
from symelbo.proof.explaining.explain import Explanation

__all__ = ["remark_on_reason", "rules_said"]


@dataclass(frozen=True, slots=True)
class _Saying:
    """How authors name a rule: a pattern for lower-case text, and the rules that it may mean."""

    pattern: re.Pattern[str]
    name: str
    rules: frozenset[str]


def _saying(pattern: str, name: str, *rules: str) -> _Saying:
    return _Saying(re.compile(pattern), name, frozenset(rules))


_JENSENS = ("JENSEN-LOG", "JENSEN-EXP", "JENSEN-SQUARE", "KL-NONNEG", "SAMPLES")
_DENSITIES = ("BAYES", "PRODUCT-RULE", "FACTORISATION", "CLOSED-FORM")
_INTEGRALS = ("MARGINALISATION", "NORMALISATION", "EXPECTATION", "LINEARITY")

_SAYINGS = (
    _saying(r"jensen|concav|convex|琴生|詹森|イェンセン|옌센", "Jensen", *_JENSENS),
    _saying(r"gibbs|non-?negativ\w* of (the )?(kl|kullback)|kl\W.{0,20}(non-?neg|≥|\\ge)", "KL ≥ 0", *_JENSENS),
    _saying(r"bayes|贝叶斯|ベイズ|베이즈", "Bayes' rule", *_DENSITIES),
    _saying(r"product rule|multiplication rule|conditional probability", "the product rule", *_DENSITIES, "GRADIENT"),
    _saying(r"marginali|sum rule|law of total", "marginalisation", *_INTEGRALS),
    _saying(r"definition of (the )?(kl|kullback)|def\.? (of )?kl", "the definition of KL", "KL-DEFINITION"),
    _saying(r"definition of (the )?entropy", "the definition of entropy", "ENTROPY"),
    _saying(r"linearity", "linearity", "LINEARITY", "LOG-PRODUCT", "GRADIENT"),
    _saying(r"telescop", "telescoping", "INDEX-SHIFT", "FACTORISATION", "LINEARITY"),
    _saying(r"change of variables|jacobian", "the change of variables", "CHANGE-OF-VARIABLES", "CLOSED-FORM"),
    _saying(r"log-derivative|score function|reinforce", "the score function", "GRADIENT"),
)
_BOUNDS = frozenset(_JENSENS)
_SIGNS = {Relation.GREATER_EQUAL: "≥", Relation.LESS_EQUAL: "≤"}


def rules_said(words: str) -> tuple[_Saying, ...]:
    """The rules that an author's words name.

    >>> [saying.name for saying in rules_said("by Jensen's inequality")]
    ['Jensen']
    >>> rules_said("see above")
    ()
    """
    text = words.lower()
    return tuple(saying for saying in _SAYINGS if saying.pattern.search(text))


def remark_on_reason(words: str | None, relation: Relation, explanation: Explanation) -> str | None:
    """A remark where the author names a rule that has no part in the step; None where the words may be right.

    Nothing is said where any of the named rules is among those that could be used, or where the words name none.
    """
    said = rules_said(words or "")
    if not said or any(saying.rules & explanation.possible for saying in said):
        return None
    equality = relation not in (Relation.GREATER_EQUAL, Relation.GREATER, Relation.LESS_EQUAL, Relation.LESS)
    name = said[0].name
    if equality and said[0].rules <= _BOUNDS:
        return f"you wrote '{name}'; this step is an equality, by {explanation.words}"
    if not explanation.complete:
        return None
    return f"you wrote '{name}'; this step is by {explanation.words}"
