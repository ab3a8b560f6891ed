r"""Subscripts of densities that tell two laws apart and count nothing: `p_d` for the data, `p_m` for the model.

A letter that elsewhere counts (`q_i(z_i)`) is an index there too. One that the document's mathematics has below
densities and nowhere else is a label, and is read as if it were a word: `p_{\text{d}}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from symelbo.reading.sources.tokens import Token, TokenKind

__all__ = ["label_letters", "relabelled"]

_DENSITIES: Final = frozenset("pqPQ")
_WORDS: Final = re.compile(
    r"\\(?:text|mbox|textrm|textbf|textit|intertext|tag|label|operatorname\*?|mathrm)\s*\{[^{}]*\}"
    r"|\\(?:begin|end)\s*\{[^{}]*\}|\\[A-Za-z]+"
)
_BELOW: Final = re.compile(r"(?<![A-Za-z])[pqPQ]\s*_\s*(?:\{\s*([a-z])\s*\}|([a-z])(?![a-z]))")
_DIFFERENTIAL: Final = re.compile(r"(?<![A-Za-z_])d\s*(?=[A-Za-z\0])")


def label_letters(texts: Iterable[str]) -> frozenset[str]:
    r"""The letters that some pieces of mathematics have below densities and nowhere else.

    >>> sorted(label_letters([r"KL(p_d(x) \| p_\theta(x))", r"\sum_n q_n(z_n)"]))
    ['d']
    """
    below: set[str] = set()
    elsewhere: set[str] = set()
    for text in texts:
        plain = _WORDS.sub("\0", text)
        below.update(first or second for first, second in _BELOW.findall(plain))
        rest = _DIFFERENTIAL.sub(" ", _BELOW.sub(" ", plain))
        # letters may be written together, as in `z_{ij}`: each of them counts
        elsewhere.update(char for found in re.findall(r"[a-z]+", rest) if len(found) <= 3 for char in found)
    return frozenset(below - elsewhere)


def relabelled(tokens: Sequence[Token], letters: frozenset[str]) -> list[Token]:
    """The tokens, with these letters below densities as words."""
    found = list(tokens)
    if not letters:
        return found
    for place in range(2, len(found)):
        token = found[place]
        if token.kind is not TokenKind.LETTER or token.text not in letters:
            continue
        braced = found[place - 1].kind is TokenKind.OPEN and place >= 3
        sign = place - (2 if braced else 1)
        if found[sign].text == "_" and found[sign - 1].text in _DENSITIES:
            found[place] = Token(TokenKind.TEXT, token.text, token.start, token.end, token.spaced)
    return found
