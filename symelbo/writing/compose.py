"""Terms as boxes: brackets where they are needed, and everything in the order in which it was written.

Sums and products keep the order of their arguments, so that an unevaluated term comes out as it was put together. How
tightly a term holds together is one table; a term whose kind is not listed is left to SymPy's own printer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sympy import Basic, Expr

from symelbo.writing.boxes import Box
from symelbo.writing.terms import arithmetic, names, operators
from symelbo.writing.terms.composer import Composer, Rule

__all__ = ["compose"]

_RULES: Final[dict[type, Rule]] = {**arithmetic.RULES, **names.RULES, **operators.RULES}


def compose(term: Basic, labels: Mapping[Expr, str] | None = None) -> Box:
    """The boxes of a term; `labels` gives parts of it a brace with a name below.

    >>> from symelbo import family, variables
    >>> x, z = variables("x z")
    >>> compose(family("p")(x | z)).body.left
    '('
    """
    return Composer(_RULES, labels or {}).box(term)
