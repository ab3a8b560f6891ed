r"""Rules for averages: `\mathbb E` in all its spellings, and angle brackets."""

from __future__ import annotations

from dataclasses import replace

from symelbo.reading.parsing import failures
from symelbo.reading.parsing.nodes import (
    Arguments,
    Call,
    Except,
    Expectation,
    Infix,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Relation,
    Sampled,
    Sum,
)
from symelbo.reading.parsing.operators import RELATIONS, Prefix
from symelbo.reading.parsing.parser import Parser
from symelbo.reading.parsing.plain import Piece
from symelbo.reading.sources.tokens import Span

__all__ = [
    "average_rule",
    "expectation_letter",
    "expectation_rule",
    "given_list",
    "reads_as_expectation",
    "reads_as_variance",
    "variance",
]

_SQUARE = ("[", "\\{")


def reads_as_expectation(parser: Parser) -> bool:
    r"""Whether the plain letter `E` here is an expectation (`E_q[..]`, `E_{q(z)} \log ..`) and no energy (`E(x)`)."""
    piece = parser.peek
    if piece.text != "E" or piece.kind != "name" or piece.font not in ("", "bold"):
        return False
    pieces, partner = parser.pieces, parser.structure.partner
    place = parser.place + 1
    short = True
    if place < len(pieces) and pieces[place].text == "_":
        place += 1
        if place < len(pieces) and pieces[place].kind == "open":
            short = False
            place = partner[place] + 1
        else:
            short = place < len(pieces) and pieces[place].text != "q" and pieces[place].text != "p"
            place += 1
        subscript = True
    else:
        subscript = False
    if place >= len(pieces):
        return False
    follower = pieces[place]
    if follower.text in _SQUARE:
        return True
    if follower.text == "(":
        close = partner[place]
        if subscript and close + 1 < len(pieces) and pieces[close + 1].text == "[":
            return True
        plain = all(
            one.kind in ("name", "number") or one.text in (",", "_", "(", ")")
            for one in pieces[place : min(close, place + 12)]
        )
        return not (plain and short)
    if not subscript:
        return follower.text in ("\\log", "\\ln")
    return follower.kind in ("name", "number", "open") or follower.text in (
        "\\log",
        "\\ln",
        "\\frac",
        "\\exp",
        "\\sum",
        "\\nabla",
        "|",
        "||",
    )


def expectation_letter(parser: Parser) -> Node:
    """An expectation that is written with a plain letter E."""
    return expectation_rule(parser, _EXPECTATION, parser.advance())


def reads_as_variance(parser: Parser) -> bool:
    r"""Whether a variance with its law below stands here: `\mathrm{Var}_{q(z)}[..]`, `\mathbb{V}_q[..]`."""
    piece = parser.peek
    named = piece.text == "Var" or (piece.text == "V" and piece.font == "bb")
    follower = parser.pieces[parser.place + 1 : parser.place + 2]
    return named and piece.kind == "name" and bool(follower) and follower[0].text == "_"


def variance(parser: Parser) -> Node:
    """A variance, as the mean of the square less the square of the mean."""
    mean = expectation_rule(parser, _EXPECTATION, parser.advance())
    if not isinstance(mean, Expectation):
        return mean
    two = Number("2", span=mean.span)
    square = replace(mean, body=Power(mean.body, two, span=mean.body.span))
    return Sum((square, Negative(Power(mean, two, span=mean.span), span=mean.span)), span=mean.span)


_EXPECTATION = Prefix("\\E", "expectation", "product")


def expectation_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    start = parser.place - 1
    found: tuple[Node, ...] = ()
    while parser.at("_", "^"):
        sign = parser.advance()
        if found:
            raise failures.double_script(sign, "subscript")
        found = _laws(parser, sign)
    if found and len(found) == 1 and isinstance(found[0], Name) and parser.at("(") and not found[0].subscripts:
        found = _plain_law(parser, found[0]) or found
    opening = parser.place
    parser.enter()
    if parser.at("[", "(", "\\{"):
        bracket = parser.place
        close = parser.structure.partner[bracket]
        raised = close + 1 < len(parser.pieces) and parser.pieces[close + 1].text == "^"
        if not (parser.at("(") and raised):
            node = _bracketed(parser, found, start)
            parser.leave(opening)
            return node
    parser.place = after = opening
    if not (parser.begins_operand(parser.peek) or parser.at("+", "-")):
        raise failures.missing_body(piece, "the expectation")
    if parser.at("-"):
        body = parser.term()
    else:
        body = parser.sum() if parser.flipped("mean", after) else parser.product()
        if parser.at("+", "-") or isinstance(body, Sum):
            parser.doubt("mean", after)
    return Expectation(body, found, span=parser.span(start))


def _plain_law(parser: Parser, name: Name) -> tuple[Node, ...] | None:
    """`E_q(z)[...]` and `E_q(z|x) log ...` in plain text: the first bracket belongs to the law."""
    close = parser.structure.partner[parser.place]
    after = parser.pieces[close + 1] if close + 1 < len(parser.pieces) else None
    if after is None:
        return None
    listed = len(parser.level(parser.place).bars) == 1 or parser.plain(parser.place)
    if after.text != "[" and not (listed and after.text in ("\\log", "\\ln", "(", "\\{", "\\frac")):
        return None
    start = parser.place
    opening = parser.advance()
    values, given = given_list(parser, close)
    parser.place = close + 1
    read = Arguments(values, given, bracket=opening.text, span=parser.span(start))
    return (Call(name, read, span=Span(name.span.start, parser.span(start).end)),)


def given_list(parser: Parser, close: int) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """Items up to a bar, and those behind it."""
    values, given, _ = _listed(parser, close)
    return values, given


def _listed(parser: Parser, close: int, apart: bool = False) -> tuple[tuple[Node, ...], ...]:
    """Items up to a bar, those behind it, and `apart` those behind a semicolon where there is no bar."""
    values: list[Node] = []
    given: list[Node] = []
    behind: list[Node] = []
    current = values
    parser.frames.append(parser.list_frame(parser.structure.partner[close]))
    while parser.place < close:
        parser.item(current, close)
        if parser.place < close:
            if parser.at("|"):
                current = given
            elif apart and current is values and parser.at(";"):
                current = behind
            elif not parser.at(",", ";"):
                raise parser.stuck(f"`{parser.pieces[close].text}`")
            parser.advance()
    parser.frames.pop()
    return tuple(values), tuple(given), tuple(behind)


def _bracketed(parser: Parser, found: tuple[Node, ...], start: int) -> Node:
    opening_at = parser.place
    opening = parser.advance()
    close = parser.structure.partner[opening_at]
    if parser.place == close:
        raise failures.empty_brackets(opening)
    values, given, behind = _listed(parser, close, apart=True)
    if len(values) != 1:
        comma = parser.level(opening_at).commas
        raise failures.unexpected(parser.pieces[comma[0]] if comma else opening, "one expression to take the mean of")
    parser.place = close + 1
    return Expectation(values[0], found, given, opening.text, behind, span=parser.span(start))


def _laws(parser: Parser, sign: Piece) -> tuple[Node, ...]:
    r"""The subscript of an expectation: `q`, `q(z | x)`, `z \sim q`, `z_1, \dots, z_K \sim q(z | x)`, ..."""
    if parser.peek.kind != "open":
        return (parser.argument(sign, "\\mathbb{E}_{q}"),)
    close = parser.structure.partner[parser.place]
    parser.advance()
    parser.frames.append("list")
    found: list[Node] = []
    waiting: list[Node] = []
    while parser.place < close:
        start = parser.place
        if parser.at("\\setminus", "\\ne"):
            parser.advance()
            waiting.append(Except(parser.sum(), span=parser.span(start)))
            continue
        node = parser.sum()
        if parser.at("\\sim"):
            parser.advance()
            law = parser.product()
            variables = (*waiting, node)
            waiting.clear()
            found.append(Sampled(variables, law, span=Span(variables[0].span.start, parser.span(start).end)))
        elif parser.at("|", "||") or parser.at(*RELATIONS):
            relation = parser.advance()
            items: list[Node] = []
            parser.item(items, close)
            waiting.append(Relation(relation.text, node, items[0], span=parser.span(start)))
        else:
            waiting.append(node)
        if parser.place < close:
            if not parser.at(",", ";"):
                raise parser.stuck("a comma or the end of the subscript")
            parser.advance()
    parser.frames.pop()
    parser.place = close + 1
    return (*found, *waiting)


def average_rule(parser: Parser) -> Node:
    r"""`\langle f \rangle_q`, or `\langle a, b \rangle` as an inner product."""
    start = parser.place
    opening = parser.advance()
    close = parser.structure.partner[start]
    if parser.place == close:
        raise failures.empty_brackets(opening)
    values, given = given_list(parser, close)
    parser.place = close + 1
    if len(values) == 2 and not given:
        return Infix("inner", values[0], values[1], span=parser.span(start))
    if len(values) != 1 or given:
        raise failures.unexpected(opening, "one expression to take the mean of")
    found: tuple[Node, ...] = ()
    if parser.at("_"):
        found = _laws(parser, parser.advance())
    return Expectation(values[0], found, (), "\\langle", span=parser.span(start))
