r"""Spellings made one: tokens become pieces, in which every way to write a thing looks the same.

`\mathrm{KL}`, `\text{KL}`, the letters KL and the plain word KL all become one piece; fonts are attached to names,
plain-text words and Unicode signs become commands, and what only dresses a formula (sizes, colours, spaces, braces
under and over it) is dropped. The grammar above sees pieces only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from symelbo.errors import ReadingError
from symelbo.reading.operators import (
    EXPECTATIONS,
    EXTREMA,
    FAMILIES,
    FONT_SWITCHES,
    FONTS,
    GREEK,
    NAMED_COMMANDS,
    NOTHING,
    PLAIN_WORDS,
    RELATIONS,
    SPELLINGS,
    SYMBOL_NAMES,
    WORDS,
    WRAPPERS,
    Wrapper,
)
from symelbo.reading.tokens import Token, TokenKind

__all__ = ["MAX_DEPTH", "Piece", "spell"]

MAX_DEPTH = 40

_JOINING_FONTS = frozenset(("roman", "text", "sf", "tt"))
_INDEX_LETTERS = frozenset("ijklmnrst")
_PREFIX_WORDS = ("log", "ln", "exp")
_IDENTIFIER = re.compile(r"[^\W\d_][^\W_]*(-[^\W_]+)*$")
_NUMBERED = re.compile(r"([^\W\d_]+)(\d+)$")
_GREEK_LETTERS = {
    unicodedata.lookup(f"GREEK {case} LETTER {'LAMDA' if name == 'lambda' else name.upper()}"): (
        name.capitalize() if case == "CAPITAL" else name
    )
    for name in "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon "
    "phi chi psi omega".split()
    for case in ("SMALL", "CAPITAL")
} | {"ϕ": "phi", "ϵ": "epsilon", "ϑ": "theta", "ς": "sigma", "ϱ": "rho", "ϖ": "pi", "µ": "mu", "ℓ": "ell"}
_ALPHABETS = (
    ("DOUBLE-STRUCK", "bb"),
    ("SCRIPT", "cal"),
    ("FRAKTUR", "frak"),
    ("BLACK-LETTER", "frak"),
    ("BOLD", "bold"),
    ("SANS-SERIF", "sf"),
    ("MONOSPACE", "tt"),
)


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


def spell(tokens: Sequence[Token]) -> list[Piece]:
    r"""Pieces of a side of a formula.

    Raises `ReadingError` where a brace is never closed or a command lacks its argument.

    >>> from symelbo.reading.lexer import read_tex
    >>> [piece.text for piece in spell(read_tex(r"\mathrm{KL}\big(q \,\|\, p\big)"))]
    ['\\KL', '(', 'q', '||', 'p', ')']
    """
    return _Speller(tokens).run()


class _Speller:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.partner = _braces(tokens)
        self.out: list[Piece] = []
        self.spaced = False
        self.barrier = False  # a \left or \right stood here: two bars on its sides are two bars
        self.depth = 0

    def run(self) -> list[Piece]:
        self.emit(0, len(self.tokens), "", script=False)
        return self.out

    # --- putting pieces out -----------------------------------------------------------------------------------------

    def put(self, kind: str, text: str, token: Token, font: str = "", word: str = "") -> None:
        spaced = token.spaced or self.spaced
        before = self.out[-1] if self.out else None
        if before is not None and text == "|" and before.text == "|" and not self.barrier:
            commands = token.text[0] == "\\" and before.word == "\\"
            if commands or not spaced:
                self.out[-1] = replace(before, text="||", end=token.end)
                return
        if before is not None and before.text == "\\arg" and text in EXTREMA:
            self.out[-1] = replace(before, kind="command", text="\\arg" + text[1:], end=token.end, word="arg" + text[1:])
            self.barrier = self.spaced = False
            return
        if text == "|":
            word = "\\" if token.text[0] == "\\" else ""
        self.out.append(Piece(kind, text, token.start, token.end, spaced, font, word))
        self.barrier = self.spaced = False

    def brace(self, text: str, at: Token) -> None:
        self.put("open" if text == "{" else "close", text, at)

    # --- reading tokens ---------------------------------------------------------------------------------------------

    def emit(self, low: int, high: int, font: str, *, script: bool) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _too_deep(self.tokens[low] if low < len(self.tokens) else self.tokens[-1])
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
            if len(self.out) == mark + 3 and self.out[mark + 1].kind in ("name", "number"):
                self.out[mark:] = [replace(self.out[mark + 1], spaced=self.out[mark].spaced)]
            return close + 1
        if kind is TokenKind.NUMBER:
            if font in ("bb", "bold"):
                self.put("name", token.text, token, font)
            else:
                self.put("number", token.text, token)
        elif kind is TokenKind.TEXT:
            self.words(token)
        elif kind is TokenKind.WORD:
            self.plain_word(token.text, token, font)
        return place + 1

    def letters(self, place: int, high: int, font: str) -> int:
        """A letter, or the word that it begins when letters run together."""
        token = self.tokens[place]
        run = self.letter_run(place, min(high, place + 16)) if font == "" else token.text
        if len(run) > 1:
            for size in range(len(run), 1, -1):
                word = run[:size]
                if word in WORDS and (size == len(run) or word in _PREFIX_WORDS):
                    self.put("command", WORDS[word], self.cover(place, place + size), word=word)
                    return place + size
                if word == "arg" and size == len(run):
                    self.put("command", "\\arg", self.cover(place, place + size), word=word)
                    return place + size
            capitals = len(run) - len(run.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            before = self.tokens[place - 1] if place else None
            glued = before is not None and not token.spaced and before.kind is TokenKind.LETTER and before.text.isupper()
            if capitals >= 3 and not glued and capitals == len(run):
                self.put("name", run, self.cover(place, place + capitals), "roman")
                return place + capitals
        name, own = _letter(token.text)
        self.put("name", name, token, font or own)
        return place + 1

    def letter_run(self, place: int, high: int) -> str:
        end = place + 1
        tokens = self.tokens
        while end < high and tokens[end].kind is TokenKind.LETTER and not tokens[end].spaced:
            end += 1
        return "".join(token.text for token in tokens[place:end])

    def cover(self, low: int, high: int) -> Token:
        first = self.tokens[low]
        return Token(first.kind, first.text, first.start, max(first.end, self.tokens[high - 1].end), first.spaced)

    # --- words ------------------------------------------------------------------------------------------------------

    def words(self, token: Token) -> None:
        r"""The content of \text{...}."""
        text = token.text.strip()
        if not text:
            self.spaced = True
            return
        joined = "".join(text.split())
        if not self.known(joined, token, "text"):
            if "const" in text.lower():
                self.put("command", "\\const", token, word=text)
            elif _IDENTIFIER.match(text):
                self.put("name", text, token, "text")
            else:
                self.put("text", text, token)

    def known(self, word: str, token: Token, font: str) -> bool:
        """Put out a word of the tables; whether it was one."""
        if word in WORDS:
            self.put("command", WORDS[word], token, word=word)
        elif word == "arg":
            self.put("command", "\\arg", token, word=word)
        elif word in EXPECTATIONS and font != "":
            self.put("command", "\\E", token, word=word)
        else:
            return False
        return True

    def plain_word(self, word: str, token: Token, font: str) -> None:
        if self.known(word, token, font):
            return
        if word in PLAIN_WORDS:
            text = PLAIN_WORDS[word]
            self.put("command" if text[0] == "\\" else "sign", text, token, word=word)
        elif word in GREEK:
            self.put("name", word, token, font)
        elif word in FAMILIES or (word.isupper() and word.isascii()):
            self.put("name", word, token, font or "roman")
        elif (numbered := _NUMBERED.match(word)) is not None:
            self.plain_word(numbered[1], token, font)
            self.put("sign", "_", replace(token, spaced=False))
            self.put("number", numbered[2], replace(token, spaced=False))
        elif word[0] == "d" and (word[1:] in GREEK or len(word) == 2):
            self.put("name", "d", token, font)
            self.put("name", _letter(word[1:])[0], replace(token, spaced=False), font)
        elif word.startswith(("log", "ln")):
            size = 3 if word.startswith("log") else 2
            self.put("command", WORDS[word[:size]], token, word=word[:size])
            self.plain_word(word[size:], replace(token, spaced=False), font)
        elif any(letter in _GREEK_LETTERS for letter in word):
            for part in re.findall(r"[a-zA-Z]+|.", word):
                self.put("name", _letter(part)[0], token, font)
                token = replace(token, spaced=False)
        else:
            self.put("name", word, token, font)

    # --- commands ---------------------------------------------------------------------------------------------------

    def command(self, place: int, high: int, font: str, *, script: bool) -> int:
        token = self.tokens[place]
        text = SPELLINGS.get(token.text, token.text)
        if text in NOTHING:
            self.spaced = True
            if text in ("\\left", "\\right"):
                self.barrier = True
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
                self.put("command", "\\ne" if self.tokens[place + 1].text == "=" else "\\notin", self.cover(place, place + 2))
                return place + 2
            return place + 1
        if text[1:] in NAMED_COMMANDS:
            self.put("name", text[1:], token, font)
        elif text[0] == "\\" and text not in ("\\{", "\\}"):
            self.put("command", text, token, word=text[1:] if text in EXTREMA or text in ("\\log", "\\exp", "\\det") else "")
        else:
            self.put("sign", text, token)
        return place + 1

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
        if len(word) == 1 and word in EXPECTATIONS and (font in ("bb", "roman", "sf") or (font == "bold" and self.averages(high))):
            self.put("command", "\\E", whole, word=word)
            return
        inside = [token for token in self.tokens[low:high] if token.text not in NOTHING]
        if len(inside) == 1:
            self.spaced = self.spaced or whole.spaced
            self.one(self.first(low, high), high, font, script=script)
            return
        if inside:
            self.brace("{", whole)
            self.emit(low, high, font, script=script)
            self.brace("}", whole)

    def joins(self, word: str, low: int, font: str) -> bool:
        """Put out a word in a font that makes words of letters."""
        letters = all(token.kind in (TokenKind.LETTER, TokenKind.WORD, TokenKind.TEXT) for token in self.tokens[low : low + 1])
        if not letters or (font not in _JOINING_FONTS and not (font in ("cal", "bb", "bold", "script") and word.isupper() and len(word) > 2)):
            if not (font == "" and letters):
                return False
        self.put("name", word, self.tokens[low], font or "roman")
        return True

    def joined(self, low: int, high: int) -> str:
        """The letters of an argument as one word, or nothing when it holds anything else."""
        word = ""
        for token in self.tokens[low : min(high, low + 40)]:
            if token.kind in (TokenKind.LETTER, TokenKind.WORD, TokenKind.NUMBER):
                word += token.text
            elif token.kind is TokenKind.TEXT and _IDENTIFIER.match(token.text.strip()):
                word += token.text.strip()
            elif token.text == "-" and word:
                word += "-"
            elif token.text not in NOTHING:
                return ""
        return word if high - low <= 40 else ""

    def first(self, low: int, high: int) -> int:
        while low < high and self.tokens[low].text in NOTHING:
            low += 1
        return low

    def averages(self, place: int) -> bool:
        """Whether what follows (perhaps after a brace) is a subscript or a square bracket."""
        place += place < len(self.tokens) and self.tokens[place].kind is TokenKind.CLOSE
        while place < len(self.tokens) and self.tokens[place].text in NOTHING:
            place += 1
        return place < len(self.tokens) and self.tokens[place].text in ("_", "[")

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
        self.brace("{", token)
        if commas:
            for place in range(low, high):
                if self.tokens[place].text == "\\\\":
                    self.put("sign", ",", self.tokens[place])
                elif self.tokens[place].kind not in (TokenKind.OPEN, TokenKind.CLOSE):
                    self.one(place, place + 1, font, script=True)
        else:
            self.emit(low, high, font, script=False)
        if len(self.out) == mark + 2:
            only = self.out.pop()
            self.out.pop()
            self.put(only.kind, only.text, Token(TokenKind.SYMBOL, only.text, only.start, only.end, token.spaced), only.font, only.word)
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
        elif text == "½":
            self.put("number", "0.5", token)
        elif len(text) == 1 and text.isalpha():
            self.put("name", *_named(text, token, font))
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
            if self.is_word(word, after + 1, close):
                self.put("name", word, self.cover(after, close + 1), "roman" if len(word) > 1 else "")
                return close + 1
        after = self.one(after, high, font, script=True)
        inside = self.out[mark:]
        core = inside[1:-1] if len(inside) == 3 and inside[0].kind == "open" else inside
        if len(core) == 1 and core[0].kind == "command" and core[0].word.isalpha():
            self.out[mark:] = [replace(core[0], kind="name", text=core[0].word, font="roman", start=inside[0].start, end=inside[-1].end)]
        return after

    def is_word(self, word: str, low: int, high: int) -> bool:
        r"""Whether the bare letters of a script are a word (`data`, `KL`) and no list of indices (`ij`)."""
        if len(word) < 2 or not word.isalpha() or not all(token.kind is TokenKind.LETTER for token in self.tokens[low:high]):
            return False
        if any(token.spaced for token in self.tokens[low + 1 : high]) or not word.isascii():
            return False
        return word.isupper() or word in WORDS or (len(word) > 2 and not set(word) <= _INDEX_LETTERS)

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
        """Whether the Unicode letter Σ or Π before `place` is a sum or product: it has an index, and a factor follows."""
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
            return follower.text not in RELATIONS and follower.text not in NOTHING and follower.text not in ("\\cdot", "\\mid", "\\|", "\\}")
        return follower.kind in (TokenKind.LETTER, TokenKind.WORD, TokenKind.NUMBER) or follower.text in ("(", "[", "Σ", "∑", "Π", "∏")


def _letter(text: str) -> tuple[str, str]:
    """The name and font of one letter: Greek by its name, letters of the mathematical alphabets by letter and font."""
    if text in _GREEK_LETTERS:
        return _GREEK_LETTERS[text], ""
    if len(text) == 1 and not text.isascii():
        plain = unicodedata.normalize("NFKC", text)
        if plain != text and len(plain) == 1:
            title = unicodedata.name(text, "")
            font = next((font for mark, font in _ALPHABETS if mark in title), "")
            return _GREEK_LETTERS.get(plain, plain), font
    return text, ""


def _named(text: str, token: Token, font: str) -> tuple[str, Token, str]:
    name, own = _letter(text)
    return name, token, font or own


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


def _too_deep(token: Token) -> ReadingError:
    return ReadingError(f"brackets are nested more than {MAX_DEPTH} deep here; name a part of the formula", token.start, token.end)
