"""Terms to boxes by a table of rules, one for each class."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sympy import Basic, Expr
from sympy.printing.latex import LatexPrinter

from symelbo.writing.boxes import Box, Brace, Fence, Raw, joined
from symelbo.writing.terms.levels import Level, level

__all__ = ["Composer", "Rule"]

_SETTINGS: Final[dict[str, Any]] = {"order": "none", "ln_notation": False}


class Composer:
    """Turns terms into boxes, with the names that parts of a formula are to carry."""

    def __init__(self, rules: Mapping[type, Rule], labels: Mapping[Expr, str]) -> None:
        self.rules = rules
        self.labels = labels
        self.fallback = LatexPrinter(_SETTINGS)

    def box(self, term: Basic) -> Box:
        """The box of a term."""
        label = self.labels.get(term) if isinstance(term, Expr) else None
        if label is not None:
            return Brace(self._plain(term), label)
        return self._plain(term)

    def _plain(self, term: Basic) -> Box:
        for kind in type(term).__mro__:
            rule = self.rules.get(kind)
            if rule is not None:
                return rule(self, term)
        return Raw(self.fallback.doprint(term), str(term))

    def listed(self, terms: Iterable[Basic], sign: str = ",") -> Box:
        """Terms with a sign between them."""
        return joined(map(self.box, terms), sign)

    def held(self, term: Basic, least: Level) -> Box:
        """The box of a term, in brackets unless it holds together at least as tightly as the level asks."""
        made = self.box(term)
        return made if level(term) >= least else Fence("(", made, ")")


Rule = Callable[[Composer, Any], Box]
