r"""Spellings made one: tokens become pieces, in which every way to write a thing looks the same.

`\mathrm{KL}`, `\text{KL}`, the letters KL and the plain word KL all become one piece; fonts are attached to names,
plain-text words and Unicode signs become commands, and what only dresses a formula (sizes, colours, spaces, braces
under and over it) is dropped. The grammar above sees pieces only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from symelbo.reading.parsing.operators import EXPECTATIONS, EXTREMA, INFIXES, RELATIONS
from symelbo.reading.parsing.spellings import (
    COMBINING,
    DIFFERENTIALS,
    FONT_SWITCHES,
    FONTS,
    NAMED_COMMANDS,
    NOTHING,
    SPELLINGS,
    SYMBOL_NAMES,
    WRAPPERS,
    Wrapper,
)
from symelbo.reading.parsing.words import WordWriter
from symelbo.reading.parsing.writer import MAX_DEPTH, Piece, too_deep
from symelbo.reading.sources.tokens import Token, TokenKind

__all__ = ["MAX_DEPTH", "Piece", "spell"]


def spell(tokens: Sequence[Token]) -> list[Piece]:
    r"""Pieces of a side of a formula.

    Raises `ReadingError` where a brace is never closed or a command lacks its argument.

    >>> from symelbo.reading.sources.lexer import read_tex
    >>> [piece.text for piece in spell(read_tex(r"\mathrm{KL}\big(q \,\|\, p\big)"))]
    ['\\KL', '(', 'q', '||', 'p', ')']
    """
    return _Speller(tokens).run()


class _Speller(WordWriter):
    def run(self) -> list[Piece]:
        self.emit(0, len(self.tokens), "", script=False)
        return self.out

    # --- putting pieces out -----------------------------------------------------------------------------------------

    # --- reading tokens ---------------------------------------------------------------------------------------------

    def emit(self, low: int, high: int, font: str, *, script: bool) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise too_deep(self.tokens[low] if low < len(self.tokens) else self.tokens[-1])
        place = low
        while place < high:
            place = self.one(place, high, font, script=script)
        self.depth -= 1

    def one(self, place: int, high: int, font: str, *, script: bool) -> int:
        """Put out what begins at `place`; the place after it."""
        token = self.tokens[place]
        kind = token.kind
        if kind is TokenKind.LETTER:
            return self.letters(place, high, font)
        if kind is TokenKind.COMMAND:
            return self.command(place, high, font, script=script)
        if kind is TokenKind.SYMBOL:
            return self.symbol(place, high, font, script=script)
        if kind is TokenKind.OPEN:
            close = self.partner[place]
            mark = len(self.out)
            self.brace("{", token)
            self.emit(place + 1, close, font, script=script)
            self.brace("}", self.tokens[close])
            only = self.out[mark + 1] if len(self.out) == mark + 3 else None
            bare = only is not None and (only.kind in ("name", "number") or only.word.isalpha())
            script = mark > 0 and self.out[mark - 1].text in ("_", "^")
            if only is not None and (bare or (not script and (only.text in RELATIONS or only.text in INFIXES))):
                self.out[mark:] = [replace(self.out[mark + 1], spaced=self.out[mark].spaced)]
            return close + 1
        if kind is TokenKind.NUMBER:
            if font in ("bb", "bold") and token.text != "0":  # the zero of vectors is zero
                self.put("name", token.text, token, font)
            else:
                return self.number(place, high)
        elif kind is TokenKind.TEXT:
            self.words(token)
        elif kind is TokenKind.WORD:
            self.plain_word(token.text, token, font)
        return place + 1

    # --- commands ---------------------------------------------------------------------------------------------------

    def command(self, place: int, high: int, font: str, *, script: bool) -> int:
        token = self.tokens[place]
        text = SPELLINGS.get(token.text, token.text)
        if text in NOTHING:
            self.spaced = self.spaced or not text.lower().startswith("\\big")
            if text in ("\\left", "\\right"):
                self.barrier = text
            after = self.tokens[place + 1] if place + 1 < high else None
            if text in ("\\left", "\\right", "\\middle") and after is not None and after.text == ".":
                return place + 2
            return place + 1
        if text in FONTS:
            return self.font(place, high, text, script=script)
        if text in WRAPPERS:
            return self.wrapper(WRAPPERS[text], place, high, font)
        if text == "\\not":
            if place + 1 < high and self.tokens[place + 1].text in ("=", "\\in"):
                self.put(
                    "command", "\\ne" if self.tokens[place + 1].text == "=" else "\\notin", self.cover(place, place + 2)
                )
                return place + 2
            return place + 1
        if text in DIFFERENTIALS:
            self.put("name", "d", token, "roman")
        elif text[1:] in NAMED_COMMANDS:
            self.put("name", text[1:], token, font)
        elif text[0] == "\\" and text not in ("\\{", "\\}"):
            self.put(
                "command", text, token, word=text[1:] if text in EXTREMA or text in ("\\log", "\\exp", "\\det") else ""
            )
        else:
            self.put("sign", text, token)
        return place + 1

    def font(self, place: int, high: int, command: str, *, script: bool) -> int:
        token, font = self.tokens[place], FONTS[command]
        if command in FONT_SWITCHES and not (place + 1 < high and self.tokens[place + 1].kind is TokenKind.OPEN):
            self.fonted(place + 1, high, font, token, script=script)
            return high
        low, end, after = self.argument(place + 1, high, token)
        self.fonted(low, end, font, self.cover(place, after), script=script)
        return after

    def fonted(self, low: int, high: int, font: str, whole: Token, *, script: bool) -> None:
        word = self.joined(low, high)
        if len(word) > 1 and (self.known(word, whole, font) or self.joins(word, low, font)):
            return
        if (
            len(word) == 1
            and word in EXPECTATIONS
            and (font in ("bb", "roman", "sf") or (font == "bold" and self.averages(high)))
        ):
            self.put("command", "\\E", whole, word=word)
            return
        inside = [token for token in self.tokens[low:high] if token.text not in NOTHING]
        if len(inside) == 1:
            self.spaced = self.spaced or whole.spaced
            self.one(self.first(low, high), high, font, script=script)
            return
        if inside:
            mark = len(self.out)
            self.brace("{", whole)
            self.emit(low, high, font, script=script)
            if len(self.out) == mark + 2:
                opening = self.out[mark]
                self.out[mark:] = [replace(self.out[mark + 1], spaced=opening.spaced)]
            else:
                self.brace("}", whole)

    def wrapper(self, shape: Wrapper, place: int, high: int, font: str) -> int:
        token = self.tokens[place]
        after = place + 1
        if shape.optional and after < high and self.tokens[after].text == "[":
            while after < high and self.tokens[after].text != "]":
                after += 1
            after += 1
        arguments: list[tuple[int, int]] = []
        for _ in range(shape.arity):
            low, end, after = self.argument(after, high, token)
            arguments.append((low, end))
        if shape.keep is None:
            self.spaced = True
            return after
        low, end = arguments[shape.keep]
        if (bar := {"\\norm": "||", "\\abs": "|"}.get(shape.command)) is not None:
            self.put("sign", bar, token)
            self.emit(low, end, font, script=False)
            self.put("sign", bar, Token(TokenKind.SYMBOL, bar, token.end, token.end, True))
            return after
        self.kept(low, end, font, token, commas=shape.command == "\\substack")
        if shape.script is not None:
            self.put("sign", "_", replace(token, spaced=False))
            self.brace("{", replace(token, spaced=False))
            self.emit(*arguments[shape.script], font, script=True)
            self.brace("}", token)
        if shape.command in ("\\underbrace", "\\overbrace", "\\underbracket"):
            while after + 1 < high and self.tokens[after].text in ("_", "^"):
                after = self.argument(after + 1, high, token)[2]
        return after

    def kept(self, low: int, high: int, font: str, token: Token, *, commas: bool) -> None:
        """The argument that a wrapper keeps: bare when it is one piece, else between braces."""
        mark = len(self.out)
        inside = commas and mark > 0 and self.out[-1].kind == "open"
        if not inside:
            self.brace("{", token)
        if commas:
            for place in range(low, high):
                if self.tokens[place].text == "\\\\":
                    self.put("sign", ",", self.tokens[place])
                elif self.tokens[place].kind not in (TokenKind.OPEN, TokenKind.CLOSE):
                    self.one(place, place + 1, font, script=True)
        else:
            self.emit(low, high, font, script=False)
        if inside:
            return
        if len(self.out) == mark + 2:
            only = self.out.pop()
            self.out.pop()
            self.put(
                only.kind,
                only.text,
                Token(TokenKind.SYMBOL, only.text, only.start, only.end, token.spaced),
                only.font,
                only.word,
            )
        else:
            self.brace("}", Token(TokenKind.CLOSE, "}", self.tokens[high - 1].end, self.tokens[high - 1].end + 1))

    # --- signs ------------------------------------------------------------------------------------------------------

    def symbol(self, place: int, high: int, font: str, *, script: bool) -> int:
        token = self.tokens[place]
        text = SYMBOL_NAMES.get(token.text, token.text)
        if text in ("_", "^"):
            return self.script(place, high, font)
        if text in ("Σ", "Π"):
            big = self.heads_terms(place + 1, high)
            name, command = ("Sigma", "\\sum") if text == "Σ" else ("Pi", "\\prod")
            self.put("command" if big else "name", command if big else name, token)
        elif text == "~":
            self.tilde(place, high, script=script)
        elif text in ("'", "''", "'''"):
            for _ in text:
                self.put("sign", "'", token)
        elif text == "." and place + 2 < high and all(part.text == "." for part in self.tokens[place : place + 3]):
            self.put("command", "\\dots", self.cover(place, place + 3))
            return place + 3
        elif text in NOTHING:
            self.spaced = True
        elif text in COMBINING:
            self.combining(COMBINING[text], token)
        elif len(text) == 1 and (text.isalpha() or unicodedata.category(text) == "No"):
            self.foreign(token, font)
        elif text == "\\sqrt":
            self.put("command", text, token, word="√")
        elif text:
            self.put("command" if text[0] == "\\" and text not in ("\\{", "\\}") else "sign", text, token)
        return place + 1

    def script(self, place: int, high: int, font: str) -> int:
        """A subscript or superscript; a single word in it is a name, whatever else the word may mean."""
        token = self.tokens[place]
        self.put("sign", token.text, token)
        after = place + 1
        while after < high and self.tokens[after].text in NOTHING:
            after += 1
        if after >= high:
            return after
        mark = len(self.out)
        if self.tokens[after].kind is TokenKind.OPEN:
            close = self.partner[after]
            word = self.joined(after + 1, close)
            if self.is_word(word, after + 1, close, token.text):
                self.put("name", word, self.cover(after, close + 1), "roman" if len(word) > 1 else "")
                return close + 1
        after = self.one(after, high, font, script=True)
        inside = self.out[mark:]
        core = inside[1:-1] if len(inside) == 3 and inside[0].kind == "open" else inside
        if len(core) == 1 and core[0].kind == "command" and core[0].word.isalpha():
            self.out[mark:] = [
                replace(
                    core[0], kind="name", text=core[0].word, font="roman", start=inside[0].start, end=inside[-1].end
                )
            ]
        return after

    def tilde(self, place: int, high: int, *, script: bool) -> None:
        """`~` is a space in LaTeX and a sign of sampling in plain text."""
        before = self.out[-1] if self.out else None
        after = self.tokens[place + 1] if place + 1 < high else None
        names = (TokenKind.LETTER, TokenKind.WORD)
        follows = after is not None and after.kind in names
        stands = before is not None and (before.kind in ("name", "close") or before.text == ")")
        if follows and stands and after is not None and (script or (self.tokens[place].spaced and after.spaced)):
            self.put("command", "\\sim", self.tokens[place])
        else:
            self.spaced = True

    def heads_terms(self, place: int, high: int) -> bool:
        """Whether the letter Σ or Π before `place` is a sum or product: it has an index, and a factor follows."""
        tokens = self.tokens
        scripts = 0
        while place + 1 < high and tokens[place].text in ("_", "^"):
            inner = tokens[place + 1]
            if inner.kind is TokenKind.OPEN:
                if tokens[place + 2].text == "-":
                    return False
                place = self.partner[place + 1] + 1
            else:
                place += 2
            scripts += 1
        if not scripts or place >= high:
            return False
        follower = tokens[place]
        if follower.kind is TokenKind.COMMAND:
            return (
                follower.text not in RELATIONS
                and follower.text not in NOTHING
                and follower.text not in ("\\cdot", "\\mid", "\\|", "\\}")
            )
        return follower.kind in (TokenKind.LETTER, TokenKind.WORD, TokenKind.NUMBER) or follower.text in (
            "(",
            "[",
            "Σ",
            "∑",
            "Π",
            "∏",
        )
