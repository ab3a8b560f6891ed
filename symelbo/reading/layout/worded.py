"""Laws that sentences give in words: "the prior is N(0, I)", "noise e is standard normal", "a unit Gaussian prior".

What a sentence says is handed on as the formula that it could have had instead. A prior of which no density is named
is one of whatever the layers above find to be latent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from symelbo.reading.layout.prose import FORMULA, LONGEST, Cue, Prose, cue_of

__all__ = ["Role", "Worded", "worded"]


class Role(Enum):
    """What a sentence calls a density that it has no name for."""

    PRIOR = "prior"
    APPROXIMATION = "approximation"


@dataclass(frozen=True, slots=True)
class Worded:
    """A law said in words: `formula` says the same, and is the law alone where it is that of a `role` without a name.

    `start` and `end` bound the words in the document.
    """

    start: int
    end: int
    cue: Cue
    formula: str
    role: Role | None = None

    @property
    def place(self) -> int:
        """From where on it is known."""
        return self.start


_STANDARD: Final = (
    r"(?:standard|unit)\s+(?:multivariate\s+|isotropic\s+)?(?:normal|Gaussian)(?:\s+(?:distribution|law))?\b"
)
_LINKS: Final = r"is|are|be|being"
_SMALL: Final = r"a|an|the|to|as|of|at|simply|just|again|taken|chosen|fixed|kept|set|assumed|distributed|given|by"
_PRIOR: Final = r"\bprior(?:\s+(?:distribution|density|law))?"
_APPROXIMATION: Final = (
    r"\b(?:(?:approximate|approximating|variational)\s+(?:posterior|distribution|density|law|family)|encoder|guide"
    r"|(?:recognition|inference)\s+(?:model|network|density))"
)
# What is not to be read is blank here, thousands of characters at times: nothing begins with blanks, or gives any back.
_OPENS: Final = r"(?:(?:\$|\\\()\s*+)?"
_CLOSES: Final = r"\s*+(?:(?:\$|\\\))\s*+)?"
_LAW: Final = rf"(?:(?P<standard>{_STANDARD})|{_OPENS}(?P<law>{FORMULA}){_CLOSES})"
_NAMED: Final = rf"{_OPENS}(?P<subject>{FORMULA}){_CLOSES}"
_SAID: Final = (
    re.compile(
        rf"{_PRIOR}\s+(?:(?:on|over|for|of)\s+(?:the\s+)?(?:\w+\s+)?)?{_NAMED}(?:(?:{_LINKS}|{_SMALL})\s+)+{_LAW}"
    ),
    re.compile(rf"{_PRIOR}(?P<prior>\s+)(?:(?:{_LINKS}|{_SMALL})\s+)*{_LAW}"),
    re.compile(rf"{_APPROXIMATION}(?P<other>\s+)(?:(?:{_LINKS}|{_SMALL})\s+)*{_LAW}"),
    re.compile(rf"{_OPENS}(?P<drawn>{FORMULA}){_CLOSES}under\s+(?:the\s+law\s+)?{_NAMED}"),
    re.compile(rf"{_NAMED}(?:{_LINKS})\s+(?:(?:{_SMALL})\s+)*{_LAW}"),
    re.compile(rf"{_LAW}\s*+(?:-\s*+)?{_PRIOR}(?:\s+(?:on|over|for)\s+(?:the\s+)?(?:\w+\s+)?)?\s*{_NAMED}"),
    re.compile(rf"{_LAW}\s*+(?:-\s*+)?{_PRIOR}(?P<prior>)(?!\s*{_OPENS}{FORMULA})"),
)
_RELATION: Final = re.compile(r"[=<>≤≥∼]|\\(?:sim|le|ge|leq|geq|propto|mid)(?![A-Za-z])")
_A_LAW: Final = re.compile(
    r"\s*(?:\\[A-Za-z]+\s*\{?\s*)?(?:[A-Z][A-Za-z]*|(?<=[A-Za-z]))\s*\}?\s*(?:\\[A-Za-z]+\s*)?\(.*[,)].*\)\s*\Z", re.S
)
_A_NAME: Final = re.compile(
    r"\s*\\?[A-Za-z]+(?:\s*[_^]\s*(?:\w|\{[^{}]*\}))?\s*\Z|\s*\\(?:mathbf|boldsymbol|bm)\s*\{[^{}]*\}\s*\Z"
)
_VECTORS: Final = re.compile(r"(?<![A-Za-z\\])I(?![A-Za-z(\[;])|\bdiag\b|\\top\b|\\odot\b|\\Sigma\b|\bmultivariate\b")
_A_DENSITY: Final = re.compile(r"\s*[a-z](?:_\\?[A-Za-z]+|_\{[^{}]*\})?\s*\([^()]*\)\s*\Z")


def worded(prose: Prose) -> Iterator[Worded]:
    r"""The laws that the sentences of a document give in words, in order.

    >>> from symelbo.reading.sources.documents import read_source
    >>> source = read_source("a.md", "Let the prior $p(z)$ be standard normal. The noise $e$ is $\\mathcal N(0, 4)$.")
    >>> [found.formula for found in worded(Prose.of(source))]
    ['p(z) = \\mathcal{N}(0, 1)', 'e \\sim \\mathcal N(0, 4)']
    """
    source, text = prose.source, prose.text
    bodies = {start: source.text[start:end] for start, end in source.inlines}
    taken, unit = -1, "I" if _VECTORS.search(source.clean) is not None else "1"
    found = sorted((m for pattern in _SAID for m in pattern.finditer(text)), key=lambda m: (m.start(), -m.end()))
    for match in found:
        around = prose.sentence(match.start())
        first, last = around.first, around.last
        if match.start() < taken or match.end() > last + 1 or around.mark == "?" or match.start() - first > LONGEST:
            continue
        formula = _formula(match, bodies, unit)
        cue = cue_of(text[first : match.start()], text[match.end() : last]) if formula is not None else None
        if formula is None or cue is None:
            continue
        taken = match.end()
        cue = Cue.GIVEN if cue in (Cue.BARE, Cue.REMINDED) else cue
        yield Worded(match.start(), match.end(), cue, formula, _role(match.groupdict()))


def _role(parts: dict[str, str | None]) -> Role | None:
    if parts.get("prior") is not None:
        return Role.PRIOR
    return Role.APPROXIMATION if parts.get("other") is not None else None


def _formula(match: re.Match[str], bodies: dict[int, str], unit: str) -> str | None:
    """What a sentence says, as a formula; None where its parts are no name and no law."""
    if match.groupdict().get("drawn") is not None:
        return _under(bodies[match.start("drawn")].strip(" $"), bodies[match.start("subject")].strip(" $"))
    law = rf"\mathcal{{N}}(0, {unit})"
    if match["law"] is not None:
        law = bodies[match.start("law")].strip(" $")
        if _A_LAW.match(law) is None or _RELATION.search(law) is not None:
            return None
    if match.groupdict().get("subject") is None:
        return law
    subject = bodies[match.start("subject")].strip(" $")
    if _A_DENSITY.match(subject) is not None:
        return f"{subject} = {law}"
    return rf"{subject} \sim {law}" if _A_NAME.match(subject) is not None else None


def _under(drawn: str, name: str) -> str | None:
    r"""What is drawn under a law that is named: `z \sim \mathcal{N}(0, 1)` under `q` is `q(z) = \mathcal{N}(0, 1)`."""
    value, sign, law = drawn.partition(r"\sim")
    plain = sign and _A_NAME.match(value) is not None and _A_LAW.match(law) is not None
    return f"{name}({value.strip()}) = {law.strip()}" if plain and _A_NAME.match(name) is not None else None
