"""How deep each token of a display stands in brackets, braces and environments.

A relation sign inside brackets (`p(x=1)`, `\\sum_{n=1}^N`, `E[f | z = 1]`) is no claim. Only brackets that have a
partner count, so that one that was forgotten does not hide the rest of the display.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from symelbo.reading.layout.layout_tables import (
    BODY_ENVIRONMENTS,
    BRACKETS,
    FACT_ENVIRONMENTS,
    IMPLICATIONS,
    RELATIONS,
    WIDE_SPACES,
)
from symelbo.reading.sources.lexer import ROW_BREAK
from symelbo.reading.sources.tokens import Token, TokenKind

__all__ = ["Nesting", "measure", "relation_at"]

_ATOMS: Final = (TokenKind.LETTER, TokenKind.NUMBER)
_FIRST: Final = {sign: sign for sign in ":=<>!~"} | {"\\colon": ":", "\\vcentcolon": ":", "\\mathrel:": ":"}


@dataclass(slots=True)
class Nesting:
    """`depth` counts every pair around a token, `hard` only braces and environments; `gone` is mere layout."""

    depth: list[int]
    hard: list[int]
    gone: set[int]
    facts: bool  # the display is a list of facts (`cases` at its beginning)


def relation_at(tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
    """The relation sign that begins at `index`, normalised, and how many tokens it takes; None if there is none.

    >>> from symelbo.reading.sources.lexer import read_tex
    >>> relation_at(read_tex(":= x"), 0), relation_at(read_tex("x"), 0)
    ((':=', 2), None)
    """
    token = tokens[index]
    text = token.text
    if token.kind is TokenKind.TEXT:
        return None
    if text in _FIRST and index + 1 < len(tokens):
        after = tokens[index + 1]
        joined = _FIRST[text] + after.text
        if not after.spaced or joined[0] == ":":
            if joined in IMPLICATIONS:
                return None
            sign = RELATIONS.get(joined)
            if sign is not None:
                return sign, 2
    sign = RELATIONS.get(text)
    return None if sign is None else (sign, 1)


class _Measure:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        size = len(tokens) + 1
        self.soft_steps, self.hard_steps = [0] * size, [0] * size
        self.gone: set[int] = set()
        self.frames: list[list[tuple[str, int]]] = [[]]  # open brackets, one list for each brace around them
        self.counts: list[dict[str, int]] = [{}]
        self.braces: list[int] = []
        self.environments: list[tuple[int, bool, bool]] = []  # (index, is it only layout, are its rows one formula)
        self.inside = 0  # environments that belong to an expression
        self.facts = False

    def run(self) -> Nesting:
        tokens, row_start, heading = self.tokens, True, True
        for index, token in enumerate(tokens):
            if index in self.gone:
                continue
            kind, text = token.kind, token.text
            if kind in _ATOMS:
                heading = row_start = False
                continue
            if kind is TokenKind.OPEN:
                self.braces.append(index)
                self.frames.append([])
                self.counts.append({})
            elif kind is TokenKind.CLOSE:
                if self.braces:
                    self._pair(self.braces.pop(), index, hard=True)
                    self.frames.pop()
                    self.counts.pop()
            elif kind is TokenKind.COMMAND and text[1:2] in "be" and text.startswith(("\\begin{", "\\end{")):
                self._environment(index, text, heading)
                row_start = row_start or index in self.gone
                continue
            elif text == ROW_BREAK or (text == "&" and kind is TokenKind.SYMBOL):
                if text == ROW_BREAK and self.environments and self.environments[-1][2] and not self.braces:
                    self.gone.add(index)
                elif not self.braces and not self.inside:
                    row_start = True
                continue
            elif text in ("<", ">") and kind is TokenKind.SYMBOL and self._angle(index, text):
                pass
            elif text in BRACKETS and kind is not TokenKind.TEXT:
                self._bracket(index, *BRACKETS[text])
            elif row_start and not self.braces and not self.inside and relation_at(tokens, index) is not None:
                self.frames[-1].clear()  # an aligned sign never stands in brackets
                self.counts[-1].clear()
            if text in WIDE_SPACES or text == "\\,":
                continue
            heading = row_start = False
        return self._sum()

    def _pair(self, start: int, end: int, *, hard: bool) -> None:
        steps = self.hard_steps if hard else self.soft_steps
        steps[start] += 1
        steps[end + 1] -= 1

    def _bracket(self, index: int, family: str, direction: int) -> None:
        frame, counts = self.frames[-1], self.counts[-1]
        if direction > 0:
            frame.append((family, index))
            counts[family] = counts.get(family, 0) + 1
            return
        if not counts.get(family):
            return
        while frame:
            other, start = frame.pop()
            counts[other] -= 1
            if other == family:
                self._pair(start, index, hard=False)
                return

    def _angle(self, index: int, text: str) -> bool:
        """`< f >_q`: an average between plain signs, known by the index that follows it."""
        counts = self.counts[-1]
        if text == "<":
            self.frames[-1].append(("angle", index))
            counts["angle"] = counts.get("angle", 0) + 1
            return False
        if not counts.get("angle") or index + 1 >= len(self.tokens) or self.tokens[index + 1].text != "_":
            return False
        frame = self.frames[-1]
        place = next(
            (place for place in range(len(frame) - 1, max(-1, len(frame) - 40), -1) if frame[place][0] == "angle"), None
        )
        if place is None:
            return False
        start = frame[place][1]
        if self.tokens[start].text != "<":
            return False
        self._bracket(index, "angle", -1)
        for where, name in ((start, "\\langle"), (index, "\\rangle")):
            old = self.tokens[where]
            self.tokens[where] = Token(TokenKind.COMMAND, name, old.start, old.end, old.spaced)
        return True

    def _environment(self, index: int, text: str, heading: bool) -> None:
        begins = text[1] == "b"
        name = text[text.index("{") + 1 : -1].rstrip("*")
        if begins:
            facts = name in FACT_ENVIRONMENTS and heading
            layout = name in BODY_ENVIRONMENTS or facts
            self.facts = self.facts or (facts and name != "array")
            self.environments.append((index, layout, name in ("multline", "multlined")))
            if layout:
                self.gone.add(index)
                self._arguments(index + 1, name)
            else:
                self.inside += 1
        elif self.environments:
            start, layout, _ = self.environments.pop()
            if layout:
                self.gone.add(index)
            else:
                self.inside -= 1
                self._pair(start, index, hard=True)
        else:
            self.gone.add(index)

    def _arguments(self, place: int, name: str) -> None:
        """`[t]` after `\\begin{aligned}`, `{rcl}` after `\\begin{array}`."""
        tokens = self.tokens
        if (
            place + 2 < len(tokens)
            and tokens[place].text == "["
            and tokens[place + 2].text == "]"
            and tokens[place + 1].text in "tcb"
        ):
            self.gone.update(range(place, place + 3))
            place += 3
        if (
            name in ("array", "alignat", "xalignat", "alignedat", "IEEEeqnarray")
            and place < len(tokens)
            and tokens[place].kind is TokenKind.OPEN
        ):
            for end in range(place, min(place + 60, len(tokens))):
                if tokens[end].kind is TokenKind.CLOSE:
                    self.gone.update(range(place, end + 1))
                    break

    def _sum(self) -> Nesting:
        hard = list(accumulate(self.hard_steps))
        depth = [deep + soft for deep, soft in zip(hard, accumulate(self.soft_steps), strict=True)]
        return Nesting(depth, hard, self.gone, self.facts)


def measure(tokens: list[Token]) -> Nesting:
    """Depth of every token of a display, in one pass; `<` and `>` that turn out to be brackets are replaced by such."""
    return _Measure(tokens).run()
