r"""Rules for names: accents, subscripts, superscripts that are powers and superscripts that are not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symelbo.reading.parsing import failures
from symelbo.reading.parsing.nodes import (
    Accented,
    Call,
    Dots,
    Except,
    Exp,
    Factorial,
    Inverse,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Power,
    Product,
    Range,
    Relation,
    Subscripted,
    Sum,
    Transpose,
    Tuple,
)
from symelbo.reading.parsing.operators import ACCENTS, FUNCTION_LETTERS, RELATIONS
from symelbo.reading.parsing.parser import Parser
from symelbo.reading.parsing.plain import Piece
from symelbo.reading.parsing.syntax import walk
from symelbo.reading.sources.tokens import Span

__all__ = [
    "Scripts",
    "accented",
    "apply_scripts",
    "bare_name",
    "general_scripts",
    "may_be_label",
    "read_name_scripts",
    "subscripts",
]

_MARKS = frozenset(("*", "\\star", "\\ast", "\\dagger", "\\circ", "\\bullet", "+", "-", "\\times"))
_STARS = frozenset(("*", "\\star", "\\ast"))
_LEADING_RANGES = {"<": (True, True), "\\le": (True, False), ">": (False, True), "\\ge": (False, False)}
_TRANSPOSES = frozenset(("top",))


@dataclass(frozen=True, slots=True)
class Scripts:
    """Scripts that are operations: a power, or the marks of inverse and transpose; `sure` is false for a plain `T`."""

    exponent: Node | None = None
    inverse: bool = False
    transpose: bool = False
    sure: bool = True

    @property
    def empty(self) -> bool:
        return self.exponent is None and not self.inverse and not self.transpose


# --- names ----------------------------------------------------------------------------------------------------------


def bare_name(parser: Parser) -> Node:
    r"""A name with its accents and no scripts; an accent over more than a name is an `Accented`."""
    piece = parser.peek
    if piece.text in ACCENTS and piece.kind != "name":
        return accented(parser)
    parser.advance()
    return Name(piece.text, piece.font, span=Span(piece.start, piece.end))


def accented(parser: Parser) -> Node:
    start = parser.place
    command = parser.advance()
    accent = ACCENTS[command.text]
    body = parser.argument(command, f"{command.text}{{x}}")
    if isinstance(body, Name):
        return replace(body, accents=(*body.accents, accent), span=parser.span(start))
    return Accented(body, accent, span=parser.span(start))


def read_name_scripts(parser: Parser, name: Name, start: int) -> tuple[Name, Scripts]:
    """The name with its subscripts, primes and label, and the operations that stand in its superscript."""
    scripts = Scripts()
    while parser.at("_", "^", "'"):
        if parser.at("'"):
            parser.advance()
            name = replace(name, primes=name.primes + 1)
        elif parser.at("_"):
            sign = parser.peek
            found = subscripts(parser)
            if name.subscripts and found:
                raise failures.double_script(sign, "subscript")
            name = replace(name, subscripts=found or name.subscripts)
        else:
            sign = parser.peek
            name, read = _superscript(parser, name)
            if not read.empty and not scripts.empty:
                raise failures.double_script(sign, "superscript")
            scripts = scripts if read.empty else read
    if parser.at("*") and _starred(parser, name):
        star = parser.advance()
        name = replace(name, label=Name("*", span=Span(star.start, star.end)))
    return replace(name, span=parser.span(start)), scripts


def _starred(parser: Parser, name: Name) -> bool:
    """Whether `q*(z)` in plain text is the starred density and no product."""
    after = parser.place + 1
    return (
        after < len(parser.pieces)
        and name.text in FUNCTION_LETTERS
        and not parser.peek.spaced
        and parser.pieces[after].text == "("
        and not parser.pieces[after].spaced
        and parser.plain(after)
    )


def _superscript(parser: Parser, name: Name) -> tuple[Name, Scripts]:
    sign = parser.advance()
    piece = parser.peek
    if piece.kind != "open":
        return _short_superscript(parser, name, sign)
    close = parser.structure.partner[parser.place]
    inside = parser.pieces[parser.place + 1 : close]
    if not inside:
        parser.place = close + 1
        return name, Scripts()
    if all(one.text == "'" for one in inside):
        parser.place = close + 1
        return replace(name, primes=name.primes + len(inside)), Scripts()
    if inside[0].text in _STARS and len(inside) > 1:
        raise failures.unsupported(inside[0], "write the star and the power in brackets: `(q^*)^2`")
    if len(inside) == 1 and (inside[0].text in _MARKS or inside[0].text in _TRANSPOSES or inside[0].kind == "text"):
        parser.advance()
        read = _short_superscript(parser, name, sign)
        parser.expect("}", "the end of the superscript")
        return read
    if parser.level(parser.place).colons or inside[0].text in _LEADING_RANGES:
        found = subscript_items(parser)
        return replace(
            name, label=found[0] if len(found) == 1 else Tuple(found, span=Span(piece.start, piece.end))
        ), Scripts()
    bracketed = inside[0].text in ("(", "[") and parser.structure.partner[parser.place + 1] == close - 1
    exponent = parser.group()
    if bracketed:
        return replace(name, label=exponent), Scripts()
    return name, _operation(exponent)


def _short_superscript(parser: Parser, name: Name, sign: Piece) -> tuple[Name, Scripts]:
    """A superscript of one piece."""
    piece = parser.peek
    if piece.text == "'":
        parser.advance()
        return replace(name, primes=name.primes + 1), Scripts()
    after = parser.pieces[parser.place + 1] if parser.place + 1 < len(parser.pieces) else None
    if piece.text == "-" and after is not None and after.kind in ("name", "number") and not after.spaced:
        return name, _operation(parser.operand())
    if piece.text in _MARKS:
        parser.advance()
        text = "*" if piece.text in _STARS else piece.text
        return replace(name, label=Name(text, span=Span(piece.start, piece.end))), Scripts()
    if piece.kind == "text" or (piece.kind == "name" and len(piece.text) > 1 and piece.font in ("text", "roman")):
        parser.advance()
        return replace(name, label=Name(piece.text, piece.font, span=Span(piece.start, piece.end))), Scripts()
    return name, _operation(parser.argument(sign, "x^{n}"))


def _operation(exponent: Node) -> Scripts:
    """What a superscript does: transpose, invert, or raise to a power."""
    inverse = isinstance(exponent, Negative)
    core = exponent.body if isinstance(exponent, Negative) else exponent
    if isinstance(core, Number) and core.text == "1" and inverse:
        return Scripts(inverse=True)
    if isinstance(core, Name) and not core.subscripts and core.label is None:
        if core.text in _TRANSPOSES:
            return Scripts(transpose=True, inverse=inverse)
        if core.text == "T":
            return Scripts(transpose=True, inverse=inverse, sure=core.font != "" or inverse)
    return Scripts(exponent=exponent)


def apply_scripts(node: Node, scripts: Scripts, end: int) -> Node:
    """The node under its superscript."""
    span = Span(node.span.start, max(end, node.span.end))
    if scripts.exponent is not None:
        return Power(node, scripts.exponent, may_be_label(node, scripts.exponent), span=span)
    if scripts.inverse:
        node = Inverse(node, span=span)
    return Transpose(node, scripts.sure, span=span) if scripts.transpose else node


def may_be_label(base: Node, exponent: Node) -> bool:
    """Whether a superscript could be an index: it stands on a name and is made of names and numbers only."""
    if not isinstance(base, Name) or isinstance(exponent, Number):
        return False
    parts = tuple(walk(exponent))
    return all(isinstance(part, (Name, Number, Sum, Negative)) for part in parts) and any(
        isinstance(part, Name) for part in parts
    )


def general_scripts(parser: Parser, node: Node, start: int) -> Node:
    """Scripts behind something that is no name: powers, subscripts on brackets, factorials."""
    while parser.at("^", "_", "!", "'"):
        piece = parser.peek
        if piece.text == "!":
            parser.advance()
            node = Factorial(node, span=parser.span(start))
        elif piece.text == "_":
            node = _subscripted(node, subscripts(parser), parser.span(start))
        elif piece.text == "'":
            parser.advance()
            node = Transpose(node, False, span=parser.span(start))
        else:
            dummy, scripts = _superscript(parser, Name("", span=node.span))
            if dummy.label is not None or dummy.primes:
                if isinstance(node, Call):
                    node = _label_call(node, dummy)
                    continue
                if dummy.label is None:
                    raise failures.unexpected(piece, "a power")
                node = Power(node, dummy.label, span=parser.span(start))
                continue
            node = apply_scripts(node, scripts, parser.span(start).end)
    return node


def _subscripted(node: Node, indices: tuple[Node, ...], span: Span) -> Node:
    """A subscript on brackets; behind `\\|x\\|^2` it is the order of the norm."""
    if isinstance(node, Power) and isinstance(node.base, Norm) and node.base.order is None and len(indices) == 1:
        return replace(node, base=replace(node.base, order=indices[0]), span=span)
    return Subscripted(node, indices, span=span)


def _label_call(call: Call, dummy: Name) -> Call:
    """`q(z)^*` says the same as `q^*(z)`."""
    function = call.function
    if isinstance(function, Name):
        function = replace(function, label=dummy.label or function.label, primes=function.primes + dummy.primes)
    return replace(call, function=function)


def exponential(name: Name, scripts: Scripts, end: int) -> Node | None:
    """`e^{...}` is the exponential function."""
    if name.text != "e" or name.font not in ("", "roman") or name.accents or name.subscripts or name.primes:
        return None
    span = Span(name.span.start, end)
    if scripts.exponent is not None:
        return Exp(scripts.exponent, span=span)
    if scripts.inverse and not scripts.transpose:
        return Exp(Negative(Number("1", span=span), span=span), span=span)
    return None


# --- subscripts -----------------------------------------------------------------------------------------------------


def subscripts(parser: Parser) -> tuple[Node, ...]:
    r"""`_i`, `_{ij}`, `_{1:T}`, `_{<t}`, `_{-j}`, `_{\text{old}}`: the subscripts, one node each."""
    sign = parser.advance()
    piece = parser.peek
    if piece.text in _MARKS:
        parser.advance()
        return (Name("*" if piece.text in _STARS else piece.text, span=Span(piece.start, piece.end)),)
    if piece.kind == "text":
        parser.advance()
        return (Name(piece.text, "text", span=Span(piece.start, piece.end)),)
    if piece.text in _LEADING_RANGES:  # z_<t without braces, as in plain text
        return (_index(parser, len(parser.pieces), short=True),)
    if piece.kind != "open":
        return (parser.argument(sign, "x_{i}"),)
    return subscript_items(parser)


def subscript_items(parser: Parser) -> tuple[Node, ...]:
    """The items between the braces of a script, ranges and exceptions among them."""
    close = parser.structure.partner[parser.place]
    parser.advance()
    parser.frames.append("list")
    found: list[Node] = []
    while parser.place < close:
        found.extend(_split(_index(parser, close)))
        if parser.place < close:
            if not parser.at(",", ";"):
                raise parser.stuck("a comma or the end of the subscript")
            parser.advance()
    parser.frames.pop()
    parser.place = close + 1
    return tuple(found)


def _index(parser: Parser, close: int, *, short: bool = False) -> Node:
    start = parser.place
    piece = parser.peek
    alone = parser.place + 1 == close or (
        parser.place + 1 < len(parser.pieces) and parser.pieces[parser.place + 1].text in (",", ";")
    )
    if alone and (piece.text in _MARKS or piece.kind == "text"):
        parser.advance()
        return Name(
            "*" if piece.text in _STARS else piece.text,
            "text" if piece.kind == "text" else "",
            span=Span(piece.start, piece.end),
        )
    if piece.text in _LEADING_RANGES:
        upper, open_ = _LEADING_RANGES[piece.text]
        parser.advance()
        end = parser.operand() if short else parser.sum()
        span = parser.span(start)
        return Range(None, end, upper_open=open_, span=span) if upper else Range(end, None, lower_open=open_, span=span)
    if piece.text in ("\\setminus", "\\ne"):
        parser.advance()
        return Except(parser.sum(), span=parser.span(start))
    if piece.text == ":":
        parser.advance()
        return Range(None, parser.sum(), span=parser.span(start))
    negative = piece.text == "-"
    node = parser.sum()
    if negative and isinstance(node, Negative) and isinstance(node.body, Name):
        return Except(node.body, span=node.span)
    if parser.at(":"):
        parser.advance()
        upper_end = parser.sum() if parser.place < close and not parser.at(",") else None
        return Range(node, upper_end, span=parser.span(start))
    if parser.at(*RELATIONS) or parser.at("|", "\\setminus"):
        sign = parser.advance()
        return Relation(sign.text, node, parser.sum(), span=parser.span(start))
    return node


def _split(node: Node) -> tuple[Node, ...]:
    """`ij` is two indices, `1 \\dots T` is a range; every other product is one index."""
    if not isinstance(node, Product):
        return (node,)
    factors = node.factors
    if len(factors) == 3 and isinstance(factors[1], Dots):
        return (Range(factors[0], factors[2], span=node.span),)
    if all(isinstance(part, Name) for part in factors):
        return factors
    return (node,)
