"""Letters and words: single letters, letters that run together, words of plain text and words in text fonts."""

from __future__ import annotations

import re
from dataclasses import replace

from symelbo.reading.parsing.letters import accented_letter, holds_greek, letter, vulgar_fraction
from symelbo.reading.parsing.operators import EXPECTATIONS, FAMILIES
from symelbo.reading.parsing.spellings import (
    CAPITAL_WORDS,
    GREEK,
    NOTHING,
    PLAIN_GREEK,
    PLAIN_WORDS,
    WORDS,
)
from symelbo.reading.parsing.writer import IDENTIFIER, Writer
from symelbo.reading.sources.tokens import Token, TokenKind

__all__ = ["WordWriter"]

_JOINING_FONTS = frozenset(("roman", "text", "sf", "tt"))
_SHORT_WORDS = frozenset(("tr", "Tr", "kl"))
_CHANCES = frozenset(("Pr", "Prob"))
_PREFIX_WORDS = ("log", "ln", "exp")
_FREE_TERMS = re.compile(r"\b(terms?|parts?|rest|stuff|things)\b.*\b(without|independent|free|not|do not|don't|no)\b")
_WORD_INITIALS = frozenset(word[0] for word in WORDS) | {"a"}
_NUMBERED = re.compile(r"([^\W\d_]+)(\d+)$")


class WordWriter(Writer):
    """Puts out names, numbers and the commands that are spelled as words."""

    def number(self, place: int, high: int) -> int:
        """A number; `1{,}000` is one, with a separator of thousands."""
        digits = self.tokens[place].text
        after = place + 1
        while after + 3 < high and [one.text for one in self.tokens[after : after + 3]] == ["{", ",", "}"]:
            group = self.tokens[after + 3]
            if group.kind is not TokenKind.NUMBER or len(group.text.split(".")[0]) != 3:
                break
            digits += group.text
            after += 4
        self.put("number", digits, self.cover(place, after))
        return after

    def letters(self, place: int, high: int, font: str) -> int:
        """A letter, or the word that it begins when letters run together."""
        token = self.tokens[place]
        begins = font == "" and (token.text in _WORD_INITIALS or token.text.isupper())
        run = self.letter_run(place, min(high, place + 16)) if begins else token.text
        if len(run) > 1:
            for size in range(len(run), 1, -1):
                word = run[:size]
                if word in WORDS and self.reads_as_word(word, place + size, size == len(run)):
                    self.put("command", WORDS[word], self.cover(place, place + size), word=word)
                    return place + size
                if word in _CHANCES and size == len(run) and self.before_bracket(place + size):
                    self.put("name", word, self.cover(place, place + size), "roman")
                    return place + size
                if word == "arg" and size == len(run):
                    self.put("command", "\\arg", self.cover(place, place + size), word=word)
                    return place + size
            glued = place > 0 and not token.spaced and self.tokens[place - 1].text.isupper()
            if not glued and run.isupper() and run.isascii() and (run in CAPITAL_WORDS or len(run) > 3):
                self.put("name", run, self.cover(place, place + len(run)), "roman")
                return place + len(run)
        if not token.text.isascii():
            self.foreign(token, font)
        else:
            self.put("name", token.text, token, font)
        return place + 1

    def reads_as_word(self, word: str, after: int, whole: bool) -> bool:
        """Whether letters that run together are this word; two letters are one only in front of a bracket."""
        if word in _SHORT_WORDS:
            return whole and self.before_bracket(after)
        return whole or word in _PREFIX_WORDS

    def before_bracket(self, after: int) -> bool:
        """Whether a bracket opens here."""
        follows = next((one.text for one in self.tokens[after : after + 3] if one.text not in NOTHING), "")
        return follows in ("(", "[", "\\{")

    def foreign(self, token: Token, font: str) -> None:
        """A letter outside ASCII: Greek, a letter of a mathematical alphabet, one with an accent, or a fraction."""
        text = token.text
        name, own = letter(text)
        if (name, own) == ("E", "bb"):
            self.put("command", "\\E", token, word="E")
        elif name != text or own:
            self.put("name", name, token, font or own)
        elif parts := vulgar_fraction(text):
            self.put("command", "\\frac", token)
            for part in parts:
                self.put("number", part, replace(token, spaced=False))
        elif (accented := accented_letter(text)) is not None:
            self.put("command", accented[0], token)
            self.put("name", accented[1], replace(token, spaced=False), font)
        else:
            self.put("name", text, token, font)

    def combining(self, accent: str, token: Token) -> None:
        """A combining accent behind the letter that it belongs to."""
        if self.out and self.out[-1].kind == "name":
            name = self.out.pop()
            self.out.append(replace(name, kind="command", text=accent, end=name.start, font=""))
            self.out.append(replace(name, spaced=False, end=token.end))

    def words(self, token: Token) -> None:
        r"""The content of \text{...}."""
        text = token.text.strip()
        if not text:
            self.spaced = True
            return
        joined = "".join(text.split())
        if not self.known(joined, token, "text"):
            if "const" in text.lower() or _FREE_TERMS.search(text.lower()):
                self.put("command", "\\const", token, word=text)
            elif IDENTIFIER.match(text):
                self.put("name", text, token, "text")
            else:
                self.put("number" if text.isascii() and text.isdecimal() else "text", text, token)

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
        elif word in GREEK or word in PLAIN_GREEK:
            self.put("name", PLAIN_GREEK.get(word, word), token, font)
        elif word in FAMILIES or (word.isupper() and word.isascii()):
            self.put("name", word, token, font or "roman")
        elif (numbered := _NUMBERED.match(word)) is not None:
            self.plain_word(numbered[1], token, font)
            self.put("sign", "_", replace(token, spaced=False))
            self.put("number", numbered[2], replace(token, spaced=False))
        elif word[0] == "d" and (word[1:] in GREEK or len(word) == 2):
            self.put("name", "d", token, font)
            self.put("name", letter(word[1:])[0], replace(token, spaced=False), font)
        elif word.startswith(("log", "ln")):
            size = 3 if word.startswith("log") else 2
            self.put("command", WORDS[word[:size]], token, word=word[:size])
            self.plain_word(word[size:], replace(token, spaced=False), font)
        elif holds_greek(word):
            self.glued(word, token, font)
        else:
            self.put("name", word, token, font)

    def glued(self, word: str, token: Token, font: str) -> None:
        """A plain word with Greek letters in it: each is a name, and letters behind one are its subscript (θold)."""
        for part in re.findall(r"[a-zA-Z]+|.", word):
            if len(part) > 1 and self.out and self.out[-1].end == token.end and not token.spaced:
                self.put("sign", "_", token)
            self.put("name", letter(part)[0], token, font or ("roman" if len(part) > 1 else ""))
            token = replace(token, spaced=False)

    def joins(self, word: str, low: int, font: str) -> bool:
        """Put out a word in a font that makes words of letters."""
        if self.tokens[low].kind not in (TokenKind.LETTER, TokenKind.WORD, TokenKind.TEXT):
            return False
        capitals = font in ("cal", "bb", "bold", "script") and word.isupper() and len(word) > 2
        if font != "" and font not in _JOINING_FONTS and not capitals:
            return False
        self.put("name", word, self.tokens[low], font or "roman")
        return True
