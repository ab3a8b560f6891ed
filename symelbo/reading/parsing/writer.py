"""What the speller writes with: pieces, the matching of braces, and looks ahead in the tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from symelbo.errors import ReadingError
from symelbo.reading.parsing.operators import EXTREMA
from symelbo.reading.parsing.spellings import FONT_SWITCHES, FONTS, LABEL_WORDS, NOTHING, WORDS
from symelbo.reading.sources.tokens import Token, TokenKind

__all__ = ["IDENTIFIER", "MAX_DEPTH", "Piece", "Writer", "too_deep"]

MAX_DEPTH = 40

IDENTIFIER = re.compile(r"[^\W\d_][^\W_]*(-[^\W_]+)*$")
_INDEX_LETTERS = frozenset("ijklmnrst")


@dataclass(frozen=True, slots=True)
class Piece:
    """One unit of the grammar.

    `kind` is name, number, command, sign, open, close or text; a bracket other than `{` is a sign. `word` keeps the
    letters of a command that was spelled as a word, so that `p_{max}` is still a name.
    """

    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False
    font: str = ""
    word: str = ""


class Writer:
    """The tokens, the pieces put out so far, and what stood between the last piece and the next one."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.partner = _braces(tokens)
        self.out: list[Piece] = []
        self.spaced = False
        self.barrier = ""  # a \left or \right stood here: two bars on its sides are two bars
        self.depth = 0

    def put(self, kind: str, text: str, token: Token, font: str = "", word: str = "") -> None:
        spaced = token.spaced or self.spaced
        before = self.out[-1] if self.out else None
        if before is not None and text == "|" and before.text == "|":
            commands = token.text[0] == "\\" and before.word == "\\" and not self.barrier
            empty = self.barrier == "\\right" and before.word == "\\left"  # \left|\right| holds nothing
            if commands or empty or (not spaced and not self.barrier):
                self.out[-1] = replace(before, text="||", end=token.end)
                return
        if before is not None and before.text == "\\arg" and text in EXTREMA:
            self.out[-1] = replace(
                before, kind="command", text="\\arg" + text[1:], end=token.end, word="arg" + text[1:]
            )
            self.barrier, self.spaced = "", False
            return
        if text == "|":
            word = self.barrier or ("\\" if token.text[0] == "\\" else "")
        self.out.append(Piece(kind, text, token.start, token.end, spaced, font, word))
        self.barrier, self.spaced = "", False

    def brace(self, text: str, at: Token) -> None:
        self.put("open" if text == "{" else "close", text, at)

    def cover(self, low: int, high: int) -> Token:
        first = self.tokens[low]
        return Token(first.kind, first.text, first.start, max(first.end, self.tokens[high - 1].end), first.spaced)

    def letter_run(self, place: int, high: int) -> str:
        end = place + 1
        tokens = self.tokens
        while end < high and tokens[end].kind is TokenKind.LETTER and not tokens[end].spaced:
            end += 1
        return "".join(token.text for token in tokens[place:end])

    def argument(self, place: int, high: int, command: Token) -> tuple[int, int, int]:
        """Where the argument at `place` begins and ends, and the place after it."""
        while place < high and self.tokens[place].text in NOTHING:
            place += 1
        if place >= high or self.tokens[place].kind is TokenKind.CLOSE:
            raise ReadingError(f"`{command.text}` has no argument", command.start, command.end, "an argument in braces")
        token = self.tokens[place]
        if token.kind is TokenKind.OPEN:
            return place + 1, self.partner[place], self.partner[place] + 1
        if token.text in FONTS and token.kind is TokenKind.COMMAND and token.text not in FONT_SWITCHES:
            return place, (after := self.argument(place + 1, high, token)[2]), after
        return place, place + 1, place + 1

    def first(self, low: int, high: int) -> int:
        while low < high and self.tokens[low].text in NOTHING:
            low += 1
        return low

    def joined(self, low: int, high: int) -> str:
        """The letters of an argument as one word, or nothing when it holds anything else."""
        word = ""
        for token in self.tokens[low : min(high, low + 40)]:
            if token.kind in (TokenKind.LETTER, TokenKind.WORD, TokenKind.NUMBER):
                word += token.text
            elif token.kind is TokenKind.TEXT and IDENTIFIER.match(token.text.strip()):
                word += token.text.strip()
            elif token.text == "-" and word:
                word += "-"
            elif token.text not in NOTHING and not (token.text == "." and word):
                return ""
        return word if high - low <= 40 else ""

    def averages(self, place: int) -> bool:
        """Whether what follows (perhaps after a brace) is a subscript or a square bracket."""
        place += place < len(self.tokens) and self.tokens[place].kind is TokenKind.CLOSE
        while place < len(self.tokens) and self.tokens[place].text in NOTHING:
            place += 1
        return place < len(self.tokens) and self.tokens[place].text in ("_", "[")

    def is_word(self, word: str, low: int, high: int, sign: str) -> bool:
        r"""Whether bare letters in a script are a word (`data`, `KL`), not indices (`ij`) or factors (`e^{at}`)."""
        tokens = self.tokens[low:high]
        if len(word) < 2 or not (word.isascii() and word.isalpha()):
            return False
        if any(token.kind is not TokenKind.LETTER for token in tokens) or any(token.spaced for token in tokens[1:]):
            return False
        if sign == "^":
            return word in LABEL_WORDS or (word.isupper() and len(word) > 2)
        return word.isupper() or (word in WORDS and word != "kl") or (len(word) > 2 and not set(word) <= _INDEX_LETTERS)


def _braces(tokens: Sequence[Token]) -> dict[int, int]:
    """The closing brace of each opening one."""
    stack: list[int] = []
    partner: dict[int, int] = {}
    for place, token in enumerate(tokens):
        if token.kind is TokenKind.OPEN:
            stack.append(place)
        elif token.kind is TokenKind.CLOSE:
            if not stack:
                raise ReadingError("`}` closes nothing; remove it or add the `{` before it", token.start, token.end)
            partner[stack.pop()] = place
    if stack:
        token = tokens[stack[-1]]
        raise ReadingError("`{` is never closed; add the `}` after it", token.start, token.end, "`}`")
    return partner


def too_deep(token: Token) -> ReadingError:
    return ReadingError(
        f"brackets are nested more than {MAX_DEPTH} deep here; name a part of the formula", token.start, token.end
    )
