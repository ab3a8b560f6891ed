"""What all rules for expressions share: the way back to the terms of the parts, and errors that point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sympy import Expr

from symelbo.errors import IllFormed, ReadingError
from symelbo.language import Claim
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.translating.vocabulary import Vocabulary

__all__ = ["Rule", "Translation"]


class Translation:
    """A document on its way to terms: its vocabulary, the rules, and what was found out.

    `notes` collects what was inferred on the way, `constraints` what laws imply, `gap` what the document does not say.
    `chain` holds the trees of the chain that is being read: what stands beside an expression tells how it is meant.
    """

    def __init__(self, vocabulary: Vocabulary, rules: Mapping[type[sx.Node], Rule]) -> None:
        self.vocabulary = vocabulary
        self.rules = rules
        self.notes: list[str] = []
        self.constraints: dict[Claim, None] = {}
        self.gap: str | None = None
        self.chain: tuple[sx.Node, ...] = ()

    def term(self, node: sx.Node) -> Expr:
        """The term that a tree stands for. Raises `ReadingError` with the place of what has no meaning."""
        rule = self.rules.get(type(node))
        if isinstance(node, sx.Text):
            said = f"the words '{node.words.strip()}' stand where a term should"
            raise self.failure(node, f"{said}; write it as a formula, or as \\text{{const}} if it does not matter")
        if rule is None:
            kind = type(node).__name__.lower()
            raise self.failure(node, f"symelbo does not read this notation here ({kind}); write it in another way")
        try:
            return rule(self, node)
        except IllFormed as wrong:
            raise self.failure(node, str(wrong)) from wrong

    def failure(self, node: sx.Node, message: str) -> ReadingError:
        """An error that points at a node."""
        return ReadingError(message, node.span.start, node.span.end)


Rule = Callable[[Translation, Any], Expr]
