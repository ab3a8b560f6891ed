r"""Answers as people and models write them: `\boxed{...}`, dollars, `ELBO = ...`, a few words, LaTeX or plain text.

Only one expression, or one relation between two, is let through to the reader: nothing that would open another
formula, a new row, a comment or a directive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symelbo.checking.grading.amounts import amount
from symelbo.checking.grading.prose import without_words
from symelbo.errors import SymelboError

__all__ = ["NotAnAnswer", "Written", "written"]

_LONGEST = 4_000
_WRAPPERS = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"))
_FORBIDDEN = ("$", r"\[", r"\]", r"\(", r"\)", r"\\", r"\begin", r"\end", "%", "`", "symelbo:", r"\newcommand", r"\def")
_OPEN, _CLOSE = "([{", ")]}"
_SIGN = re.compile(
    r"\\leqslant\b|\\geqslant\b|\\leq\b|\\geq\b|\\le(?![a-zA-Z])|\\ge(?![a-zA-Z])|<=|>=|≤|≥|:=|==|=|<|>|"
    r"\\approx\b|≈|\\propto\b|∝|\\equiv\b|\\neq\b|\\ne(?![a-zA-Z])|\\coloneqq\b"
)
_ABOUT = ("≈", r"\approx")
_NORMAL = {"==": "=", "≤": "<=", "≥": ">="} | {f"\\{n}": "<=" for n in ("le", "leq", "leqslant")}
_NORMAL |= {f"\\{n}": ">=" for n in ("ge", "geq", "geqslant")}


class NotAnAnswer(SymelboError):
    """The text is not one expression."""


@dataclass(frozen=True, slots=True)
class Written:
    """An answer: an expression, or a relation with the sign `=`, `<=`, `>=`, `<` or `>` between two; and its unit."""

    right: str
    left: str | None = None
    sign: str | None = None
    unit: str | None = None
    percent: bool = False

    @property
    def latex(self) -> bool:
        """Is it written in LaTeX?"""
        return "\\" in self.right or "\\" in (self.left or "")


def written(text: str) -> Written:
    r"""The expression or relation in a text. Raises `NotAnAnswer` with what is wrong.

    >>> written(r"The answer is \boxed{\log p(x) - D_{KL}}.").right
    '\\log p(x) - D_{KL}'
    >>> written("ELBO = log p(x) - KL").left, written("The gap is 0.28 nats.").unit
    ('ELBO', 'nats')
    """
    if not isinstance(text, str):
        raise NotAnAnswer(f"an answer is text or a SymPy expression, not {type(text).__name__}")
    if len(text) > _LONGEST:
        raise NotAnAnswer(f"it is {len(text)} characters long; a final answer has at most {_LONGEST}")
    inside = _boxed(text)
    text = " ".join((text if inside is None else inside).split())
    if "symelbo" not in text:
        text = _unwrapped(without_words(_unwrapped(text)))
    whole = amount(text)
    text = _unwrapped(whole.text)
    if not text:
        raise NotAnAnswer("there is nothing in it")
    for mark in _FORBIDDEN:
        if mark in text:
            raise NotAnAnswer(f"'{mark}' stands in it, where one expression is expected")
    if any(ord(character) < 32 for character in text):
        raise NotAnAnswer("it holds characters that cannot be printed")
    places = _relations(text)
    if not places:
        return Written(text, unit=whole.unit, percent=whole.percent)
    if len(places) > 1:
        raise NotAnAnswer("it holds several relation signs, where one expression or one relation is expected")
    start, end, sign = places[0]
    left, part = text[:start].strip(), amount(text[end:].strip())
    if sign in _ABOUT and part.is_number:
        sign = "="
    if sign not in ("=", "<=", ">=", "<", ">") or not left or not part.text:
        raise NotAnAnswer(f"'{text[start:end]}' stands in it, where one expression or one relation is expected")
    return Written(part.text, left, sign, whole.unit or part.unit, whole.percent or part.percent)


def _boxed(text: str) -> str | None:
    """What stands in the last `\\boxed{...}`."""
    start = max(text.rfind(r"\boxed{"), text.rfind(r"\fbox{"))
    if start < 0:
        return None
    start = text.index("{", start) + 1
    depth = 1
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if not depth:
            return text[start:place]
    raise NotAnAnswer(r"the brace of \boxed is not closed")


def _unwrapped(text: str) -> str:
    while True:
        text = text.strip().rstrip(".,;").strip()
        for opening, closing in _WRAPPERS:
            whole = len(text) >= len(opening) + len(closing) and text.startswith(opening) and text.endswith(closing)
            if whole and opening not in text[len(opening) : -len(closing)]:
                text = text[len(opening) : -len(closing)]
                break
        else:
            return text


def _relations(text: str) -> list[tuple[int, int, str]]:
    """The relation signs outside of all brackets."""
    depth, depths = 0, []
    for character in text:
        depth += (character in _OPEN) - (character in _CLOSE)
        depths.append(depth)
    return [
        (found.start(), found.end(), _NORMAL.get(found.group(), found.group()))
        for found in _SIGN.finditer(text)
        if depths[found.start()] == 0
    ]
