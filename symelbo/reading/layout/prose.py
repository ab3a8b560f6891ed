"""Sentences and the formulas in them: which of these formulas the author gives, and for how long.

A formula in a sentence is given when the words that lead to it introduce something ("let", "with", "where", "assume"),
and talked about when they claim, ask, deny or imagine something ("we want to show that", "if", "note that", "is it
true that"). Words decide nothing about truth; what a given formula may say is for the layers above.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from operator import itemgetter
from typing import Final

from symelbo.reading.sources.documents import SourceDocument, blank
from symelbo.reading.sources.finding import prose_in

__all__ = ["FORMULA", "LONGEST", "Cue", "Formula", "Prose", "Sentence", "cue_of", "formulas"]


class Cue(Enum):
    """How a sentence leads to a formula."""

    NAMED = "named"  # let, define, denote, write: the left side gets its meaning here
    GIVEN = "given"  # with, where, assume, suppose, under, for
    BARE = "bare"  # no word that tells
    PASSING = "passing"  # if, setting, choosing, when: for the display that the sentence leads to
    REMINDED = "reminded"  # since, using, recall: something that is known, or is only named here
    TALK = "talk"  # so, hence, gives: something that is concluded, and may be known all the same


@dataclass(frozen=True, slots=True)
class Formula:
    """An inline formula that its sentence does not merely talk about.

    `start` and `end` bound what is to be lexed, `place` is from where on it is known: where it stands, or where the
    display begins that its sentence explains afterwards. `leads` says that the sentence ends in the next display.
    """

    start: int
    end: int
    place: int
    cue: Cue
    leads: bool = False


_WORDS: Final = {
    Cue.NAMED: "let letting define defines defined defining denote denotes denoted denoting write writing notation "
    "abbreviate abbreviated introduce introducing call",
    Cue.GIVEN: "with where whose assume assumes assumed assuming assumption assumptions suppose supposing given for "
    "under having have has prior likelihood model models modelled modeled modelling modeling distributed drawn "
    "sampled sampling draw drawing consider take fix specify specified factorises factorizes factorise factorize "
    "factors factorised factorized factorisation factorization mean-field here namely encoder decoder",
    Cue.PASSING: "if when whenever once setting set sets choosing choose chooses taking putting put plug plugging "
    "insert inserting inserted substitute substituting pick picking evaluated evaluate say",
    Cue.REMINDED: "since because using use remember remembering recall recalling as know",
}
_TALK: Final = (
    "so hence thus therefore then note notice observe see gives give giving yields yield yielding implies imply "
    "get gets obtain obtains becomes become follows find reads result consequently equivalently "
    "simplifies reduces conclude deduce derive compute computes equals holds satisfies minimise minimize maximise "
    "maximize approximately fact says states optimum optimal than"
)
_PLAIN: Final = frozenset({"so that", "such that"})
_NEVER: Final = (
    "whether unless want wants wish show shows shown showing prove proves proved proving claim claims claimed verify "
    "would wouldn't were could might hope why example instance e_g_ exercise conjecture mistake mistaken mistakenly "
    "wrong wrongly incorrect incorrectly tempting naive naively contrast contrary unlike instead rather false falsely "
    "suspect question true impossible confuse confused pretend imagine hypothetically otherwise must iff "
    "contradiction moment momentarily"
)
_DENIES: Final = (
    "not never no cannot can't don't doesn't isn't aren't didn't nor neither without only hardly fails fail avoid drop"
)
_DENIES_AFTER: Final = (
    "if iff when whenever unless only would were could cannot can't not fails fail false wrong incorrect holds hold "
    "mistake never isn't doesn't follows implies minimises minimizes maximises maximizes true"
)


def _any_of(words: str) -> str:
    return rf"(?<![\w\\-])(?:{'|'.join(words.split())})(?![\w-])"


_CUES: Final = re.compile(
    "|".join(f"(?P<{cue.value}>{_any_of(words)})" for cue, words in _WORDS.items())
    + rf"|(?P<talk>(?<![\w\\-])(?:(?:so|such)\s+that|(?:this|that|which|it)\s+means?)(?![\w-])|{_any_of(_TALK)})",
    re.IGNORECASE,
)
_DOUBT: Final = re.compile(_any_of(_NEVER), re.IGNORECASE)
_CONDITION: Final = re.compile(_any_of("if when whenever once"), re.IGNORECASE)
_DENIAL: Final = re.compile(_any_of(_DENIES), re.IGNORECASE)
_AFTER: Final = re.compile(_any_of(_DENIES_AFTER), re.IGNORECASE)
_ABBREVIATION: Final = re.compile(
    r"\b(?:i\.i\.d|i\.e|e\.g|w\.r\.t|resp|cf|eqs?|fig|sec|approx|vs|viz|etc|a\.k\.a|s\.t|no)\.", re.IGNORECASE
)
_STOP: Final = re.compile(
    r"[.!?](?=[\s)*_'\"}]|\Z)|\n[ \t]*\r?\n|\n(?=[ \t>]*(?:[-*+]|\d+[.)])[ \t])|\n(?=[ \t]*#)"
    r"|(?<=\n)[ \t>]*#{1,6}[^\n]*\n"
    r"|\\item(?![A-Za-z])|\\(?:sub)*(?:section|paragraph)\*?\s*\{[^{}\n]*\}|\\(?:begin|end)\s*\{\w+\*?\}"
    "|\x03(?=\\s+[A-Z][a-z])"  # a display without a full stop, and a word that begins a sentence
)
_CLAUSE: Final = re.compile(r"[,;:()—–]|\bbut\b|\band\b")
_CLOSING: Final = r"(?:[\s,.;:*_$}]|\\\]|\\end\s*\{\w+\*?\}|\\label\s*\{[^{}]*\}|\\noindent\b)*"
_EXPLAINS: Final = re.compile(rf"{_CLOSING}(?:[Ww]here|[Hh]ere|in which|for which|with)\b")
_NOTHING: Final = re.compile(rf"{_CLOSING}\Z")
_RELATION: Final = re.compile(
    r"[=<>≤≥∼⊥≡≜∝]|\\(?:sim|thicksim|le|leq|leqslant|ge|geq|geqslant|lt|gt|perp|propto|equiv|triangleq|coloneqq|defeq|doteq)"
    r"(?![A-Za-z])"
)
_INTRODUCED: Final = (Cue.NAMED.value, Cue.GIVEN.value)
_CHOOSES: Final = re.compile(r"\bwe\s+(?:then\s+|now\s+)?use[\s$(\\]*\Z", re.IGNORECASE)  # not "we use the identity"
_NEARBY: Final = re.compile(r"(?:\s+[\w-]+){0,3}\s+")  # a few words, and no formula
_WORDED: Final = re.compile(r"\s+[A-Za-z]")
_DETERMINED: Final = re.compile(r"\b(?:this|the|these|a|an|my|our)\s+\Z", re.IGNORECASE)
LONGEST: Final = 800  # characters of a sentence up to a formula
FORMULA: Final = "\x02"  # stands for a formula
_SHOWN: Final = "\x03"  # stands for a display


@dataclass(frozen=True, slots=True)
class Sentence:
    """Where a sentence begins and ends, with the mark that ends it; `number` counts the ends before it."""

    first: int
    last: int
    mark: str
    number: int


@dataclass(frozen=True, slots=True)
class Prose:
    """The words of a document, in a text of the same length, and where its sentences end."""

    source: SourceDocument
    text: str
    stops: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, source: SourceDocument) -> Prose:
        """The words of a source."""
        text = _words_alone(source)
        return cls(source, text, tuple(match.span() for match in _STOP.finditer(text)))

    def sentence(self, place: int) -> Sentence:
        """The sentence around a place."""
        number = bisect_right(self.stops, place, key=itemgetter(1))
        first = self.stops[number - 1][1] if number else 0
        if number == len(self.stops):
            return Sentence(first, len(self.text), "", number)
        last = self.stops[number][0]
        return Sentence(first, last, self.text[last], number)


def formulas(prose: Prose) -> Iterator[Formula]:
    r"""The inline formulas of a document that may be given by their sentences, in order.

    >>> from symelbo.reading.sources.documents import read_source
    >>> source = read_source("a.md", "Let $p(z) = f(z)$. We show that $q = p$.\n")
    >>> [(source.text[found.start:found.end], found.cue.value) for found in formulas(Prose.of(source))]
    [('p(z) = f(z)', 'named')]
    """
    source, text = prose.source, prose.text
    displays = source.displays
    starts = [display.start for display in displays]
    for start, end in source.inlines:
        if _RELATION.search(source.text, start, end) is None:
            continue
        around = prose.sentence(start)
        first = around.first
        between = displays[bisect_left(starts, first - 1) : bisect_left(starts, start)]  # a mark may end a sentence
        if start - first - sum(display.end - display.start for display in between) > LONGEST:
            continue
        before, after = text[first:start], text[end : min(around.last, end + LONGEST)]
        cue = cue_of(before, after)
        if cue is None or around.mark == "?":
            continue
        place, shown = start, bisect_right(starts, start) - 1
        if shown >= 0 and _explains(text, first, displays[shown].end, start):
            place = displays[shown].start
        following = starts[shown + 1] if shown + 1 < len(starts) else None
        ends = prose.stops[around.number : around.number + 4]
        leads = following is not None and _is_through(text, ends, end, following)
        yield Formula(start, end, place, cue, leads)


def _explains(text: str, first: int, shown: int, start: int) -> bool:
    """Whether a sentence goes on behind a display, or begins right behind it, with words that explain the display."""
    if first - shown > LONGEST or (first > shown and _NOTHING.match(text[shown:first]) is None):
        return False
    return _EXPLAINS.match(text[max(first, shown) : start]) is not None


def _is_through(text: str, stops: Sequence[tuple[int, int]], end: int, display: int) -> bool:
    """Whether nothing but empty lines ends the sentence between a formula and a display."""
    between = [(first, last) for first, last in stops if end <= first < display]
    return len(between) < 4 and not any(text[first:last].strip() for first, last in between)


def _words_alone(source: SourceDocument) -> str:
    """The text, of the same length, with marks for the formulas and displays, and no dots of abbreviations."""
    text = blank(source.clean, [(raw.start, raw.end) for raw in source.directives])
    pieces = list(text)
    for match in _ABBREVIATION.finditer(text):
        pieces[match.start() : match.end()] = match[0].replace(".", "_")
    words = list(pieces)
    for display in source.displays:
        pieces[display.start : display.end] = _SHOWN + " " * (display.end - display.start - 1)
        for begin, end in prose_in(text, display.start, display.end):
            pieces[begin - 1 : end + 1] = [".", *words[begin:end], " "]  # a sentence of its own
    for begin, end in source.inlines:
        pieces[begin:end] = FORMULA + " " * (end - begin - 1)
    return "".join(pieces)


def cue_of(before: str, after: str) -> Cue | None:
    """How a sentence leads to a formula; None where it only talks about it."""
    if _DOUBT.search(before):
        return None
    clause = _CLAUSE.split(before)[-1]
    if _DENIAL.search(clause):
        return None
    following = _CLAUSE.split(after.split(FORMULA, 1)[0], maxsplit=1)[0]
    if _AFTER.search(following.split(_SHOWN, 1)[0]):
        return None
    nearest, last = None, 0
    for match in _CUES.finditer(before):
        if match[0].lower() == "note" and _DETERMINED.search(before, 0, match.start()):
            continue  # "in this note": a text
        if match[0].lower() == "equals" and _WORDED.match(before, match.end()):
            continue  # "the chance that a state equals the first one": nothing is concluded
        said = nearest in _INTRODUCED and match[0].lower() == "as" and _NEARBY.fullmatch(before[last : match.start()])
        if not said:  # "factorises as", "defined for brevity as": the verb tells
            nearest = None if match[0].lower() in _PLAIN else match.lastgroup
        last = match.end()
    if nearest != "talk" and _CONDITION.search(before):
        return Cue.PASSING
    if _CHOOSES.search(before):
        return Cue.GIVEN
    return Cue(nearest) if nearest is not None else Cue.BARE
