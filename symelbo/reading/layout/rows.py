r"""Rows and columns of a display, and the statements in each row.

A row ends at `\\` outside of all brackets, a cell at `&`. Cells that only comment (`&& \text{Bayes}`) become the reason
of the row; the rest is cut into statements (`p(z) = ..., \qquad q(z) = ...`), and each of those at its relation signs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from symelbo.reading.layout.columns import NEW_EQUATION, Columns
from symelbo.reading.layout.layout_tables import (
    BINARY,
    CONNECTIVES,
    DEFINITION_MARKS,
    IMPLICATIONS,
    ORDER,
    PUNCTUATION,
    REASON_SIGNS,
    REASON_TAILS,
    REASON_WORDS,
    SOFT_RELATIONS,
    WIDE_SPACES,
)
from symelbo.reading.layout.nesting import measure, relation_at
from symelbo.reading.layout.unwrapping import Unwrapped
from symelbo.reading.sources.tokens import Span, Token, TokenKind

__all__ = ["Relation", "Row", "Statement", "read_rows"]

_DOTS: Final = frozenset(("\\dots", "\\ldots", "\\cdots", "\\dotsc", "\\dotsb", "\\hdots"))
_LIMITS: Final = frozenset(("\\to", "\\rightarrow", "\\longrightarrow"))

_LEADS_TO_BOUNDS: Final = frozenset(("for", "for all", "for every", "for each", "if", "when", "where", "with"))


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation sign in a row."""

    sign: str
    written: str
    span: Span
    reason: str | None = None


@dataclass(slots=True)
class Statement:
    """Sides and the relations between them: the first side is empty if the row begins with a sign."""

    sides: list[list[Token]] = field(default_factory=lambda: [[]])
    relations: list[Relation] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """The statements of one row; `indented` says that it stands to the right of the alignment or after a wide space.

    `conditions` are orders that a comment beside the row gives as its reason, as in `\\text{because } \\beta \\ge 0`.
    """

    statements: list[Statement]
    indented: bool
    asides: list[list[Token]] = field(default_factory=list)
    conditions: list[list[Token]] = field(default_factory=list)


@dataclass(slots=True)
class _Clause:
    """A piece of a row between two possible separators, as indices of its tokens."""

    separators: set[str] = field(default_factory=set)
    mark: int = -1  # index of the comma before it
    items: list[int] = field(default_factory=list)
    relations: dict[int, Relation] = field(default_factory=dict)  # place in `items` -> sign
    soft: bool = False
    remark: bool = False


class _Reader(Columns):
    def clauses(self, content: Sequence[int]) -> list[_Clause]:
        """Cut a row at everything that may separate statements."""
        clauses = [_Clause()]
        skip = 0

        def start(separator: str, mark: int = -1) -> None:
            clause = clauses[-1]
            if clause.items:
                clause = _Clause()
                clauses.append(clause)
            clause.separators.add(separator)
            clause.mark = mark if mark >= 0 else clause.mark

        for index in content:
            if skip:
                skip -= 1
                continue
            if index == NEW_EQUATION:
                start("column")
                continue
            token, clause = self.tokens[index], clauses[-1]
            text = token.text
            if self.depth[index]:
                clause.items.append(index)
            elif text in IMPLICATIONS:
                start("implies")
            elif text in ("=", "<") and self._arrow(index):
                skip = self._arrow(index) - 1
                start("implies")
            elif text in _LIMITS and clause.relations and not self._wanted(clause):
                start("implies")  # what a side tends to is no part of it
            elif text in REASON_SIGNS and not clause.remark and not self._wanted(clause):
                start("remark")
                clauses[-1].remark = True
                clauses[-1].items.append(index)
            elif text in WIDE_SPACES:
                start("quad")
            elif text in (",", ";", "，", "；"):
                start(",", index)
            elif token.kind is TokenKind.TEXT:
                self._text(token, index, clauses, start)
            elif (found := relation_at(self.tokens, index)) is not None:
                sign, skip = found[0], found[1] - 1
                last = self.tokens[index + skip]
                written = "".join(self.tokens[place].text for place in range(index, index + skip + 1))
                reason = self.reasons.get(index + skip) or self.reasons.get(index)
                if reason and sign == "=" and _is_definition_mark(reason):
                    sign = ":="
                clause.relations[len(clause.items)] = Relation(sign, written, Span(token.start, last.end), reason)
                clause.items.append(index)
            else:
                clause.soft = clause.soft or text in SOFT_RELATIONS
                clause.items.append(index)
        return [clause for clause in clauses if clause.items]

    def _arrow(self, index: int) -> int:
        """Length of an arrow such as `=>` or `<=>` that begins here."""
        for length in (3, 2):
            piece = self.tokens[index : index + length]
            if (
                len(piece) == length
                and "".join(t.text for t in piece) in IMPLICATIONS
                and not any(t.spaced for t in piece[1:])
            ):
                return length
        return 0

    def _text(self, token: Token, index: int, clauses: list[_Clause], start: Callable[[str], None]) -> None:
        clause = clauses[-1]
        words = token.text.strip(" ,:;.").lower()
        lead = words.split(" ", 1)[0].strip("(),") if words else ""
        if not words:
            if token.text.strip(" .:"):
                start(",")
            return
        if words.split()[-1] in REASON_TAILS and words not in CONNECTIVES and not clause.remark:
            start("remark")
            clauses[-1].remark = True
            clauses[-1].items.append(index)
        elif words in CONNECTIVES or (
            lead in ("where", "with", "and", "so", "hence", "thus", "therefore") and len(words.split()) <= 3
        ):
            start("word")
        elif clause.remark:
            clause.items.append(index)
        elif lead in REASON_WORDS and not self._wanted(clause):
            start("remark")
            clauses[-1].remark = True
            clauses[-1].items.append(index)
        else:
            clause.items.append(index)

    def _wanted(self, clause: _Clause) -> bool:
        """Does the clause so far end with an operator or relation, so that words stand for a term?"""
        if not clause.items:
            return False
        last = clause.items[-1]
        return len(clause.items) - 1 in clause.relations or self.tokens[last].text in BINARY

    def statements(self, content: Sequence[int]) -> tuple[list[Statement], list[list[Token]]]:
        """The statements of a row, and what is said beside them without a relation sign of a claim."""
        done: list[Statement] = []
        asides: list[list[Token]] = []
        loose: list[str] = []
        current: Statement | None = None
        clauses = self.clauses(content)
        place = 0
        while place < len(clauses):
            clause = clauses[place]
            place += 1
            stated = current is not None and bool(current.relations)
            if self._is_reason(clause, current, clauses[place : place + 1]):
                # what comes after a remark in words belongs to it, up to the next statement of its own
                words = [self.words(clause.items)]
                if stated and (said := self._said_bound(clause)):  # `\\text{for } t \\ge 2`
                    asides.append(said)
                while (
                    clause.remark
                    and place < len(clauses)
                    and not clauses[place].separators & {"implies", "word", "column"}
                ):
                    following = clauses[place]
                    if current is None and following.relations:
                        break
                    words.append(self.words(following.items))
                    place += 1
                (loose if current is None else current.reasons).append(", ".join(words))
                continue
            if current is not None and stated and self._is_range(clause, clauses[place : place + 1]):
                asides.append([self.tokens[index] for index in clause.items])
                while place < len(clauses) and "," in clauses[place].separators and not clauses[place].relations:
                    place += 1
                continue
            if current is not None and stated and self._is_bound(clause):
                asides.append([self.tokens[index] for index in clause.items if self.tokens[index].text != "\\forall"])
                continue
            fresh = bool(clause.separators & {"implies", "column"}) or (stated and not self._joins(clause))
            if clause.soft and not clause.relations and (current is None or stated):
                asides.append([self.tokens[index] for index in clause.items])
                if clause.separators & {"implies", "word"}:
                    current = None
                continue
            if current is None or (fresh and not self._begins(clause)):
                current = Statement()
                current.reasons.extend(loose)
                loose.clear()
                done.append(current)
            elif clause.mark >= 0 and not self._begins(clause):
                current.sides[-1].append(self.tokens[clause.mark])
            self._add(current, clause)
        return done, asides

    def _begins(self, clause: _Clause) -> bool:
        return 0 in clause.relations

    def _joins(self, clause: _Clause) -> bool:
        """Does a clause belong to the statement before it, which has a relation already?"""
        if self._begins(clause) or not (clause.relations or clause.soft):
            return True
        first = self.tokens[clause.items[0]].text
        return first in BINARY and first != "-" and not clause.separators & {",", "word"}

    def _is_reason(self, clause: _Clause, current: Statement | None, after: Sequence[_Clause]) -> bool:
        if clause.remark:
            return True
        items = clause.items
        if self.only_words(items):
            if current is None:  # `(a)`, `Claim:`
                words = self.tokens[items[-1]].text.strip() or ":"
                return words[0] in "([" or words[-1] in ":."
            return (
                current is not None
                and bool(current.relations)
                and bool(current.sides[-1])
                and not self._open_end(current)
            )
        if clause.relations:
            return False
        if current is None and after and after[0].relations and self.tokens[items[-1]].text == ":":
            return True  # `ELBO: \quad a = b`
        if self.numbered(self._bare(items)) and (current is not None) == bool(clause.separators & {"quad", ","}):
            return current is not None or bool(after and after[0].relations and "quad" in after[0].separators)
        if "quad" in clause.separators and current is not None and current.relations:
            if self._says_something(items) and not self._open_end(current):
                return True
            bare = self._bare(items)
            if not bare or (self.tokens[bare[0]].text, self.tokens[bare[-1]].text) not in (("(", ")"), ("[", "]")):
                return False
            inner = [self.tokens[index] for index in bare]
            says = any(t.kind is TokenKind.TEXT or relation_at(inner, place) for place, t in enumerate(inner))
            return says and all(self.depth[index] for index in bare)
        return False

    def _says_something(self, items: Sequence[int]) -> bool:
        """`q \\text{ fixed}`: symbols with words among them, and no operator in front."""
        if self.tokens[items[0]].text in BINARY:
            return False
        words = (self.tokens[index].text for index in items if self.tokens[index].kind is TokenKind.TEXT)
        return any(" " in said for said in words)

    def _bare(self, items: Sequence[int]) -> list[int]:
        last = len(items)
        while last and self.tokens[items[last - 1]].text in PUNCTUATION:
            last -= 1
        return list(items[:last])

    def _open_end(self, statement: Statement) -> bool:
        side = statement.sides[-1]
        return not side or side[-1].text in BINARY

    def _is_range(self, clause: _Clause, after: Sequence[_Clause]) -> bool:
        """`n = 1, \\dots, N` says over what the statement ranges."""
        if len(clause.relations) != 1 or not after or "," not in after[0].separators or after[0].relations:
            return False
        (where, relation), *_ = clause.relations.items()
        first = self.tokens[after[0].items[0]].text
        return relation.sign == "=" and 0 < where <= 5 and (first in _DOTS or first == ".")

    def _said_bound(self, clause: _Clause) -> list[Token]:
        """The tokens of a bound that words lead to, such as "for"; none where a remark says anything else."""
        first = self.tokens[clause.items[0]]
        lead = first.text.strip(" (").lower()
        if first.kind is not TokenKind.TEXT or lead not in _LEADS_TO_BOUNDS or not clause.relations:
            return []
        rest = _Clause({","}, -1, clause.items[1:], {place - 1: r for place, r in clause.relations.items() if place})
        return [self.tokens[index] for index in rest.items] if self._is_bound(rest) else []

    def _is_bound(self, clause: _Clause) -> bool:
        """`t \\ge 2`, `0 < \\alpha < 1` beside a statement: for which values it is meant."""
        if not clause.relations or not clause.separators & {"quad", ","} or self._begins(clause):
            return False
        if any(relation.sign not in ORDER for relation in clause.relations.values()) or len(clause.items) > 12:
            return False
        simple = {TokenKind.LETTER, TokenKind.NUMBER, TokenKind.OPEN, TokenKind.CLOSE}
        atoms = [index for place, index in enumerate(clause.items) if place not in clause.relations]
        return all(self._is_atom(self.tokens[index], simple) for index in atoms) and any(
            self.tokens[index].kind is TokenKind.NUMBER or self.tokens[index].text in ("\\neq", "\\ne")
            for index in clause.items
        )

    @staticmethod
    def _is_atom(token: Token, simple: set[TokenKind]) -> bool:
        if token.kind in simple or token.text in ("_", "-", "^", ".") or token.text in PUNCTUATION:
            return True
        return (
            token.kind is TokenKind.COMMAND
            and len(token.text) > 2
            and token.text not in ("\\log", "\\ln", "\\exp", "\\int", "\\sum")
        )

    def _add(self, statement: Statement, clause: _Clause) -> None:
        for place, index in enumerate(clause.items):
            if place in clause.relations:
                statement.relations.append(clause.relations[place])
                statement.sides.append([])
            else:
                statement.sides[-1].append(self.tokens[index])


def _is_definition_mark(reason: str) -> bool:
    return reason.replace(" ", "").lower() in DEFINITION_MARKS or reason in DEFINITION_MARKS


def read_rows(unwrapped: Unwrapped) -> tuple[list[Row], bool]:
    """The rows of a display, and whether it is a list of facts of which none continues the one before."""
    nesting = measure(unwrapped.tokens)
    reader = _Reader(unwrapped, nesting)
    rows: list[Row] = []
    for cells in reader.cells():
        content, comments = reader.content(cells)
        statements, asides = reader.statements(content)
        if comments and statements:
            statements[-1].reasons.extend(filter(None, (reader.words(comment) for comment in comments)))
        first = next((index for index in content if index >= 0), None)
        indented = first is not None and (
            (len(cells) > 1 and not reader.core(cells[0])) or reader.tokens[first].text in WIDE_SPACES
        )
        if statements or asides:
            rows.append(Row(statements, indented, asides, list(filter(None, map(reader.condition, comments)))))
    return rows, nesting.facts
