"""The words around a final answer: "The ELBO is ...", "Answer: ...", with the answer perhaps in dollar signs.

Words are dropped only where they cannot change what is said: all that stands before `is`, `equals` or a colon is a name
unless it denies something, and after that only words of a short list may stand. "The answer is not x" stays as it is.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["without_words"]

_WORD: Final = r"(?:[A-Za-z][A-Za-z'’-]*)"
_MARKS: Final = re.compile(r"\*\*(?=[A-Za-z])|(?<=[A-Za-z:.])\*\*|__(?=[A-Za-z])")
_LEAD: Final = re.compile(rf"({_WORD}(?:,? {_WORD}){{0,11}})(?: (?:is|are|equals)(?= |:)|:(?= ))", re.IGNORECASE)
_AFTER: Final = re.compile(
    r" ?:? ?(?:(?:simply|just|exactly|then|given by|equal to|thus|therefore|hence|again|also) ?:? ?)*"
)
_DENIED: Final = frozenset(
    [
        "not",
        "no",
        "never",
        "isn't",
        "aren't",
        "wrong",
        "false",
        "incorrect",
        "incorrectly",
        "cannot",
        "can't",
        "instead",
        "without",
        "unless",
        "if",
        "neither",
        "nor",
        "except",
        "opposite",
        "minus",
        "twice",
        "half",
        "times",
    ]
)
_FORMULA: Final = re.compile(r"\$\$?([^$]+)\$\$?|\\\((.+?)\\\)|\\\[(.+?)\\\]")
_SHORT: Final = re.compile(r"(?:so|hence|thus|therefore|then|and|finally)[,:]? (?=\S)", re.IGNORECASE)
_OPERATORS: Final = frozenset(("log", "ln", "exp", "sqrt", "max", "min", "sum", "int", "kl"))


def without_words(text: str) -> str:
    """What is left of an answer without the words that lead to it.

    >>> without_words("The ELBO is log p(x) - KL(q || p)"), without_words("Answer: 0.5")
    ('log p(x) - KL(q || p)', '0.5')
    >>> without_words("The answer is not 0.5"), without_words("It is wrong: the answer is 0.5")
    ('The answer is not 0.5', 'It is wrong: the answer is 0.5')
    """
    bare = _MARKS.sub("", text) if re.match(r"(?:\*\*|__)[A-Za-z]", text) else text
    rest = bare
    while (short := _SHORT.match(rest)) is not None:
        rest = rest[short.end() :]
    lead = _LEAD.match(rest)
    if lead is not None:
        words = {word.lower().strip(",") for word in lead[1].split()}
        if words & (_DENIED | _OPERATORS):
            return text
        rest = rest[lead.end() :]
        after = _AFTER.match(rest)
        rest = rest[after.end() :] if after is not None else rest
        first = re.match(rf"{_WORD}", rest)
        if first is not None and first[0].lower() in _DENIED:
            return text
    formula = _FORMULA.match(rest)
    if formula is not None and not rest[formula.end() :].strip(" .,;"):
        return next(part for part in formula.groups() if part is not None)
    return rest.strip() or text
