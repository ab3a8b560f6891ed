r"""Rules for what binds variables: integrals, sums and products, extrema."""

from __future__ import annotations

from collections.abc import Sequence

from symelbo.reading.parsing import failures
from symelbo.reading.parsing.expectations import given_list
from symelbo.reading.parsing.names import bare_name, read_name_scripts
from symelbo.reading.parsing.nodes import (
    Arguments,
    BigProduct,
    BigSum,
    Call,
    Dots,
    Extremum,
    Integral,
    IntegralVariable,
    Name,
    Negative,
    Node,
    Number,
    Product,
    Relation,
    Sum,
)
from symelbo.reading.parsing.operators import RELATIONS, Prefix
from symelbo.reading.parsing.parser import Parser
from symelbo.reading.parsing.plain import Piece
from symelbo.reading.parsing.syntax import children
from symelbo.reading.sources.tokens import Span

__all__ = [
    "big_rule",
    "differential_rule",
    "extremum_rule",
    "integral_rule",
]

# --- integrals ------------------------------------------------------------------------------------------------------


def differential_rule(parser: Parser) -> Node:
    """`dz`, `\\mathrm{d}z`, `d^n z`: the variable."""
    start = parser.place
    letter = parser.advance()
    if parser.at("^"):
        parser.argument(parser.advance(), "d^n x")
    if parser.peek.kind == "open":
        variable = parser.group()
    else:
        at = parser.place
        variable = bare_name(parser)
        if isinstance(variable, Name):
            variable, scripts = read_name_scripts(parser, variable, at)
            if not scripts.empty:
                raise failures.unexpected(letter, "a variable without a power behind the d")
            if parser.at("(") and not parser.peek.spaced and parser.plain(parser.place):
                raise failures.unsupported(letter, "write the measure as a density times `dx`")
    return IntegralVariable(variable, span=parser.span(start))


def integral_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    place = parser.place - 1
    below, above = _bounds(parser)
    variables = _differentials(parser, place)
    after = parser.place
    body: Node | None = None
    ends = parser.place in parser.structure.differentials and not variables
    if not ends:
        if not (parser.begins_operand(parser.peek) or parser.at("+", "-")) and not variables:
            raise failures.missing_body(piece, "the integral sign")
        if variables and not parser.begins_operand(parser.peek):
            raise failures.missing_body(piece, "the integral sign")
        if variables:
            body = parser.term()
        elif place in parser.structure.closed:
            body = parser.sum()
        else:
            body = parser.sum() if parser.flipped("integral", after) else parser.term()
            if place not in parser.inner and (parser.at("+", "-") or isinstance(body, Sum)):
                parser.doubt("integral", after)
    if place in parser.structure.closed and not variables:
        variables = _differentials(parser, place)
        if not variables:
            raise parser.stuck("the differential of the integral")
    if body is None:
        body = _one(parser, after)
    variables += [one for one in parser.inner.pop(place, []) if isinstance(one, IntegralVariable)]
    return _integral(parser, below, above, variables, body, place)


def _one(parser: Parser, place: int) -> Node:
    piece = parser.pieces[min(place, len(parser.pieces) - 1)]
    return Number("1", span=Span(piece.start, piece.start))


def _bounds(parser: Parser) -> tuple[tuple[Node, ...], Node | None]:
    """Subscript and superscript behind a sum or integral sign."""
    below: tuple[Node, ...] = ()
    above: Node | None = None
    while parser.at("_", "^"):
        sign = parser.advance()
        if sign.text == "_":
            if below:
                raise failures.double_script(sign, "subscript")
            below = _script_items(parser)
        elif above is not None:
            raise failures.double_script(sign, "superscript")
        else:
            above = parser.argument(sign, "\\sum_{i=1}^{n}")
    return below, above


def _script_items(parser: Parser) -> tuple[Node, ...]:
    """A subscript as a list of items; without braces one thing, or a sign and one thing."""
    if parser.at("-", "+"):
        return (parser.operand(),)
    return parser.items_of_script()


def _differentials(parser: Parser, owner: int) -> list[IntegralVariable]:
    """The differentials of one integral that stand here."""
    found: list[IntegralVariable] = []
    while True:
        differential = parser.structure.differentials.get(parser.place)
        if differential is not None and differential.integral == owner:
            node = parser.rules.differential(parser)
            if isinstance(node, IntegralVariable):
                found.append(node)
        elif found and parser.at("\\dots") and parser.place + 1 in parser.structure.differentials:
            dots = parser.advance()
            span = Span(dots.start, dots.end)
            found.append(IntegralVariable(Dots(span=span), span=span))
        else:
            return found


def _integral(
    parser: Parser,
    below: tuple[Node, ...],
    above: Node | None,
    variables: list[IntegralVariable],
    body: Node,
    place: int,
) -> Node:
    span = parser.span(place)
    domain: Node | None = None
    if variables:
        if above is not None or (below and below[0] not in [one.variable for one in variables]):
            low = below[0] if below else None
            if isinstance(low, Relation):
                low = low.right
            if above is None:
                domain = low
            else:
                first = variables[0]
                variables = [IntegralVariable(first.variable, low, above, span=first.span), *variables[1:]]
        return Integral(tuple(variables), body, domain, span=span)
    for item in below:
        if isinstance(item, Relation):
            domain, item = item.right, item.left
        variables.append(IntegralVariable(item, span=item.span))
    if above is not None and len(variables) == 1:
        raise failures.missing_argument(parser.pieces[place], "\\int_0^1 f(x)\\,dx")
    return Integral(tuple(variables), body, domain, span=span)


# --- sums and products ----------------------------------------------------------------------------------------------


def big_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    start = parser.place - 1
    below, above = _bounds(parser)
    if not (parser.begins_operand(parser.peek) or parser.at("+", "-")):
        raise failures.missing_body(piece, "the sum sign" if prefix.detail == "sum" else "the product sign")
    after = parser.place
    body = parser.term()
    variables, lower, conditions = _index(below)
    if above is None:
        variables, lower, above, conditions = _ends_below(variables, lower, conditions, prefix.detail == "product")
    tail: tuple[Node, ...] = ()
    if prefix.detail == "product" and isinstance(body, Product):
        body, tail = _without_tail(parser, body, variables, after)
    kind = BigSum if prefix.detail == "sum" else BigProduct
    if prefix.detail == "sum":
        body = _with_later_terms(parser, body, variables, after)
    end = max(body.span.end, parser.pieces[start].end) if tail else parser.span(start).end
    span = Span(parser.pieces[start].start, end)
    parser.pending.extend(tail)
    return kind(body, variables, lower, above, conditions, span=span)


def _index(below: tuple[Node, ...]) -> tuple[tuple[Node, ...], Node | None, tuple[Node, ...]]:
    """Variables, lower bound and conditions of the items under a sum sign."""
    variables: list[Node] = []
    conditions: list[Node] = []
    lower: Node | None = None
    for item in below:
        if not isinstance(item, Relation):
            variables.append(item)
        elif item.sign == "=" and lower is None:
            variables.append(item.left)
            lower = item.right
        else:
            conditions.append(item)
            subject = item.left if isinstance(item.left, Name) else item.right
            if subject not in variables and isinstance(subject, Name) and not variables:
                variables.append(subject)
    return tuple(variables), lower, tuple(conditions)


Ends = tuple[tuple[Node, ...], Node | None, Node | None, tuple[Node, ...]]


def _ends_below(variables: tuple[Node, ...], lower: Node | None, conditions: tuple[Node, ...], product: bool) -> Ends:
    r"""Both ends where they stand below the sign: `i = 1, \dots, n`, `1 \le i \le n`; a product begins with one."""
    if lower is not None and len(variables) == 3 and isinstance(variables[1], Dots) and not conditions:
        return variables[:1], lower, variables[2], ()
    ordered = [item for item in conditions if isinstance(item, Relation) and item.sign in ("\\le", "<")]
    if lower is not None or len(variables) != 1 or len(ordered) != len(conditions) or not ordered:
        return variables, lower, None, conditions
    (index,), last = variables, ordered[-1]
    if last.left != index or not isinstance(last.right, Name | Sum):
        return variables, lower, None, conditions
    if len(ordered) == 2 and ordered[0].right == index and ordered[0].sign == "\\le":
        first = ordered[0].left
    elif len(ordered) == 1 and product:
        first = Number("1", span=last.span)
    else:
        return variables, lower, None, conditions
    one = Negative(Number("1", span=last.span), span=last.span)
    upper = last.right if last.sign == "\\le" else Sum((last.right, one), span=last.span)
    return variables, first, upper, ()


def _with_later_terms(parser: Parser, body: Node, variables: tuple[Node, ...], after: int) -> Node:
    r"""Terms behind a sum that carry its index belong to it: `\sum_i x_i \log y_i + (1 - x_i) \log(1 - y_i)`."""
    index = {one.text for one in variables if isinstance(one, Name) and not one.subscripts}
    count = _terms_with(parser, index) if index and _carries(parser.pieces[after : parser.place], index) else 0
    if not count:
        return body
    parser.doubt("sum", after)
    if parser.flipped("sum", after):
        return body
    terms = [body]
    for _ in range(count):
        sign = parser.advance()
        term = parser.term()
        terms.append(Negative(term, span=Span(sign.start, term.span.end)) if sign.text == "-" else term)
    return Sum(tuple(terms), span=Span(body.span.start, terms[-1].span.end))


def _terms_with(parser: Parser, index: set[str]) -> int:
    """How many terms stand behind, up to the last one that carries the index."""
    pieces, partner = parser.pieces, parser.structure.partner
    place, count, wanted = parser.place, 0, 0
    while place < len(pieces) and pieces[place].text in ("+", "-"):
        start = place = place + 1
        while place < len(pieces):
            piece, other = pieces[place], partner.get(place, place)
            if other < place or piece.text in _ENDS or piece.text in RELATIONS:
                break
            if piece.text in ("+", "-") and place > start:
                break
            place = other + 1
        count += 1
        if _carries(pieces[start:place], index):
            wanted = count
    return wanted


_ENDS = frozenset((",", ";", "|", ")", "]", "}", "\\}", "\\rangle"))
_SIGNS = frozenset(("\\sum", "\\prod"))


def _carries(pieces: Sequence[Piece], index: set[str]) -> bool:
    """Whether an index occurs in a run of pieces that has no sum of its own over it."""
    found = any(piece.text in index and piece.kind == "name" for piece in pieces)
    own = any(
        piece.text in _SIGNS and any(one.text in index for one in pieces[place + 1 : place + 4])
        for place, piece in enumerate(pieces)
    )
    return found and not own


def _without_tail(
    parser: Parser, body: Product, variables: tuple[Node, ...], after: int
) -> tuple[Node, tuple[Node, ...]]:
    r"""Factors at the end of a product's body that lack its index stand outside: `\prod_t p(x_t) p(y)`."""
    index = [one for one in variables if isinstance(one, Name)]
    factors = body.factors
    count = len(factors)
    while index and count > 1 and not _mentions(factors[count - 1], index):
        count -= 1
    if count == len(factors) or not any(_mentions(one, index) for one in factors[:count]):
        return body, ()
    parser.doubt("tail", after)
    if parser.flipped("tail", after):
        return body, ()
    kept = factors[:count]
    span = Span(kept[0].span.start, kept[-1].span.end)
    return (kept[0] if count == 1 else Product(kept, span=span)), factors[count:]


def _mentions(node: Node, index: list[Node] | list[Name]) -> bool:
    """Whether a name of the index occurs free."""
    stack: list[Node] = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, Name) and any(top == one for one in index):
            return True
        if isinstance(top, (BigSum, BigProduct)) and any(one in top.variables for one in index):
            stack.extend(part for part in (top.lower, top.upper) if part is not None)
            continue
        stack.extend(children(top))
    return False


# --- extrema --------------------------------------------------------------------------------------------------------


def extremum_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    start = parser.place - 1
    below, above = _bounds(parser)
    if above is not None:
        raise failures.unexpected(piece, "an extremum without a superscript")
    variables, _, conditions = _index(below)
    if not (parser.begins_operand(parser.peek) or parser.at("+", "-")):
        if below or prefix.detail in ("sup", "inf"):
            raise failures.missing_body(piece, f"`{prefix.detail}`")
        return Name(prefix.detail, "roman", span=parser.span(start))
    if not below and parser.at("(", "[", "\\{") and parser.level(parser.place).commas:
        name = Name(prefix.detail, "roman", span=Span(piece.start, piece.end))
        opening_at = parser.place
        opening = parser.advance()
        values, given = given_list(parser, parser.structure.partner[opening_at])
        parser.place = parser.structure.partner[opening_at] + 1
        return Call(
            name, Arguments(values, given, bracket=opening.text, span=parser.span(opening_at)), span=parser.span(start)
        )
    after = parser.place
    body = parser.term() if parser.flipped("extremum", after) else parser.sum()
    if isinstance(body, Sum) or parser.at("+", "-"):
        parser.doubt("extremum", after)
    return Extremum(prefix.detail, body, variables, conditions, span=parser.span(start))
