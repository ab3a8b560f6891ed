"""Language to text: LaTeX in the order in which a person wrote it."""

from symelbo.writing.latex import latex

__all__ = ["latex"]
