"""A whole document to chains of claims: `read_chains`.

Rows make chains: a row that begins with a relation sign takes the end of the row before it, also when a new display or
prose stands between; a row with a left side of its own begins a new chain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from symelbo.reading.layout.averaged import averaged_under
from symelbo.reading.layout.labels import label_letters, relabelled
from symelbo.reading.layout.layout_tables import (
    BINARY,
    LEADS,
    OPERATORS,
    ORDER,
    PUNCTUATION,
    REASON_WORDS,
    WIDE_SPACES,
)
from symelbo.reading.layout.prose import Cue, Formula, Prose, formulas
from symelbo.reading.layout.rows import Relation, Row, Statement, read_rows
from symelbo.reading.layout.unwrapping import Unwrapped, unwrap
from symelbo.reading.layout.worded import Role, Worded, worded
from symelbo.reading.sources.directives import Directive, directive_kind, split_names
from symelbo.reading.sources.documents import Display, RawDirective, SourceDocument, read_source
from symelbo.reading.sources.lexer import read_plain, read_tex
from symelbo.reading.sources.macros import expand, find_macros
from symelbo.reading.sources.tokens import Chain, Link, Problem, Side, Span, Token, TokenKind

__all__ = ["Aside", "ReadDocument", "Spoken", "read_chains"]

_NAMING: Final = frozenset(("latent", "observed", "parameter", "constant"))


@dataclass(frozen=True, slots=True)
class Aside:
    """What a display says without a relation sign of a claim: a lone expression, `z \\sim q(z)`, `n = 1, \\dots, N`.

    A `condition` stands in a comment beside a row.
    """

    tokens: tuple[Token, ...]
    span: Span
    display: int
    condition: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """A formula in a sentence that the author may give there, laid out like a directive.

    `index` counts the items that come before it; `leads` says that its sentence ends in the next display. `in_words`
    are laws that the sentence has in words; where it only says in which `role` a density is, the law alone is there.
    """

    span: Span
    index: int
    cue: Cue
    leads: bool
    tokens: tuple[Token, ...]
    chains: tuple[Chain, ...]
    in_words: bool = False
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """Chains and directives in reading order; every span counts characters of `text`.

    A claim in a brace's label is a chain of its own (`Link.label`) beside the chain of the formula around it. `text` is
    the author's text, except in notebooks, where it is the Markdown cells one after the other. `averaged` is the letter
    of the density that a sentence says averages are under.
    """

    source: SourceDocument
    items: tuple[Directive | Chain, ...]
    asides: tuple[Aside, ...]
    notes: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    spoken: tuple[Spoken, ...] = ()
    averaged: str | None = None

    @property
    def path(self) -> str:
        """The document's path, as it was given."""
        return self.source.path

    @property
    def text(self) -> str:
        """The text that spans refer to."""
        return self.source.text

    @property
    def chains(self) -> tuple[Chain, ...]:
        """The chains alone."""
        return tuple(item for item in self.items if isinstance(item, Chain))

    @property
    def directives(self) -> tuple[Directive, ...]:
        """The directives alone."""
        return tuple(item for item in self.items if isinstance(item, Directive))

    def location(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, from 1 (in a notebook, within its cell)."""
        return self.source.location(offset)

    def cell(self, offset: int) -> int | None:
        """Number of the notebook cell that holds an offset; None for other files."""
        return self.source.cell(offset)


@dataclass(slots=True)
class _Open:
    """A chain that is still growing: its start, and (relation, right side, reasons) for each link."""

    start: Side | None
    head: list[Token] = field(default_factory=list)
    links: list[tuple[Relation, list[Token], list[str]]] = field(default_factory=list)

    @property
    def last(self) -> list[Token]:
        return self.links[-1][1] if self.links else self.head

    @property
    def dangling(self) -> bool:
        return bool(self.links) and _is_blank(self.links[-1][1])


def _is_blank(tokens: Sequence[Token]) -> bool:
    return all(token.text in WIDE_SPACES or token.text in PUNCTUATION for token in tokens)


def _ends_open(tokens: Sequence[Token]) -> bool:
    """Does a side end with an operator, so that the next row must go on with it?"""
    last = next((token for token in reversed(tokens) if token.text not in WIDE_SPACES), None)
    return last is not None and last.text in BINARY


def _strip(tokens: Sequence[Token], *, head: bool = False) -> list[Token]:
    """A side without wide spaces, and without the punctuation and the remarks at its end (of a head, also before)."""
    inner = [token for token in tokens if token.text not in WIDE_SPACES]
    while inner:
        last = inner[-1]
        if (last.text in PUNCTUATION and last.kind is not TokenKind.TEXT) or (
            last.kind is TokenKind.TEXT and len(inner) > 1 and _is_remark(last, inner[-2])
        ):
            inner.pop()
        else:
            break
    if (
        len(inner) > 1
        and inner[0].kind is TokenKind.TEXT
        and (inner[0].text[-1:] == ":" or (head and _leads(*inner[:2])))
    ):
        inner.pop(0)
    return inner


def _leads(words: Token, after: Token) -> bool:
    """`\\text{We obtain } F`: words that are no name of what follows."""
    named = after.kind in (TokenKind.LETTER, TokenKind.COMMAND, TokenKind.NUMBER) and after.text not in BINARY
    said = words.text.lower().split()
    return named and bool(said) and (said[0] in LEADS or words.text[-1] == ",")


def _is_remark(token: Token, before: Token) -> bool:
    if before.text in BINARY or before.text in OPERATORS or before.text in ("_", "^") or before.kind is TokenKind.OPEN:
        return False
    words = token.text.strip()
    return token.text[:1] in ("", " ", "(", "[") or words.split(" ", 1)[0].lower() in REASON_WORDS


def _only_words(tokens: Sequence[Token]) -> bool:
    return all(token.kind is TokenKind.TEXT for token in tokens)


def _side(tokens: Sequence[Token], place: int) -> Side:
    kept = _strip(tokens)
    if not kept:
        return Side(
            (),
            Span(place, place),
            Problem("nothing stands on this side of the relation; write the expression here", Span(place, place)),
        )
    return Side(tuple(kept), Span(min(token.start for token in kept), max(token.end for token in kept)))


class _Layout:
    """Turns the rows of one display after the other into chains; remembers where the last display ended."""

    def __init__(self) -> None:
        self.carry: Side | None = None
        self.unfinished: tuple[Side | None, Relation] | None = None  # a display ended with a relation sign
        self.number = 0  # of the display before
        self.problems: list[Problem] = []

    def display(
        self, unwrapped: Unwrapped, number: int, expect_refuted: bool = False
    ) -> tuple[list[Chain], list[Aside]]:
        rows, facts = read_rows(unwrapped)
        chains: list[Chain] = []
        asides: list[Aside] = []
        opened = self._rows(rows, facts)
        for chain in opened:
            if chain.links:
                chains.extend(self.give_up() if self.unfinished is not None else ())
                closed = self._close(chain, number, expect_refuted)
                chains.extend([closed] if closed.links else ())
            elif (tokens := _strip(chain.head)) and chain.start is None and not _only_words(tokens):
                self.carry = _side(tokens, tokens[0].start)
                asides.append(Aside(tuple(tokens), self.carry.span, number))
        for row in rows:
            for piece in row.asides:
                if tokens := _strip(piece):
                    asides.append(Aside(tuple(tokens), Span(tokens[0].start, tokens[-1].end), number))
            for piece in row.conditions:
                asides.append(Aside(tuple(piece), Span(piece[0].start, piece[-1].end), number, condition=True))
        self.number = number
        chains.extend(self._labels(unwrapped, number, expect_refuted))
        chains.sort(key=lambda chain: chain.links[0].span.start)
        return chains, asides

    # --- rows ------------------------------------------------------------------------------------------------------

    def _rows(self, rows: Sequence[Row], facts: bool) -> list[_Open]:
        opened: list[_Open] = []
        for row in rows:
            for place, statement in enumerate(row.statements):
                current = opened[-1] if opened else None
                if facts and place == 0 and statement.sides[0]:
                    current = None
                chain = self._continued(current, statement, row.indented, first=place == 0)
                if chain is None:
                    chain = self._begun(statement, fresh=current is None and not facts)
                    opened.append(chain)
                elif chain is not current:
                    opened.append(chain)
                for relation, side in zip(statement.relations, statement.sides[1:], strict=True):
                    if chain.dangling:
                        chain.links.pop()
                    chain.links.append((relation, list(side), []))
                if statement.reasons and chain.links:
                    chain.links[-1][2].extend(statement.reasons)
        return opened

    def _continued(self, current: _Open | None, statement: Statement, indented: bool, *, first: bool) -> _Open | None:
        """The chain that a statement goes on with, its left side already added; None if it begins a new one."""
        left = statement.sides[0]
        if _is_blank(left):
            if current is None:
                self.unfinished = None  # the sign was written twice, at the end of one display and before the next
            return current if current is not None else _Open(self.carry)
        if current is None:
            return None
        if current.dangling:
            current.last.extend(left)
            return current
        if not first:
            return None
        begins = next((token.text for token in left if token.text not in WIDE_SPACES), "")
        if _ends_open(current.last):
            current.last.extend(left)
            return current
        if begins in BINARY and (begins != "-" or indented or not statement.relations):
            current.last.extend(left)
            return current
        if current.links and not statement.relations and indented:
            current.last.extend(left)
            return current
        return None

    def _begun(self, statement: Statement, *, fresh: bool) -> _Open:
        chain = _Open(None, list(statement.sides[0]))
        if fresh and self.unfinished is not None:
            start, relation = self.unfinished
            self.unfinished = None
            chain = _Open(start, [], [(relation, list(statement.sides[0]), [])])
        return chain

    def _close(self, chain: _Open, number: int, expect_refuted: bool) -> Chain:
        start = chain.start
        if start is None and (head := _strip(chain.head, head=True)):
            start = _side(head, head[0].start)
        links: list[Link] = []
        before = start
        for place, (relation, tokens, reasons) in enumerate(chain.links):
            right = _side(tokens, relation.span.end)
            if right.problem is not None and place == len(chain.links) - 1:
                self.unfinished = (before, relation)  # the next display may hold the right side
                break
            said = "; ".join(filter(None, [relation.reason, *reasons])) or None
            links.append(Link(relation.sign, relation.written, relation.span, right, said))
            before = right
        self.carry = before
        return Chain(start, tuple(links), number, expect_refuted)

    def give_up(self) -> list[Chain]:
        """The relation sign that a display ended with and no other display went on from, as a chain with a problem."""
        if self.unfinished is None:
            return []
        start, relation = self.unfinished
        self.unfinished = None
        right = _side((), relation.span.end)
        return [
            Chain(start, (Link(relation.sign, relation.written, relation.span, right, relation.reason),), self.number)
        ]

    # --- labels of braces ------------------------------------------------------------------------------------------

    def _labels(self, unwrapped: Unwrapped, number: int, expect_refuted: bool) -> list[Chain]:
        chains: list[Chain] = []
        allowance = 20_000 + 10 * len(unwrapped.tokens)
        for label in unwrapped.labels:
            rows, _ = read_rows(label.tokens)
            statement = next((s for row in rows for s in row.statements if s.relations), None)
            if statement is None:
                continue
            body = unwrapped.tokens[label.first + 1 : label.last - 1]
            allowance -= len(body)
            if allowance < 0:
                self.problems.append(
                    Problem(
                        "too many braces inside each other; give their labels displays of their own",
                        statement.relations[0].span,
                    )
                )
                break
            start = _side([token for token in body if token.text != "\\,"], statement.relations[0].span.start)
            links = tuple(
                Link(r.sign, r.written, r.span, _side(side, r.span.end), r.reason, label=True)
                for r, side in zip(statement.relations, statement.sides[1:], strict=True)
            )
            chains.append(Chain(start, links, number, expect_refuted))
        return chains


def _tokens(source: SourceDocument, display: Display, letters: frozenset[str]) -> tuple[list[Token], list[Problem]]:
    lex = read_plain if display.mode == "plain" else read_tex
    tokens, problems = expand(lex(source.clean, display.start, display.end), source.macros)
    return relabelled(tokens, letters), problems


def _labels(source: SourceDocument) -> frozenset[str]:
    """The letters below densities that count nothing in the document."""
    texts = [source.clean[display.start : display.end] for display in source.displays]
    return label_letters((*texts, *(raw.text for raw in source.directives)))


def _directive(
    raw: RawDirective, source: SourceDocument, letters: frozenset[str], problems: list[Problem]
) -> Directive | None:
    found = directive_kind(raw.text, raw.start)
    if isinstance(found, Problem):
        problems.append(found)
        return None
    kind, length = found
    text, start = raw.text[length:], raw.start + length
    span = Span(raw.start, raw.end)
    if kind not in _NAMING and kind != "assume":
        return Directive(kind, text, span)
    lexed = (
        read_tex(source.text, start, raw.end)
        if "\\" in text or "{" in text
        else read_plain(source.text, start, raw.end)
    )
    tokens, trouble = expand(lexed, source.macros)
    tokens = relabelled(tokens, letters)
    problems.extend(trouble)
    if kind in _NAMING:
        return Directive(kind, text, span, names=split_names(tokens))
    layout = _Layout()
    chains, asides = layout.display(unwrap(tokens), -1)
    chains.extend(layout.give_up())
    bounds, others = _bounds(asides)
    return Directive(kind, text, span, chains=(*chains, *bounds), asides=tuple(aside.tokens for aside in others))


def _bounds(asides: Sequence[Aside]) -> tuple[list[Chain], list[Aside]]:
    r"""The orders among what stands beside a relation, as in `\alpha > 0, \sigma > 0`, as chains; and the rest."""
    bounds: list[Chain] = []
    others: list[Aside] = []
    for aside in asides:
        chains, _ = _Layout().display(unwrap(list(aside.tokens)), -1)
        if chains and all(link.sign in ORDER for chain in chains for link in chain.links):
            bounds.extend(chains)
        else:
            others.append(aside)
    return bounds, others


def _define(source: SourceDocument, problems: list[Problem]) -> None:
    """Macros from `define` directives join the others; they hold in the whole document."""
    for raw in source.directives:
        found = directive_kind(raw.text, raw.start)
        if isinstance(found, Problem) or found[0] != "define":
            continue
        macros, trouble = find_macros(source.text, raw.start + found[1], raw.end)
        problems.extend(trouble)
        if not macros and not trouble:
            problems.append(
                Problem("nothing is defined here; write define \\newcommand{\\name}{...}", Span(raw.start, raw.end))
            )
        for macro in macros:
            source.macros.add(macro)


def _spoken(formula: Formula | Worded, source: SourceDocument, letters: frozenset[str], index: int) -> Spoken:
    if isinstance(formula, Worded):
        lexed = read_tex(formula.formula)
    else:
        lexed = read_tex(source.clean, formula.start, formula.end)
    tokens, _ = expand(lexed, source.macros)
    layout = _Layout()
    unwrapped = unwrap(relabelled(tokens, letters))
    chains, asides = layout.display(unwrapped, -1)
    chains.extend(_bounds(asides)[0])
    span = Span(formula.start, formula.end)
    said = tuple(unwrapped.tokens), tuple(chains)
    if isinstance(formula, Worded):
        return Spoken(span, index, formula.cue, False, *said, in_words=True, role=formula.role)
    return Spoken(span, index, formula.cue, formula.leads, *said)


def _beside(asides: Sequence[Aside], index: int) -> Iterator[Spoken]:
    r"""What stands beside the equations of a display, given as in a sentence, for the display itself too.

    That is what it draws from laws, `z \sim \mathcal{N}(0, I)`, and over what it ranges, `t \ge 2`, `t = 2, \dots, T`.
    """
    for aside in asides:
        if any(token.text == "\\sim" for token in aside.tokens):
            yield Spoken(aside.span, index, Cue.GIVEN, False, aside.tokens, ())
            continue
        ranges = [token.text for token in aside.tokens].count("=") == 1
        tokens = [replace(token, text="\\ge") if ranges and token.text == "=" else token for token in aside.tokens]
        bounds, _ = _bounds([replace(aside, tokens=tuple(tokens))])
        if bounds:
            cue = Cue.PASSING if aside.condition else Cue.GIVEN  # a reason holds for its display alone
            yield Spoken(aside.span, index, cue, True, aside.tokens, tuple(bounds))


def read_chains(path: str, text: str, *, prose: bool = False) -> ReadDocument:
    r"""Read a document down to chains of claims, without any mathematics. Never fails; takes time linear in its length.

    With `prose` the formulas in sentences that may be given there are read too.

    >>> read = read_chains("a.md", "$$a = b$$ and so $$\\ge c$$")
    >>> [(link.sign, read.location(link.span.start)) for chain in read.chains for link in chain.links]
    [('=', (1, 5)), ('\\ge', (1, 20))]
    >>> read.chains[1].start is read.chains[0].links[0].right
    True
    """
    source = read_source(path, text)
    problems = list(source.problems)
    _define(source, problems)
    letters = _labels(source)
    items: list[Directive | Chain] = []
    asides: list[Aside] = []
    layout = _Layout()
    pending = list(reversed(source.directives))
    words = Prose.of(source) if prose else None
    listed: list[Formula | Worded] = [*formulas(words), *worded(words)] if words is not None else []
    said = sorted(listed, key=lambda found: (found.place, found.start), reverse=True)
    spoken: list[Spoken] = []
    notes = list(source.notes)
    marks: set[str] = set()
    for display in source.displays:
        while pending and pending[-1].start < display.end:
            directive = _directive(pending.pop(), source, letters, problems)
            if directive is not None:
                items.append(directive)
                marks.add(directive.kind)
        while said and said[-1].place < display.end:
            spoken.append(_spoken(said.pop(), source, letters, len(items)))
        if "skip" in marks:
            marks.clear()
            notes.append(Problem("this display is left out, as its directive asks", Span(display.start, display.end)))
            continue
        tokens, trouble = _tokens(source, display, letters)
        unwrapped = unwrap(tokens)
        chains, beside = layout.display(unwrapped, display.number, "expect refuted" in marks)
        if chains or beside:
            marks.clear()
        problems.extend((*trouble, *unwrapped.problems))
        if prose:
            spoken.extend(_beside(beside, len(items)))
        items.extend(chains)
        asides.extend(beside)
    items.extend(layout.give_up())
    while pending:
        directive = _directive(pending.pop(), source, letters, problems)
        if directive is not None:
            items.append(directive)
    bare = {aside.display for aside in asides}
    if len(bare) > 1 and not any(isinstance(item, Chain) for item in items):
        message = (
            f"{len(bare)} displays were read, but none has a relation sign, so nothing is claimed; "
            r"begin a display with = or \ge where it goes on from the one before it"
        )
        notes.append(Problem(message, asides[0].span))
    troubles = (*problems, *layout.problems)
    averaged = averaged_under(words) if words is not None else None
    return ReadDocument(source, tuple(items), tuple(asides), tuple(notes), troubles, tuple(spoken), averaged)
