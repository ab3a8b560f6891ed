r"""Plain text for a place where LaTeX is read, and the names of functions that stand for a formula.

A key in LaTeX is often answered in plain text: `sqrt(2*pi)`, `log2(p)`, `mu**2`, `N(mu, 1)`. Both are read as one
statement, so the plain side is spelled as LaTeX first.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["as_latex", "bracketed", "spelled_out"]

_GREEK: Final = (
    "alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|varphi|chi|psi|"
    "omega|Gamma|Delta|Theta|Lambda|Sigma|Phi|Psi|Omega"
)
_WORDS: Final = re.compile(rf"(?<![A-Za-z\\])({_GREEK})(?![A-Za-z])")
_ROOT: Final = re.compile(r"(?<![A-Za-z\\])(?:sqrt|√)\s*(?=\()|√")
_BASE: Final = re.compile(r"(?<![A-Za-z\\])log_?(2|10)(?=[\s(a-z\\])")
_BINDER: Final = re.compile(r"(?<![A-Za-z\\])(sum|prod|int)(?=\s*_)")
_LIBRARY: Final = re.compile(r"(?<![\w.])(?:np|numpy|math|torch|jnp|tf|sp|sympy)\.(?=[a-z])")
_NAME: Final = r"(?<![A-Za-z\\])(?:\\(?:mathrm|operatorname|text|textrm)\s*\{{({0})\}}|\\?({0}))"
_FUNCTIONS: Final = {
    "sigmoid": "(1/(1 + exp(-({0}))))",
    "expit": "(1/(1 + exp(-({0}))))",
    "logistic": "(1/(1 + exp(-({0}))))",
    "softplus": "log(1 + exp({0}))",
    "logit": "log(({0})/(1 - ({0})))",
}
"""What everybody means by these names; an exercise that means something else says so in `assuming`."""
_FUNCTION: Final = re.compile(_NAME.format("|".join(_FUNCTIONS)) + r"\s*(?:\\left)?\s*(?=[(\[])")
_DEEPEST: Final = 8
_PAIRS: Final = {"(": ")", "[": "]", "{": "}"}


def as_latex(text: str) -> str:
    r"""Plain text for a place where LaTeX is read: Greek letters get their backslash, roots their braces.

    >>> as_latex("mu**2 / (2*sigma^2)")
    '\\mu ^2 / (2\\cdot \\sigma ^2)'
    >>> as_latex("sqrt(2 x) + log2(x)")
    '\\sqrt{2 x} + \\log_{2}(x)'
    """
    if "\\" in text:
        return text
    text = text.replace("**", "^").replace("~", r"\sim ")
    text = _BINDER.sub(r"\\\1", _BASE.sub(r"\\log_{\1}", text))
    while (root := _ROOT.search(text)) is not None:
        inside, end = _argument(text, root.end())
        if inside is None:
            break
        text = f"{text[: root.start()]}\\sqrt{{{inside}}}{text[end:]}"
    return _WORDS.sub(r"\\\1 ", text).replace("*", r"\cdot ")


def _argument(text: str, start: int) -> tuple[str | None, int]:
    """What a root is taken of: a bracket, or one letter or number."""
    if start < len(text) and text[start] == "(":
        end = bracketed(text, start)
        return (None, start) if end is None else (text[start + 1 : end - 1], end)
    one = re.compile(r"\s*(\d+(?:\.\d+)?|\w)").match(text, start)
    return (None, start) if one is None else (one[1], one.end())


def bracketed(text: str, start: int) -> int | None:
    """The place behind the bracket that opens at `start`, or `None` if it is not closed."""
    open_: list[str] = []
    for place in range(start, len(text)):
        character = text[place]
        if character in _PAIRS:
            open_.append(_PAIRS[character])
        elif character in _PAIRS.values():
            if not open_ or open_.pop() != character:
                return None
            if not open_:
                return place + 1
    return None


def spelled_out(text: str, known: frozenset[str] = frozenset()) -> str:
    """The text with functions such as `sigmoid(...)` as their formulas, except those that the exercise defines.

    >>> spelled_out("1 - sigmoid(-x)")
    '1 - (1/(1 + exp(-(-x))))'
    """
    text, place = _LIBRARY.sub("", text), 0
    for _ in range(_DEEPEST):
        found = _FUNCTION.search(text, place)
        if found is None:
            return text
        name = found[1] or found[2]
        end = bracketed(text, found.end())
        if end is None or name in known:
            place = found.end()
            continue
        inside = text[found.end() + 1 : end - 1].removesuffix(r"\right")
        text = text[: found.start()] + _FUNCTIONS[name].format(inside) + text[end:]
        place = found.start()
    return text
