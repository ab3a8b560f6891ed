"""What sentences say of averages that name no density: "all expectations are taken with respect to $q(z)$"."""

from __future__ import annotations

import re
from typing import Final

from symelbo.reading.layout.prose import FORMULA, Prose

__all__ = ["averaged_under"]

# Formulas are blank here, thousands of characters at times: no pattern for blanks gives any back.
_TAKEN: Final = (
    r"\b(?:expectations?|averages?|means?)\s++(?:(?:here|below|above|without\s++a\s++subscript)\s++)?"
    r"(?:(?:is|are|being)\s++)?(?:(?:all|always|understood|to\s++be|taken|computed|meant)\s++)*"
)
_UNDER: Final = r"(?:under|with\s++respect\s++to|w_r_t_|over)\s++(?:(?:the|variational|density|distribution|law)\s++)*"
_SAID: Final = re.compile(rf"{_TAKEN}{_UNDER}(?:(?:\$|\\\()\s*+)?(?P<law>{FORMULA})", re.IGNORECASE)
_LETTER: Final = re.compile(r"[\s$]*([a-zA-Z])(?![A-Za-z])")


def averaged_under(prose: Prose) -> str | None:
    r"""The letter of the density that a document takes its averages under; None where it does not say, or says two.

    >>> from symelbo.reading.sources.documents import read_source
    >>> averaged_under(Prose.of(read_source("a.md", "All expectations are taken with respect to $q(z)$.")))
    'q'
    """
    bodies = {start: prose.source.text[start:end] for start, end in prose.source.inlines}
    letters: set[str] = set()
    for match in _SAID.finditer(prose.text):
        letter = _LETTER.match(bodies.get(match.start("law"), ""))
        if letter is None:
            return None
        letters.add(letter[1])
    return letters.pop() if len(letters) == 1 else None
