r"""Rules for commands that take arguments: logarithms and other functions, fractions, roots, derivatives."""

from __future__ import annotations

from symelbo.reading.parsing import failures
from symelbo.reading.parsing.names import bare_name, read_name_scripts
from symelbo.reading.parsing.names import subscripts as read_subscripts
from symelbo.reading.parsing.nodes import (
    Binomial,
    Constant,
    Derivative,
    Determinant,
    Dots,
    Exp,
    Gradient,
    Infinity,
    Log,
    Name,
    Node,
    Number,
    Placeholder,
    Power,
    Product,
    Quotient,
    Sqrt,
    Trace,
)
from symelbo.reading.parsing.operators import ACCENTS, Prefix
from symelbo.reading.parsing.parser import Parser
from symelbo.reading.parsing.plain import Piece
from symelbo.reading.sources.tokens import Span

__all__ = [
    "binomial_rule",
    "constant_rule",
    "dots_rule",
    "fraction_rule",
    "function_rule",
    "gradient_rule",
    "infinity_rule",
    "inline_derivative",
    "partial_rule",
    "placeholder_rule",
    "root_rule",
]

_HALTS = frozenset(("\\log", "\\ln", "\\lg", "\\nabla"))
_BRACKETS = ("(", "[", "\\{")
_FORMS = {
    "log": "\\log x",
    "log2": "\\log_2 x",
    "exp": "\\exp(x)",
    "det": "\\det A",
    "trace": "\\operatorname{tr}(A)",
}
_PREPOSITIONS = (" of", " on", " in", " without", " wrt", " to", " involving", " containing")


# --- functions that need no brackets --------------------------------------------------------------------------------


def function_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    r"""`\log`, `\exp`, `\det`, `\tr`: with a bracket behind it the bracket, else as far as the table says."""
    start = parser.place - 1
    base: Node | None = None
    power: Node | None = None
    tight, parser.tight = parser.tight, False
    while parser.at("_", "^"):
        if parser.at("_"):
            base = read_subscripts(parser)[0]
        else:
            power = parser.argument(parser.advance(), "\\log^2 x")
    if not (parser.begins_operand(parser.peek) or (parser.at("-") and prefix.detail == "exp")):
        raise failures.missing_argument(piece, _FORMS[prefix.detail])
    argument = _argument(parser, prefix, tight=tight)
    node = _applied(prefix.detail, argument, base, parser.span(start))
    if power is not None:
        node = Power(node, power, span=node.span)
    return node


def _argument(parser: Parser, prefix: Prefix, *, tight: bool) -> Node:
    after = parser.place
    logarithm = prefix.detail in ("log", "log2")
    if parser.at("-"):
        return parser.term()
    if parser.at(*_BRACKETS) or parser.peek.kind == "open":
        first = parser.operand() if logarithm or prefix.detail == "det" else parser.group()
        if prefix.takes == "product" and parser.goes_on():
            parser.doubt("scope", after)
            if parser.flipped("scope", after):
                return parser.product(first, _HALTS)
        return first
    narrow = prefix.takes == "factor" or tight
    if prefix.takes == "product" and parser.flipped("scope", after):
        narrow = not narrow
    if narrow:
        node = parser.factor(_HALTS)
        if prefix.takes == "product" and parser.goes_on():
            parser.doubt("scope", after)
        return node
    node = parser.product(halts=_HALTS)
    if isinstance(node, Product) or (isinstance(node, Quotient) and parser.pieces[after].text != "\\frac"):
        parser.doubt("scope", after)
    return node


def _applied(detail: str, argument: Node, base: Node | None, span: Span) -> Node:
    if detail == "log":
        return Log(argument, base, span=span)
    if detail == "log2":
        return Log(argument, base or Number("2", span=span), span=span)
    if detail == "exp":
        return Exp(argument, span=span)
    return Determinant(argument, span=span) if detail == "det" else Trace(argument, span=span)


# --- atoms ----------------------------------------------------------------------------------------------------------


def infinity_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    return Infinity(span=Span(piece.start, piece.end))


def dots_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    return Dots(span=Span(piece.start, piece.end))


def constant_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    start = parser.place - 1
    if parser.at("_"):
        read_subscripts(parser)
    if parser.at(".") and parser.place + 1 < len(parser.pieces):
        parser.advance()
    if piece.word.endswith(_PREPOSITIONS) and parser.begins_operand(parser.peek):
        parser.operand()
    return Constant(span=parser.span(start))


def placeholder_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    return Placeholder(span=Span(piece.start, piece.end))


def root_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    start = parser.place - 1
    degree: Node | None = None
    if parser.at("["):
        degree = parser.group()
    if parser.at("("):
        body = parser.group()
    elif piece.word == "√" and parser.begins_operand(parser.peek) and parser.peek.kind != "open":
        body = parser.operand()
    else:
        body = parser.argument(piece, "\\sqrt{x}")
    return Sqrt(body, degree, span=parser.span(start))


def binomial_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    start = parser.place - 1
    top = parser.argument(piece, "\\binom{n}{k}")
    bottom = parser.argument(piece, "\\binom{n}{k}")
    return Binomial(top, bottom, span=parser.span(start))


# --- fractions and derivatives --------------------------------------------------------------------------------------


def fraction_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    start = parser.place - 1
    letter = _derivative_letter(parser)
    if letter == "delta":
        raise failures.unsupported(parser.pieces[start], "functional derivatives are not taken in")
    if letter is not None:
        return _derivative(parser, letter, start)
    numerator = parser.argument(piece, "\\frac{a}{b}")
    denominator = parser.argument(piece, "\\frac{a}{b}")
    return Quotient(numerator, denominator, span=parser.span(start))


def _range(parser: Parser, place: int) -> tuple[int, int]:
    """Where the content of the argument at `place` begins and ends."""
    if place < len(parser.pieces) and parser.pieces[place].kind == "open":
        return place + 1, parser.structure.partner[place]
    return place, place + 1


def _derivative_letter(parser: Parser) -> str | None:
    r"""`\partial` or `d` when the fraction that begins here is a derivative: both arguments begin with it."""
    pieces = parser.pieces
    low, high = _range(parser, parser.place)
    below = high + (pieces[high].kind == "close" if high < len(pieces) and low == parser.place + 1 else 0)
    if low >= len(pieces) or below >= len(pieces):
        return None
    bottom, end = _range(parser, below)
    if bottom >= len(pieces) or not (_is_letter(pieces[low]) and _is_letter(pieces[bottom])):
        return None
    if pieces[low].text != pieces[bottom].text or low in parser.structure.differentials:
        return None
    if pieces[low].text == "delta":
        functional = all(after < len(pieces) and pieces[after].kind == "name" for after in (low + 1, bottom + 1))
        return "delta" if functional else None
    return pieces[low].text if _only_variables(parser, bottom, end, pieces[low].text) else None


def _is_letter(piece: Piece) -> bool:
    """Whether a derivative is written with this: a round or straight d, or the delta of a functional derivative."""
    return piece.text == "\\partial" or (
        piece.text in ("d", "delta") and piece.kind == "name" and piece.font in ("", "roman", "text")
    )


def _only_variables(parser: Parser, low: int, high: int, letter: str) -> bool:
    """Whether a denominator is `dx`, `dx^2` or `dx dy` and nothing else."""
    place, pieces = low, parser.pieces
    while place < high:
        if pieces[place].text != letter:
            return False
        place += 1
        while place < high and pieces[place].text in ACCENTS and pieces[place].kind != "name":
            place += 1
        if place >= high or pieces[place].kind not in ("name", "open"):
            return False
        place = parser.structure.partner.get(place, place) + 1
        while place + 1 < high and pieces[place].text in ("_", "^"):
            place = parser.structure.partner.get(place + 1, place + 1) + 1
        while place < high and pieces[place].text in ("'", "\\top"):
            place += 1
    return True


def _derivative(parser: Parser, letter: str, start: int) -> Node:
    braced = parser.peek.kind == "open"
    if braced:
        parser.advance()
    parser.advance()
    ordered = parser.at("^")
    if ordered:
        parser.argument(parser.advance(), "\\partial^2")
    body: Node | None = None
    if braced:
        if parser.peek.kind != "close":
            parser.frames.append("none")
            body = parser.product()
            parser.frames.pop()
        parser.expect("}", "the end of the numerator")
    parser.expect("{", "the denominator of the derivative")
    wrt: list[Node] = []
    while parser.peek.kind != "close":
        parser.advance()
        wrt.extend(_variable(parser, ordered))
    parser.advance()
    if body is None:
        body = _differentiated(parser, start)
    return Derivative(body, tuple(wrt), letter == "\\partial", span=parser.span(start))


def _variable(parser: Parser, ordered: bool = False) -> list[Node]:
    """The variable behind a `\\partial` or `d`, repeated for its order; `x^\\top` counts as `x`.

    Without an order above, `\\partial / \\partial \\sigma^2` is a derivative by the square.
    """
    at = parser.place
    if parser.peek.kind == "open":
        return [parser.group()]
    name = bare_name(parser)
    if not isinstance(name, Name):
        return [name]
    name, scripts = read_name_scripts(parser, name, at)
    times = 1
    if isinstance(scripts.exponent, Number) and scripts.exponent.text.isdigit():
        if not ordered:
            return [Power(name, scripts.exponent, span=parser.span(at))]
        times = min(int(scripts.exponent.text), 9)
    return [name] * times


def _differentiated(parser: Parser, start: int) -> Node:
    """What stands behind a derivative written as an operator: the product, or in the other reading one factor."""
    after = parser.place
    if not parser.begins_operand(parser.peek):
        raise failures.missing_body(parser.pieces[start], "the derivative")
    if parser.flipped("derivative", after):
        node = parser.factor()
        if parser.goes_on():
            parser.doubt("derivative", after)
        return node
    node = parser.product()
    if isinstance(node, Product):
        parser.doubt("derivative", after)
    return node


def gradient_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    start = parser.place - 1
    wrt: tuple[Node, ...] = ()
    while parser.at("_", "^"):
        if parser.at("^"):
            raise failures.unsupported(piece, "only first gradients are read")
        if wrt:
            raise failures.double_script(parser.peek, "subscript")
        wrt = read_subscripts(parser)
    body = _steep(parser, piece)
    return Gradient(body, wrt, span=parser.span(start))


def partial_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    r"""`\partial_\mu f`."""
    start = parser.place - 1
    if not parser.at("_"):
        return _inline(parser, piece, start)
    wrt = read_subscripts(parser)
    return Derivative(_steep(parser, piece), wrt, True, span=parser.span(start))


def _inline(parser: Parser, piece: Piece, start: int) -> Node:
    r"""`\partial f / \partial x`, or `dz/dx`, in one line."""
    if not parser.begins_operand(parser.peek):
        raise failures.missing_argument(piece, "\\partial_x f")
    body = parser.operand()
    after = parser.place + 1
    if not parser.at("/") or after >= len(parser.pieces) or parser.pieces[after].text != piece.text:
        raise failures.missing_argument(piece, "\\partial f / \\partial x")
    parser.advance()
    parser.advance()
    if parser.peek.kind != "name" and parser.peek.text not in ACCENTS:
        raise failures.missing_argument(piece, "\\partial f / \\partial x")
    return Derivative(body, tuple(_variable(parser)), piece.text == "\\partial", span=parser.span(start))


def inline_derivative(parser: Parser) -> Node | None:
    """The derivative `dz/dx` that begins here, if one does."""
    pieces, place = parser.pieces, parser.place
    if pieces[place].text != "d" or place + 4 >= len(pieces) or pieces[place + 1].kind != "name":
        return None
    slash = place + 2
    while slash + 1 < len(pieces) and pieces[slash].text in ("_", "^"):
        slash = parser.structure.partner.get(slash + 1, slash + 1) + 1
    if slash + 2 >= len(pieces) or [pieces[slash].text, pieces[slash + 1].text] != ["/", "d"]:
        return None
    if pieces[slash + 2].kind != "name" or place in parser.structure.differentials:
        return None
    return _inline(parser, parser.advance(), place)


def _steep(parser: Parser, piece: Piece) -> Node:
    """What a gradient is taken of: one factor, a whole sum or integral; in the other reading the whole product."""
    after = parser.place
    if not parser.begins_operand(parser.peek):
        raise failures.missing_body(piece, "the gradient")
    outside = parser.tight
    if parser.flipped("gradient", after):
        node = parser.product()
        if isinstance(node, Product):
            parser.doubt("gradient", after)
        return node
    parser.tight = parser.at("\\log", "\\ln", "\\lg")
    node = parser.factor()
    parser.tight = outside
    if parser.goes_on():
        parser.doubt("gradient", after)
    return node
