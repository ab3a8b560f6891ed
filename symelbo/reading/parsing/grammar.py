r"""Tokens to syntax trees: the conventional reading of a side first, the other readings of its notation after it.

>>> from symelbo.reading.sources.lexer import read_tex
>>> from symelbo.reading.parsing.syntax import outline
>>> parsed = parse(read_tex(r"\log p(x, z) - \mathrm{KL}(q \,\|\, p)"))
>>> outline(parsed.readings[0])
'sum(log(p(x, z)), -div(KL, q, p))'
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from symelbo.errors import ReadingError
from symelbo.reading.parsing import binders, calls, expectations, failures, functions, names
from symelbo.reading.parsing.cursor import Choice, Note, Roles
from symelbo.reading.parsing.nodes import Independence, Node, Relation, Sampled, Tuple
from symelbo.reading.parsing.operators import LEADING, RELATIONS, UNITS
from symelbo.reading.parsing.parser import Parser, Rules
from symelbo.reading.parsing.plain import Piece, spell
from symelbo.reading.parsing.structure import Structure, survey
from symelbo.reading.parsing.syntax import height, outline
from symelbo.reading.sources.tokens import Span, Token

__all__ = ["MAX_READINGS", "Choice", "Note", "Parsed", "Roles", "parse", "parse_statements"]

MAX_READINGS = 8
MAX_HEIGHT = 160  # of a tree; brackets alone are bounded more tightly

_RULES = Rules(
    prefixes={
        "function": functions.function_rule,
        "gradient": functions.gradient_rule,
        "partial": functions.partial_rule,
        "fraction": functions.fraction_rule,
        "binomial": functions.binomial_rule,
        "root": functions.root_rule,
        "infinity": functions.infinity_rule,
        "dots": functions.dots_rule,
        "placeholder": functions.placeholder_rule,
        "constant": functions.constant_rule,
        "expectation": expectations.expectation_rule,
        "integral": binders.integral_rule,
        "big": binders.big_rule,
        "extremum": binders.extremum_rule,
        "divergence": calls.divergence_rule,
    },
    name=calls.name_rule,
    single=names.bare_name,
    named=calls.named_rule,
    scripts=names.general_scripts,
    average=expectations.average_rule,
    differential=binders.differential_rule,
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One kind of ambiguity: what its unconventional side says, and how to write what was meant."""

    kind: str
    says: str


_DOUBTS = {
    doubt.kind: doubt
    for doubt in (
        Doubt("mean", "the expectation reaches to the end of the expression; put its body in brackets"),
        Doubt("scope", "the function takes another part of the product behind it; put its argument in brackets"),
        Doubt("integral", "the integral reaches to the end of the expression; write its differential at its end"),
        Doubt("extremum", "the extremum ends at the first plus or minus; put brackets around it"),
        Doubt("gradient", "the gradient is taken of the whole product; put its argument in brackets"),
        Doubt("derivative", "the derivative is taken of the first factor alone; put its argument in brackets"),
        Doubt("tail", "all factors to the right belong to the product sign; put its body in brackets"),
        Doubt("sum", "the sum ends at the first plus or minus; put its body in brackets"),
        Doubt("slash", "the slash divides by everything up to the next sign; write a fraction"),
        Doubt(
            "call",
            "a name with a bracket behind it is taken as a product or as a function, against the usual; write `\\cdot`",
        ),
    )
}


class Parsed:
    """What a side says.

    `conventional` is the usual reading. `readings` has it first and then the others, each different, at most
    `MAX_READINGS`; they are worked out when first asked for. `says` goes along with `readings`: in words, what is
    unconventional, empty for the first. `notes` are things that a person should know about the reading.
    """

    def __init__(self, pieces: list[Piece], structure: Structure, roles: Roles, tail: tuple[Note, ...]) -> None:
        self._pieces, self._structure, self._roles = pieces, structure, roles
        parser = self._pass(frozenset())
        self.conventional = _side(parser)
        self.choices = tuple(parser.choices)
        self.notes = (*parser.notes, *tail)

    def _pass(self, flips: frozenset[tuple[str, int]]) -> Parser:
        return Parser(self._pieces, self._structure, self._roles, flips, rules=_RULES)

    def as_tree(self, tree: Node) -> Parsed:
        """The side read as another tree, which says the same in a form that is understood."""
        other = Parsed.__new__(Parsed)
        other.conventional, other.choices, other.notes = tree, (), self.notes
        return other

    def mapped(self, change: Callable[[Node], Node]) -> Parsed:
        """The side with a change made to the tree of every reading; the same object where nothing changes."""
        conventional = change(self.conventional)
        if conventional is self.conventional:
            return self
        other = self.as_tree(conventional)
        other.choices = self.choices
        other.__dict__["_all"] = tuple((change(tree), words) for tree, words in self._all)
        return other

    @property
    def readings(self) -> tuple[Node, ...]:
        return tuple(node for node, _ in self._all)

    @property
    def says(self) -> tuple[str, ...]:
        return tuple(words for _, words in self._all)

    @cached_property
    def _all(self) -> tuple[tuple[Node, str], ...]:
        found = [(self.conventional, "")]
        if not self.choices:
            return tuple(found)
        seen = {outline(self.conventional)}
        for flips in _variants(self.choices):
            if len(found) >= MAX_READINGS:
                break
            try:
                node = _side(self._pass(flips))
            except ReadingError:
                continue
            shape = outline(node)
            if shape not in seen:
                seen.add(shape)
                kinds = sorted({kind for kind, _ in flips})
                found.append((node, "; ".join(_DOUBTS[kind].says for kind in kinds)))
        return tuple(found)


def _variants(choices: Sequence[Choice]) -> list[frozenset[tuple[str, int]]]:
    """Ways to settle the doubts: each kind everywhere, pairs of kinds everywhere, then single places."""
    kinds = [kind for kind in _DOUBTS if any(choice.kind == kind for choice in choices)]
    found = [frozenset({(kind, -1)}) for kind in kinds]
    found += [frozenset({(one, -1), (two, -1)}) for place, one in enumerate(kinds) for two in kinds[place + 1 :]]
    several = [kind for kind in kinds if sum(choice.kind == kind for choice in choices) > 1]
    singles = [frozenset({(choice.kind, choice.place)}) for choice in choices[:MAX_READINGS] if choice.kind in several]
    return (found[: len(kinds)] + singles + found[len(kinds) :])[: 2 * MAX_READINGS]


def parse(tokens: Sequence[Token], roles: Roles = Roles()) -> Parsed:  # noqa: B008  (frozen)
    r"""Read one side of a relation.

    `roles` says which names are known to be functions or plain quantities; without it `a(b + c)` is a product and
    `f(b + c)` is not, and the other possibility is among the readings. Raises `ReadingError` with the place and what
    was expected; its subclass `UnsupportedNotation` says that the notation is valid but not read so far.
    """
    pieces, tail = _trimmed(spell(tokens))
    if not pieces:
        start = tokens[0].start if tokens else 0
        raise failures.empty_side(start, tokens[-1].end if tokens else start + 1)
    return Parsed(pieces, survey(pieces), roles, tail)


def _trimmed(pieces: list[Piece]) -> tuple[list[Piece], tuple[Note, ...]]:
    """Without punctuation at the end, words at either end, and signs of connection in front."""
    low, high = 0, len(pieces)
    notes: list[Note] = []
    while low < high and (pieces[low].text in LEADING or pieces[low].text in (",", ".", ";", ":")):
        low += 1
    while high > low and (
        pieces[high - 1].text in (",", ".", ";", ":") or (pieces[high - 1].kind == "text" and high - low > 1)
    ):
        high -= 1
        if pieces[high].kind == "text":
            notes.append(Note(f'left out the words "{pieces[high].text}"', Span(pieces[high].start, pieces[high].end)))
    if high - low > 1 and pieces[high - 1].text in UNITS and pieces[high - 1].font in ("text", "roman"):
        high -= 1
        notes.append(Note(f"left out the unit `{pieces[high].text}`", Span(pieces[high].start, pieces[high].end)))
    while high - low > 1 and pieces[low].kind == "text" and pieces[low + 1].text not in ("+", "-", "/"):
        notes.append(Note(f'left out the words "{pieces[low].text}"', Span(pieces[low].start, pieces[low].end)))
        low += 1
    return pieces[low:high], tuple(notes)


def _side(parser: Parser) -> Node:
    node = parser.sum()
    if parser.place >= len(parser.pieces):
        return _low(node, parser)
    if parser.at(","):
        comma = parser.peek
        raise failures.unexpected(comma, "the end of the side (a list belongs in brackets)")
    raise parser.stuck("an operator or the end of the side")


def _low(node: Node, parser: Parser) -> Node:
    """The node, if its tree is low enough for those who walk it by recursion."""
    if len(parser.pieces) > MAX_HEIGHT and height(node) > MAX_HEIGHT:
        raise failures.too_deep(parser.pieces[0], MAX_HEIGHT)
    return node


def parse_statements(tokens: Sequence[Token], roles: Roles = Roles()) -> tuple[Node, ...]:  # noqa: B008  (frozen)
    r"""Read a list of statements: relations (a chain gives one for each sign), `z \sim q(z)`, `z_1 \perp z_2 \mid x`.

    What is no statement comes back as the expression that it is. Raises `ReadingError` as `parse` does.

    >>> from symelbo.reading.sources.lexer import read_tex
    >>> [outline(one) for one in parse_statements(read_tex(r"0 < \alpha_t < 1, z \sim q(z)"))]
    ['0 < alpha_{t}', 'alpha_{t} < 1', 'z ~ q(z)']
    """
    pieces, _ = _trimmed(spell(tokens))
    if not pieces:
        start = tokens[0].start if tokens else 0
        raise failures.empty_side(start, tokens[-1].end if tokens else start + 1)
    parser = Parser(pieces, survey(pieces), roles, rules=_RULES)
    parser.frames.append("list")
    found: list[Node] = []
    waiting: list[Node] = []
    while parser.place < len(pieces):
        start = parser.place
        left = parser.sum()
        if parser.at("\\perp"):
            found.append(_independence(parser, [*waiting, left], start))
            waiting.clear()
        elif parser.at("\\sim"):
            parser.advance()
            law = parser.sum()
            found.append(Sampled((*waiting, left), law, span=parser.span(start)))
            waiting.clear()
        elif parser.at(*RELATIONS):
            found.extend(waiting)
            waiting.clear()
            while parser.at(*RELATIONS):
                sign = parser.advance()
                right = parser.sum()
                found.append(Relation(sign.text, left, right, span=Span(left.span.start, right.span.end)))
                left = right
        else:
            waiting.append(left)
        if parser.place < len(pieces):
            if not parser.at(",", ";", "."):
                raise parser.stuck("a comma or the end of the statement")
            parser.advance()
    return tuple(_low(one, parser) for one in (*found, *waiting))


def _independence(parser: Parser, left: list[Node], start: int) -> Node:
    groups: list[list[Node]] = [left, [], []]
    group = 1
    parser.advance()
    while True:
        groups[group].append(parser.sum())
        if parser.at("|", ";"):
            parser.advance()
            group = 2
        elif parser.at(","):
            parser.advance()
        else:
            break
    unpacked = [
        tuple(part for node in nodes for part in (node.items if isinstance(node, Tuple) else (node,)))
        for nodes in groups
    ]
    return Independence(*unpacked, span=parser.span(start))
