r"""The grid of a display: rows at `\\`, cells at `&`, and which of the cells of a row are mathematics.

Cells that only comment (`&& \text{Bayes}`) are kept apart; the others are joined, with a mark where a new equation
begins (`a &= 1 , & b &= 2`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from symelbo.reading.layout.layout_tables import BINARY, IMPLICATIONS, REASON_SIGNS, WIDE_SPACES
from symelbo.reading.layout.nesting import Nesting, relation_at
from symelbo.reading.layout.unwrapping import Unwrapped, plain_words
from symelbo.reading.sources.lexer import ROW_BREAK
from symelbo.reading.sources.tokens import Token, TokenKind

__all__ = ["NEW_EQUATION", "Columns"]

NEW_EQUATION: Final = -1  # stands among the indices of a row where a column begins another equation


_CONDITIONS: Final = frozenset(("because", "since", "as", "for", "if", "when", "where", "with", "given"))


class Columns:
    """A display's tokens in rows and cells, as indices; the base of the reader of statements."""

    def __init__(self, unwrapped: Unwrapped, nesting: Nesting) -> None:
        self.tokens = unwrapped.tokens
        self.reasons = unwrapped.reasons
        self.nesting = nesting
        self.depth = nesting.depth

    def cells(self) -> list[list[list[int]]]:
        """Rows of cells of token indices; rows and columns inside brackets are joined."""
        rows: list[list[list[int]]] = [[[]]]
        nesting = self.nesting
        gone = nesting.gone
        for index, token in enumerate(self.tokens):
            if index in gone or token.text == "\\,":
                continue
            if token.kind is TokenKind.LETTER:
                rows[-1][-1].append(index)
                continue
            if token.text == ROW_BREAK and token.kind is TokenKind.COMMAND:
                if self.depth[index] == 0:
                    rows.append([[]])
                elif nesting.hard[index]:
                    rows[-1][-1].append(index)
                continue
            if token.text == "&" and token.kind is TokenKind.SYMBOL:
                if self.depth[index] == 0:
                    rows[-1].append([])
                elif nesting.hard[index]:
                    rows[-1][-1].append(index)
                continue
            rows[-1][-1].append(index)
        return rows

    def core(self, cell: Sequence[int]) -> list[int]:
        """A cell without wide spaces at its ends."""
        first, last = 0, len(cell)
        while first < last and self.tokens[cell[first]].text in WIDE_SPACES:
            first += 1
        while last > first and self.tokens[cell[last - 1]].text in WIDE_SPACES:
            last -= 1
        return list(cell[first:last])

    def relation(self, index: int) -> tuple[str, int] | None:
        """The relation sign at an index, if it stands outside of all brackets."""
        return relation_at(self.tokens, index) if self.depth[index] == 0 else None

    def ends_open(self, cell: Sequence[int]) -> bool:
        """Does a cell end with something that asks for more: a relation or an operator?"""
        last = next((index for index in reversed(cell) if index < 0 or self.tokens[index].text not in WIDE_SPACES), -1)
        return last >= 0 and (self.relation(last) is not None or self.tokens[last].text in BINARY)

    def only_words(self, cell: Sequence[int]) -> bool:
        """Is a cell nothing but text?"""
        return bool(cell) and all(index >= 0 and self.tokens[index].kind is TokenKind.TEXT for index in cell)

    def content(self, cells: list[list[int]]) -> tuple[list[int], list[list[int]]]:
        """The cells of a row that are mathematics, joined, and the ones that only comment."""
        kept: list[int] = []
        comments: list[list[int]] = []
        has_relation = False
        for place, cell in enumerate(cells):
            core = self.core(cell)
            if not core:
                kept.extend(cell if place < 2 else ())
                continue
            first = core[0]
            begins = (
                self.relation(first) is not None
                or self.tokens[first].text in BINARY
                or self.tokens[first].text in IMPLICATIONS
            )
            open_before = self.ends_open(kept)
            follows = place + 1 < len(cells) and any(self.relation(index) for index in self.core(cells[place + 1])[:1])
            if place == 0 or begins or open_before or (follows and place >= 2):
                comment = False
            elif place == 1:
                comment = has_relation and self.remark_cell(core)
                if not has_relation and not follows and self.only_words(label := self.core(kept)):
                    comments.append(label)  # it stands before the formula
                    kept = []
            else:
                comment = (
                    place > 2
                    or self.remark_cell(core)
                    or any(self.relation(index) or self.tokens[index].kind is TokenKind.TEXT for index in core)
                )
            if comment:
                comments.append(core)
                continue
            if follows and place >= 2 and kept:
                kept.append(NEW_EQUATION)
            kept.extend(cell)
            has_relation = has_relation or any(self.relation(index) for index in core)
        return kept, comments

    def remark_cell(self, core: Sequence[int]) -> bool:
        """Does a cell look like a comment: words, a number of the row, `\\because`?"""
        first = self.tokens[core[0]]
        return first.kind is TokenKind.TEXT or first.text in REASON_SIGNS or self.numbered(core)

    def numbered(self, core: Sequence[int]) -> bool:
        """`(3)`, `[2]`, `(\\star)`: a name of the row."""
        if not 3 <= len(core) <= 6:
            return False
        first, last = self.tokens[core[0]].text, self.tokens[core[-1]].text
        if (first, last) not in (("(", ")"), ("[", "]")):
            return False
        inner = [self.tokens[index] for index in core[1:-1]]
        return len(inner) == 1 or all(
            t.kind in (TokenKind.NUMBER, TokenKind.LETTER) or t.text in ("'", ".", "*", "-") for t in inner
        )

    def words(self, indices: Sequence[int]) -> str:
        """Tokens as words for a person."""
        return plain_words(
            [self.tokens[index] for index in indices if index >= 0 and self.tokens[index].text not in WIDE_SPACES]
        )

    def condition(self, comment: Sequence[int]) -> list[Token]:
        r"""The order in a comment that says when its row holds, `\text{because } \beta \ge 0`; nothing for others."""
        tokens = [self.tokens[index] for index in comment if index >= 0]
        words = " ".join(token.text.lower() for token in tokens if token.kind is TokenKind.TEXT)
        formula = [token for token in tokens if token.kind is not TokenKind.TEXT and token.text not in WIDE_SPACES]
        while len(formula) > 2 and (formula[0].text, formula[-1].text) == ("{", "}"):
            formula = formula[1:-1]  # of what sets the comment in small letters
        ordered = sum(relation_at(self.tokens, index) is not None for index in comment if index >= 0) == 1
        ordered = ordered and not any(token.text in ("=", "\\sim") for token in formula)
        return formula if ordered and _CONDITIONS.intersection(re.findall("[a-z]+", words)) else []
