"""The core of the grammar: operator precedence and brackets.

Operands that begin with a name or a command are read by rules from the modules beside this one; the parser finds them
in its `Rules` by the tables of `operators`. Precedence from loose to tight: `+ -`, then signs of multiplication,
division and juxtaposition, then functions without brackets, then scripts and calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from symelbo.reading.parsing import failures
from symelbo.reading.parsing.cursor import Cursor
from symelbo.reading.parsing.nodes import (
    Absolute,
    Binomial,
    Evaluated,
    Infix,
    Negative,
    Node,
    Norm,
    Number,
    Product,
    Quotient,
    Range,
    Relation,
    SetOf,
    Sum,
    Text,
    Tuple,
)
from symelbo.reading.parsing.operators import ACCENTS, BRACKETS, INFIXES, PREFIXES, RELATIONS, UNSUPPORTED, Prefix
from symelbo.reading.parsing.plain import Piece
from symelbo.reading.sources.tokens import Span

__all__ = ["MAX_NESTING", "Parser", "Rules"]

MAX_NESTING = 40

_LOGARITHMS = frozenset(("\\log", "\\ln", "\\lg", "\\nabla"))
_PLAIN_REACH = 24
_GROUPS = frozenset(("(", "[", "\\{", "{", "\\langle"))


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules for operands: by the handler names of the prefix table, for names, and for scripts behind anything."""

    prefixes: Mapping[str, Callable[[Parser, Prefix, Piece], Node]]
    name: Callable[[Parser], Node]
    single: Callable[[Parser], Node]
    named: Callable[[Parser, Node, int], Node]
    scripts: Callable[[Parser, Node, int], Node]
    average: Callable[[Parser], Node]
    differential: Callable[[Parser], Node]


@dataclass(slots=True)
class Parser(Cursor):
    """One pass over the pieces of one side, under one way to settle the doubts (`flips`)."""

    rules: Rules = field(kw_only=True)

    # --- precedence -------------------------------------------------------------------------------------------------

    def sum(self) -> Node:
        """Terms with signs between them."""
        start = self.place
        terms: list[Node] = []
        while True:
            sign_at, negative = self.place, False
            while self.at("+", "-"):
                negative ^= self.advance().text == "-"
            term = self.product()
            terms.append(Negative(term, span=self.span(sign_at)) if negative else term)
            if self.at("+", "-") or self.signed_group():
                continue
            if self.at("\\oplus"):
                self.advance()
                left = self.summed(terms, start)
                terms = [Infix("oplus", left, self.product(), span=self.span(start))]
                if self.at("+", "-"):
                    continue
            return self.summed(terms, start)

    def signed_group(self) -> bool:
        """Whether a brace with a sign behind it stands here: braces are invisible, so `a {- b}` is a difference."""
        after = self.place + 1
        return self.peek.kind == "open" and after < len(self.pieces) and self.pieces[after].text in ("+", "-")

    def summed(self, terms: list[Node], start: int) -> Node:
        return terms[0] if len(terms) == 1 else Sum(tuple(terms), span=self.span(start))

    def term(self) -> Node:
        """One term, with its own sign if it has one."""
        start, negative = self.place, False
        while self.at("+", "-"):
            negative ^= self.advance().text == "-"
        term = self.product()
        return Negative(term, span=self.span(start)) if negative else term

    def product(self, first: Node | None = None, halts: frozenset[str] = frozenset()) -> Node:
        """Factors up to the next `+` or `-`; with `halts`, also up to a piece that is one of them."""
        start = self.place
        factors: list[Node] = [self.operand() if first is None else first]
        while True:
            if self.pending:
                factors.extend(self.pending)
                self.pending.clear()
            piece = self.peek
            infix = INFIXES.get(piece.text)
            if infix is not None and infix.level == "product":
                if halts and self.place + 1 < len(self.pieces) and self.pieces[self.place + 1].text in halts:
                    break
                self.infix(factors, start, infix.operator)
            elif piece.text in ("|", "||") and self.evaluates():
                self.advance()
                body = self.multiplied(factors, start)
                self.advance()
                factors = [Evaluated(body, self.items_of_script(), span=self.span(start))]
            elif self.place in self.structure.differentials:
                if self.structure.differentials[self.place].direct:
                    break
                self.collect()
            elif self.begins_operand(piece, fresh=False) and piece.text not in halts and not self.signed_group():
                if piece.kind == "text":
                    raise failures.words_inside(piece)
                if isinstance(factors[-1], Text):
                    raise failures.words_inside(self.pieces[start])
                factors.append(self.operand())
            else:
                break
        return self.multiplied(factors, start)

    def infix(self, factors: list[Node], start: int, operator: str) -> None:
        """A sign of multiplication or division and what stands behind it."""
        sign = self.advance()
        if not (self.begins_operand(self.peek) or self.at("+", "-")):
            raise failures.missing_operand(sign, sign.text) if self.peek.kind == "end" else self.stuck("a factor")
        if operator == "times":
            factors.append(self.operand())
            return
        after = self.place
        right = self.operand()
        if operator == "over":
            if self.joins():
                self.doubt("slash", after)
                if self.flipped("slash", after):
                    while self.joins():
                        right = Product((right, self.operand()), span=self.span(after))
            whole: Node = Quotient(self.multiplied(factors, start), right, span=self.span(start))
        else:
            whole = Infix(operator, self.multiplied(factors, start), right, span=self.span(start))
        factors[:] = [whole]

    def joins(self) -> bool:
        """Whether another factor follows with no sign between."""
        return (
            self.begins_operand(self.peek, fresh=False)
            and self.peek.kind != "text"
            and self.place not in self.structure.differentials
            and self.peek.text not in _LOGARITHMS
            and not self.signed_group()
        )

    def goes_on(self) -> bool:
        """Whether the product goes on, with or without a sign."""
        infix = INFIXES.get(self.peek.text)
        return (infix is not None and infix.level == "product") or self.joins()

    def multiplied(self, factors: list[Node], start: int) -> Node:
        if len(factors) == 1:
            return factors[0]
        first = factors[0].span.start
        return Product(tuple(factors), span=Span(min(first, self.span(start).start), self.span(start).end))

    def factor(self, halts: frozenset[str] = frozenset()) -> Node:
        r"""One factor; a plain coefficient takes the sum or average behind it along (`\frac{1}{K} \sum_k w_k`)."""
        start = self.place
        node = self.operand()
        if self.pending:
            node = Product((node, *self.pending), span=self.span(start))
            self.pending.clear()
        prefix = PREFIXES.get(self.peek.text)
        opens = prefix is not None and prefix.handler in ("big", "integral", "expectation")
        if isinstance(node, (Number, Quotient)) and (opens or (isinstance(node, Number) and self.at("/"))):
            return self.product(node, halts)
        return node

    # --- operands ---------------------------------------------------------------------------------------------------

    def begins_operand(self, piece: Piece, *, fresh: bool = True) -> bool:
        """Whether an operand can begin with this piece; not `fresh` when it would only stand beside another one."""
        kind, text = piece.kind, piece.text
        if kind in ("name", "number", "open", "text"):
            return True
        if kind == "end" or kind == "close":
            return False
        if text in ("|", "||"):
            frame = self.frames[-1]
            open_ = fresh or frame in ("none", "pair") or (text == "||" and frame == "list")
            return self.place != self.separator and open_
        if text in INFIXES:
            return False
        return text in _GROUPS or text in PREFIXES or text in ACCENTS

    def operand(self) -> Node:
        """One operand with its scripts; where none begins, `ReadingError`."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise failures.too_deep(self.peek, MAX_NESTING)
        start = self.place
        node = self.bare(scripts=True)
        self.depth -= 1
        return self.rules.scripts(self, node, start) if self.at("^", "_", "!", "'") else node

    def bare(self, *, scripts: bool) -> Node:
        """What begins here, without the scripts behind it (a name reads its own when `scripts`)."""
        piece = self.peek
        kind, text = piece.kind, piece.text
        if (differential := self.structure.differentials.get(self.place)) is not None:
            if differential.direct:
                raise failures.unexpected(piece, "an expression (and no differential)")
            self.collect()
            return Number("1", span=Span(piece.start, piece.end))
        if kind == "name" or text in ACCENTS:
            return self.rules.name(self) if scripts else self.rules.single(self)
        if kind == "number":
            self.advance()
            return Number(text, span=Span(piece.start, piece.end))
        if text == "\\langle":
            return self.rules.average(self)
        if text in _GROUPS:
            start = self.place
            node = self.group()
            return self.rules.named(self, node, start) if scripts and piece.kind == "open" else node
        if text in ("|", "||"):
            return self.between_bars(text)
        if text in ("+", "-"):
            self.advance()
            body = self.operand()
            return Negative(body, span=Span(piece.start, body.span.end)) if text == "-" else body
        prefix = PREFIXES.get(text)
        if prefix is not None:
            self.advance()
            return self.rules.prefixes[prefix.handler](self, prefix, piece)
        if kind == "text":
            self.advance()
            return Text(text, span=Span(piece.start, piece.end))
        raise self.no_operand()

    def no_operand(self) -> Exception:
        piece = self.peek
        before = self.pieces[self.place - 1] if self.place else None
        if piece.kind == "end":
            last = self.pieces[-1]
            return failures.missing_operand(last, last.text)
        if (
            piece.text in RELATIONS
            or piece.text in UNSUPPORTED
            or (piece.kind == "command" and piece.text not in PREFIXES)
        ):
            return self.stuck("an expression")
        if before is not None and (before.text in INFIXES or before.text in (",", ";", "|", "||")):
            return failures.missing_operand(before, before.text)
        if before is not None and before.text in BRACKETS and piece.text in (")", "]", "}", "\\}", "\\rangle"):
            return failures.empty_brackets(before)
        return failures.missing_operand(piece, None)

    def argument(self, command: Piece, form: str) -> Node:
        """An argument of a command: a group in braces or the next single thing."""
        piece = self.peek
        if piece.kind in ("end", "close") or not self.begins_operand(piece) or piece.kind == "text":
            raise failures.missing_argument(command, form)
        if piece.kind == "open":
            return self.group()
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise failures.too_deep(piece, MAX_NESTING)
        node = self.bare(scripts=False)
        self.depth -= 1
        return node

    # --- brackets ---------------------------------------------------------------------------------------------------

    def group(self) -> Node:
        """A pair of brackets and what is in it; a list becomes a tuple or a set."""
        start = self.place
        opening = self.advance()
        close = self.structure.partner[start]
        level = self.level(start)
        self.frames.append("none")
        if level.over is not None:
            node = self.stacked(level.over, start)
        elif level.commas or level.colons:
            items = self.items(close)
            kind = SetOf if opening.text == "\\{" else Tuple
            self.place = close + 1
            node = items[0] if len(items) == 1 else kind(items, span=self.span(start))
        else:
            if self.place == close:
                raise failures.empty_brackets(opening)
            node = self.sum()
        self.frames.pop()
        if self.place <= close:
            if self.place < close:
                raise self.stuck(f"`{self.pieces[close].text}`")
            self.advance()
        return node

    def wraps_bracket(self, place: int) -> bool:
        """Whether a brace opens at `place` that holds one pair of brackets and nothing else: `KL{(q \\| p)}`."""
        if place >= len(self.pieces) or self.pieces[place].kind != "open":
            return False
        inside = self.pieces[place + 1].text in ("(", "[", "\\{")
        return inside and self.structure.partner[place + 1] == self.structure.partner[place] - 1

    def enter(self) -> None:
        """Step over the brace around a bracket."""
        if self.wraps_bracket(self.place):
            self.advance()

    def leave(self, opening: int) -> None:
        """Step over the brace that closes what `opening` opened, if it did."""
        if self.pieces[opening].kind == "open" and self.place == self.structure.partner[opening]:
            self.advance()

    def stacked(self, over: int, start: int) -> Node:
        r"""`{a \over b}` and `{n \choose k}`."""
        top = self.sum()
        if self.place != over:
            raise self.stuck("a fraction bar")
        sign = self.advance()
        bottom = self.sum()
        kind = Quotient if sign.text == "\\over" else Binomial
        return kind(top, bottom, span=self.span(start))

    def between_bars(self, text: str) -> Node:
        """`|a|` or `||a||`."""
        start = self.place
        opening = self.advance()
        self.frames.append("bars")
        body = self.sum()
        self.frames.pop()
        if text == "|" and self.at("||") and self.place != self.half:
            self.half = self.place
        elif self.at(text):
            self.advance()
        elif start and text == "|" and not self.heads(start):
            raise failures.lonely_bar(opening)
        else:
            raise failures.unclosed_bar(opening)
        if text == "|":
            return Absolute(body, span=self.span(start))
        order: Node | None = None
        if self.at("_"):
            sign = self.advance()
            order = self.argument(sign, "\\|x\\|_2")
        return Norm(body, order, span=self.span(start))

    def heads(self, place: int) -> bool:
        """Whether what stands before `place` asks for an operand."""
        text = self.pieces[place - 1].text
        return text in INFIXES or text in BRACKETS or text in PREFIXES or text in (",", ";", "|", "||")

    def evaluates(self) -> bool:
        r"""Whether a bar with a subscript stands here: `f \big|_{x = 0}`."""
        if self.frames[-1] != "none" or self.place + 1 >= len(self.pieces):
            return False
        return self.at("|") and self.pieces[self.place + 1].text == "_"

    def collect(self) -> None:
        """A differential inside a fraction belongs to the integral outside."""
        owner = self.structure.differentials[self.place].integral
        self.inner.setdefault(owner, []).append(self.rules.differential(self))

    def plain(self, opening: int) -> bool:
        """Whether the bracket holds one variable, call or number and nothing else."""
        place, close = opening + 1, self.structure.partner[opening]
        if close - place > _PLAIN_REACH:
            return False
        atoms = 0
        while place < close:
            piece = self.pieces[place]
            if piece.text in ("_", "^"):
                place += 1
                place = self.structure.partner.get(place, place) + 1
                continue
            if piece.kind in ("name", "number") or piece.text == "\\cdot":
                atoms += 1
            elif piece.text == "(" and atoms:
                place = self.structure.partner[place]
            elif piece.kind == "open":
                atoms += 1
                place = self.structure.partner[place]
            elif piece.text not in ACCENTS and piece.text != "'":
                return False
            place += 1
        return atoms == 1

    # --- lists ------------------------------------------------------------------------------------------------------

    def items_of_script(self) -> tuple[Node, ...]:
        """The items of a subscript whose sign has been read."""
        if self.peek.kind == "open":
            close = self.structure.partner[self.place]
            self.advance()
            items = self.items(close)
            self.place = close + 1
            return items
        piece = self.pieces[self.place - 1]
        return (self.argument(piece, "x_{i}"),)

    def list_frame(self, opening: int) -> str:
        """How bars count in a list: an even number of them are absolute values, else one is a condition's."""
        return "list" if len(self.level(opening).bars) % 2 else "none"

    def items(self, close: int) -> tuple[Node, ...]:
        """Expressions and relations with commas between, up to the bracket at `close`."""
        self.frames.append("list")
        found: list[Node] = []
        while self.place < close:
            self.item(found, close)
            if self.place < close:
                if not self.at(",", ";", ":", "|"):
                    raise self.stuck("a comma")
                sign = self.advance()
                if self.place == close:
                    raise failures.missing_operand(sign, sign.text)
        self.frames.pop()
        return tuple(found)

    def item(self, found: list[Node], close: int) -> None:
        """One item; a chain of relations gives one item for each sign."""
        start = self.place
        left = self.sum()
        if self.at(":") and self.place + 1 < close and not self.conditions(close):
            self.advance()
            found.append(Range(left, self.sum(), span=self.span(start)))
            return
        if not self.at(*RELATIONS):
            found.append(left)
            return
        while self.at(*RELATIONS):
            sign = self.advance()
            right = self.sum()
            found.append(Relation(sign.text, left, right, span=Span(left.span.start, right.span.end)))
            left = right

    def conditions(self, close: int) -> bool:
        """Whether the colon here stands before conditions (`k : k \\ne i`) and is no range."""
        return any(self.pieces[place].text in RELATIONS for place in range(self.place, min(close, self.place + 40)))
