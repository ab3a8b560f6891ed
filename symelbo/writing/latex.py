"""Terms as LaTeX, in the order in which a person wrote them."""

from __future__ import annotations

from sympy import Basic

from symelbo.writing.compose import compose
from symelbo.writing.tex import to_tex

__all__ = ["latex"]


def latex(term: Basic) -> str:
    r"""A term of the language (or any SymPy expression) in LaTeX.

    Sums and products keep the order of their arguments, so that an unevaluated term comes out as it was written.

    >>> from sympy import Add, log
    >>> from symelbo import KL, family, variables
    >>> x, z = variables("x z")
    >>> p, q = family("p"), family("q")
    >>> latex(log(p(x)) - KL(q(z | x), p(z | x)))
    '\\log p(x) - \\mathrm{KL}\\left(q(z \\mid x) \\,\\|\\, p(z \\mid x)\\right)'
    """
    return to_tex(compose(term))
