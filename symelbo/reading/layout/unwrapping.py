r"""Decoration off, mathematics on: colours, boxes, sizes, spacing, tags and labels leave the token list.

What the author hangs on a formula is kept beside it: words over a relation sign (`\overset{\text{Jensen}}{\ge}`) as a
reason, and a relation under a brace (`\underbrace{...}_{= 1}`) as a label of the braced tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from symelbo.reading.layout.layout_tables import (
    BINARY,
    DECORATIONS,
    FONT_SWITCHES,
    IMPLICATIONS,
    RELATIONS,
    SIDED,
    SIZES,
    SOFT_RELATIONS,
    SPACES,
    WIDE_SPACES,
    Decoration,
)
from symelbo.reading.sources.lexer import ROW_BREAK
from symelbo.reading.sources.tokens import Problem, Span, Token, TokenKind

__all__ = ["Label", "Unwrapped", "plain_words", "unwrap"]

_DEEPEST: Final = 24
_STACKED: Final = frozenset(("\\overset", "\\underset", "\\stackrel", "\\overunderset", "\\underoverset"))
_BRACED: Final = {"\\underbrace": "_", "\\overbrace": "^", "\\underbracket": "_", "\\overbracket": "^"}
_ARROWS: Final = IMPLICATIONS | SOFT_RELATIONS
_LONG_ARROWS: Final = {
    "\\xrightarrow": "\\rightarrow",
    "\\xRightarrow": "\\Rightarrow",
    "\\xLeftrightarrow": "\\Leftrightarrow",
    "\\xLeftarrow": "\\Leftarrow",
}
_TOWERS: Final = _STACKED | frozenset(_BRACED)
_BEFORE_EMPTY: Final = frozenset(RELATIONS) | BINARY | SPACES | WIDE_SPACES | {"&", ROW_BREAK, ",", "(", "["}
_FONTS: Final = frozenset(FONT_SWITCHES.values()) | {"\\operatorname", "\\scriptsize"}
_STRETCHED: Final = frozenset(("\\xlongequal", "\\xequal", "\\xlongeq"))
_GAP: Final = "\\quad"


@dataclass(slots=True)
class Label:
    """A brace's label: `first` to `last` are the braced tokens in the output, `tokens` the label's own."""

    first: int
    last: int
    tokens: Unwrapped


@dataclass(slots=True)
class Unwrapped:
    """Tokens without decoration; `reasons` belong to the relation sign at that index of `tokens`."""

    tokens: list[Token] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    labels: list[Label] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def plain_words(tokens: Sequence[Token]) -> str:
    """Tokens as words for a person: commands without their braces, text as it is."""
    said = (t for t in tokens if t.kind not in (TokenKind.OPEN, TokenKind.CLOSE) and t.text not in _FONTS)
    words = "".join((" " if token.spaced else "") + token.text for token in said)
    return " ".join(words.split())


def _pair(tokens: Sequence[Token], out: Unwrapped) -> dict[int, int]:
    """Index of the closing brace for each opening one."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind is TokenKind.OPEN:
            stack.append(index)
        elif token.kind is TokenKind.CLOSE:
            if stack:
                pairs[stack.pop()] = index
            else:
                out.problems.append(
                    Problem("this closing brace has no opening one; delete it or add {", Span(token.start, token.end))
                )
    for index in stack:
        token = tokens[index]
        out.problems.append(
            Problem("this brace is never closed; add } where the group ends", Span(token.start, token.end))
        )
    return pairs


def unwrap(tokens: Sequence[Token]) -> Unwrapped:
    r"""Take the decoration off a display's tokens.

    >>> from symelbo.reading.sources.lexer import read_tex
    >>> [token.text for token in unwrap(read_tex(r"\boxed{\color{red} \big| x \big|} \label{a}")).tokens]
    ['|', 'x', '|']
    """
    out = Unwrapped()
    pairs = _pair(tokens, out)
    _Unwrapper(tokens, pairs, out, 0).run(0, len(tokens))
    return out


class _Unwrapper:
    def __init__(self, tokens: Sequence[Token], pairs: dict[int, int], out: Unwrapped, depth: int) -> None:
        self.tokens, self.pairs, self.out, self.depth = tokens, pairs, out, depth
        self.skipped: set[int] = set()  # braces that only hold decoration together
        self.closing: dict[
            int, list[tuple[str, int]]
        ] = {}  # closing brace -> (sign that a label has, first index in the output)
        self.lefts: list[int] = []  # places in the output of the delimiters after \left

    def run(self, start: int, end: int) -> None:
        tokens, out = self.tokens, self.out.tokens
        index = start
        while index < end:
            token = tokens[index]
            kind = token.kind
            if kind is TokenKind.LETTER or kind is TokenKind.NUMBER:
                out.append(token)
                index += 1
            elif kind is TokenKind.COMMAND:
                index = self._command(index, end)
            elif kind is TokenKind.OPEN:
                index = self._open(index)
            elif kind is TokenKind.CLOSE:
                if index not in self.skipped:
                    out.append(token)
                index = self._close(index, end) if index in self.closing else index + 1
            elif token.text == "~":
                index += 1
            else:
                out.append(token)
                index += 1
                if token.text in RELATIONS and token.text not in "<>":
                    index = self._raised(index, end)

    def _argument(self, index: int, end: int) -> tuple[int, int, int]:
        """First token, end, and the next index after the argument that begins at `index`."""
        while index < end and self.tokens[index].text in SPACES:
            index += 1
        if index >= end:
            return index, index, index
        close = self.pairs.get(index)
        if close is not None and close < end:
            return index + 1, close, close + 1
        if self.tokens[index].kind is TokenKind.CLOSE:
            return index, index, index
        return index, index + 1, index + 1

    def _bracket(self, index: int, end: int) -> int:
        """Skip an optional argument in square brackets, if one stands here and ends soon."""
        if index < end and self.tokens[index].text == "[":
            for place in range(index + 1, min(end, index + 40)):
                if self.tokens[place].text == "]":
                    return place + 1
                if self.tokens[place].kind in (TokenKind.OPEN, TokenKind.CLOSE) and self.pairs.get(place, end) >= end:
                    break
        return index

    def _command(self, index: int, end: int) -> int:
        token = self.tokens[index]
        text = token.text
        if text in SPACES:
            return index + 1
        if text in SIZES:
            return self._sized(index, end)
        decoration = DECORATIONS.get(text)
        if decoration is not None:
            return self._decorated(index, end, decoration)
        if text in _STACKED:
            return self._stacked(index, end)
        if text in _BRACED:
            return self._brace(index, end)
        if text in FONT_SWITCHES:
            self.out.tokens.append(Token(TokenKind.COMMAND, FONT_SWITCHES[text], token.start, token.end, token.spaced))
            return index + 1
        if text in _STRETCHED:
            place = self._bracket(index + 1, end)
            first, last, after = self._argument(place, end)
            self._relation(Token(TokenKind.SYMBOL, "=", token.start, token.end, token.spaced), self.tokens[first:last])
            return after
        if text in _LONG_ARROWS:
            self.out.tokens.append(Token(TokenKind.COMMAND, _LONG_ARROWS[text], token.start, token.end, token.spaced))
            return self._argument(self._bracket(index + 1, end), end)[2]
        self.out.tokens.append(token)
        if text in RELATIONS:
            return self._raised(index + 1, end)
        return index + 1

    def _raised(self, index: int, end: int) -> int:
        """Words at a relation sign, as in `\\ge^{(a)}`."""
        if index + 1 < end and self.tokens[index].text in ("^", "_") and self.tokens[index].kind is TokenKind.SYMBOL:
            first, last, after = self._argument(index + 1, end)
            self.out.reasons[len(self.out.tokens) - 1] = plain_words(self.tokens[first:last])
            return after
        return index

    def _relation(self, sign: Token, words: Sequence[Token]) -> None:
        self.out.tokens.append(sign)
        reason = plain_words(words)
        if reason:
            self.out.reasons[len(self.out.tokens) - 1] = reason

    def _sized(self, index: int, end: int) -> int:
        command = self.tokens[index].text
        place = index + 1
        while place < end and self.tokens[place].text in SPACES:
            place += 1
        if place >= end:
            return place
        token = self.tokens[place]
        left = command in ("\\left", "\\mleft")
        right = command in ("\\right", "\\mright")
        if token.text == "." and (left or right):
            if left:
                self.lefts.append(-1)
            elif self.lefts:
                self._one_sided(self.lefts.pop())
            return place + 1
        sided = SIDED.get(token.text)
        if left:
            self.lefts.append(len(self.out.tokens))
        elif right and self.lefts and self.lefts.pop() < 0 and token.text in ("\\}", "\\rbrace"):
            return place + 1
        if sided is None:
            return place
        position = 0 if left or command.endswith("l") else 1 if right or command.endswith("r") else 2
        kind = TokenKind.COMMAND if sided[position][0] == "\\" else TokenKind.SYMBOL
        self.out.tokens.append(
            Token(kind, sided[position], self.tokens[index].start, token.end, self.tokens[index].spaced)
        )
        return place + 1

    def _one_sided(self, index: int) -> None:
        """`\\left\\{ ... \\right.` only draws a brace beside rows; `\\left. ... \\right|` is kept."""
        if 0 <= index < len(self.out.tokens) and self.out.tokens[index].text in ("\\{", "\\lbrace"):
            old = self.out.tokens[index]
            self.out.tokens[index] = Token(TokenKind.COMMAND, "\\,", old.start, old.end, old.spaced)

    def _decorated(self, index: int, end: int, decoration: Decoration) -> int:
        place = index + 1
        if decoration.wide:
            token = self.tokens[index]
            self.out.tokens.append(Token(TokenKind.COMMAND, _GAP, token.start, token.end))
        for _ in range(decoration.drop):
            place = self._bracket(place, end)
            if (
                place < end
                and self.tokens[place].kind is not TokenKind.OPEN
                and self.tokens[index].text in _DIMENSIONED
            ):
                return self._dimension(place, end)
            _, _, place = self._argument(place, end)
        after = self._bracket(place, end) if decoration.keep else place
        if after in self.pairs:  # `\\smash[b]{...}`
            place = after
        if decoration.keep and place < end and place in self.pairs:
            self.skipped.update((place, self.pairs[place]))
        return place

    def _dimension(self, place: int, end: int) -> int:
        """The length after `\\kern` and its like: a number and two letters."""
        while place < end and (self.tokens[place].kind is TokenKind.NUMBER or self.tokens[place].text in ("-", "+")):
            place += 1
        if place < end and self.tokens[place].kind is TokenKind.COMMAND:
            return place + 1
        for _ in range(2):
            if place < end and self.tokens[place].kind in (TokenKind.LETTER, TokenKind.WORD):
                place += 1
        return place

    def _stacked(self, index: int, end: int) -> int:
        """Something over or under something else: words at a relation sign, or else left as it is."""
        name = self.tokens[index].text
        words: list[Token] = []
        place = index + 1
        for _ in range(2 if name in ("\\overunderset", "\\underoverset") else 1):
            first, last, place = self._argument(place, end)
            words.extend(self.tokens[first:last])
        first, last, after = self._argument(place, end)
        core = [
            token
            for token in self.tokens[first : min(last, first + 4)]
            if token.text not in SPACES and token.text not in WIDE_SPACES
        ]
        if core and last - first <= 4 and "".join(token.text for token in core) in RELATIONS:
            joined = Token(TokenKind.SYMBOL, "".join(token.text for token in core), core[0].start, core[-1].end, True)
            self._relation(joined, words)
            return after
        if len(core) == 1 and core[0].text in _ARROWS:
            self.out.tokens.append(core[0])  # the words over an arrow or over `\\sim` say nothing about a claim
            return after
        if core and core[0].text in _TOWERS and last - first <= 40 and self.depth < 4:
            inner = Unwrapped()
            _Unwrapper(self.tokens, self.pairs, inner, self.depth + 1).run(first, last)
            if len(inner.tokens) == 1 and inner.tokens[0].text in RELATIONS:
                self._relation(inner.tokens[0], [*words, Token(TokenKind.TEXT, inner.reasons.get(0, ""), 0, 0, True)])
                return after
        self.out.tokens.append(self.tokens[index])
        return index + 1

    def _open(self, index: int) -> int:
        if index in self.skipped:
            return index + 1
        close = self.pairs.get(index)
        if close == index + 1 and (index == 0 or self.tokens[index - 1].text in _BEFORE_EMPTY):
            return close + 1  # `={}`: it only makes the spacing right
        follow = self.tokens[index + 1].text if close is not None and index + 1 < len(self.tokens) else ""
        bare = index == 0 or self.tokens[index - 1].text not in ("_", "^")
        if close is not None and bare and (follow == "\\color" or follow in SPACES or follow.startswith("\\begin{")):
            self.skipped.update((index, close))
            return index + 1
        if close is not None and follow in FONT_SWITCHES:
            token = self.tokens[index + 1]
            self.out.tokens.append(Token(TokenKind.COMMAND, FONT_SWITCHES[follow], token.start, token.end, True))
            self.out.tokens.append(self.tokens[index])
            return index + 2
        self.out.tokens.append(self.tokens[index])
        return index + 1

    def _brace(self, index: int, end: int) -> int:
        sign = _BRACED[self.tokens[index].text]
        first, last, after = self._argument(index + 1, end)
        core = [token for token in self.tokens[first : min(last, first + 3)] if token.text not in SPACES]
        if len(core) == 1 and last - first <= 3 and core[0].text in RELATIONS:
            label = (
                self._argument(after + 1, end)
                if after < end and self.tokens[after].text == sign
                else (after, after, after)
            )
            self._relation(core[0], self.tokens[label[0] : label[1]])
            return label[2]
        opening = first - 1
        if self.pairs.get(opening) == last:
            self.closing.setdefault(last, []).append((sign, len(self.out.tokens)))
            return self._open(opening)
        return index + 1

    def _first_line(self, first: int, last: int) -> tuple[int, int]:
        """The first line of a label that is stacked out of several; the others are words."""
        if first >= last or self.tokens[first].text != "\\substack":
            return first, last
        start, end, _ = self._argument(first + 1, last)
        breaks = (place for place in range(start, end) if self.tokens[place].text == ROW_BREAK)
        return start, next(breaks, end)

    def _close(self, index: int, end: int) -> int:
        """The end of a braced group: read its label, which stays out of the flow."""
        place = index + 1
        for sign, opened in self.closing[index]:
            if place >= end or self.tokens[place].text != sign:
                continue
            first, last, after = self._argument(place + 1, end)
            first, last = self._first_line(first, last)
            if self.depth < _DEEPEST:
                inner = Unwrapped()
                _Unwrapper(self.tokens, self.pairs, inner, self.depth + 1).run(first, last)
                self.out.labels.append(Label(opened, len(self.out.tokens), inner))
                if inner.labels:
                    self.out.problems.append(
                        Problem(
                            "a brace inside a label is not read; give it a display of its own",
                            Span(self.tokens[place].start, self.tokens[place].end),
                        )
                    )
            place = after
        return place


_DIMENSIONED: Final = frozenset(("\\kern", "\\mkern", "\\mskip", "\\hskip", "\\vskip"))
