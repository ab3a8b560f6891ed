r"""Rules for names with brackets: calls, densities, divergences, entropies, mutual information, distributions."""

from __future__ import annotations

from dataclasses import replace

from symelbo.reading.parsing import failures
from symelbo.reading.parsing.expectations import expectation_letter, reads_as_expectation, reads_as_variance, variance
from symelbo.reading.parsing.functions import inline_derivative
from symelbo.reading.parsing.names import (
    Scripts,
    apply_scripts,
    bare_name,
    exponential,
    general_scripts,
    may_be_label,
    read_name_scripts,
)
from symelbo.reading.parsing.nodes import (
    Arguments,
    Call,
    Distribution,
    Divergence,
    Entropy,
    Inverse,
    MutualInformation,
    Name,
    Node,
    Number,
    Power,
)
from symelbo.reading.parsing.operators import DIVERGENCES, ELEMENTARY, FAMILIES, FUNCTION_LETTERS, Prefix
from symelbo.reading.parsing.parser import Parser
from symelbo.reading.parsing.plain import Piece
from symelbo.reading.parsing.scripts import GREEK
from symelbo.reading.parsing.syntax import height, outline
from symelbo.reading.sources.tokens import Span

__all__ = ["arguments", "divergence_rule", "is_order", "name_rule", "named_rule"]

_SYMBOL_FONTS = frozenset(("", "bb", "cal", "roman", "text", "sf", "script", "bold"))
_LETTER_FAMILIES = {("cal", "N"): "normal", ("script", "N"): "normal", ("", "N"): "normal", ("roman", "N"): "normal",
                    ("cal", "U"): "uniform", ("", "U"): "uniform", ("roman", "U"): "uniform"}  # fmt: skip


# --- entry points ---------------------------------------------------------------------------------------------------


def name_rule(parser: Parser) -> Node:
    """An operand that begins with a name or an accent."""
    start = parser.place
    if reads_as_expectation(parser):
        return expectation_letter(parser)
    if reads_as_variance(parser):
        return variance(parser)
    if parser.at("d") and (derivative := inline_derivative(parser)) is not None:
        return derivative
    node = bare_name(parser)
    return named_rule(parser, node, start)


def named_rule(parser: Parser, node: Node, start: int) -> Node:
    """What a name becomes with the scripts and brackets behind it; anything else only gets its scripts."""
    if not isinstance(node, Name):
        return general_scripts(parser, node, start)
    name, scripts = read_name_scripts(parser, node, start)
    end = parser.span(start).end
    if (power := exponential(name, scripts, end)) is not None:
        return power
    opening = _opening(parser)
    if opening is not None and not scripts.transpose:
        found = _special(parser, name, scripts, start, opening)
        if found is None and _is_call(parser, name, scripts, opening):
            found = _call(parser, name, scripts, start)
        if found is not None:
            return general_scripts(parser, found, start)
    elif opening is None and _names_divergence(name):
        return _written_out(parser, name, start)
    return general_scripts(parser, apply_scripts(name, scripts, end), start)


def divergence_rule(parser: Parser, prefix: Prefix, piece: Piece) -> Node:
    r"""`KL` as a word: with brackets a divergence, else a name."""
    start = parser.place - 1
    name = Name("KL", "roman", span=Span(piece.start, piece.end))
    if parser.at("_", "^", "'"):
        name, scripts = read_name_scripts(parser, name, start)
        if not scripts.empty:
            return apply_scripts(name, scripts, parser.span(start).end)
    opening = _opening(parser)
    if opening is None:
        return _written_out(parser, name, start)
    return _divergence(parser, name, _with_order(name), start, opening)


# --- brackets behind a name -----------------------------------------------------------------------------------------


def _opening(parser: Parser) -> int | None:
    """Where the bracket behind a name opens; braces count when all they hold is a bracket or a list of arguments."""
    if parser.at("(", "[", "\\{"):
        return parser.place
    if parser.peek.kind == "open":
        place = parser.place
        if parser.wraps_bracket(place):
            return place
        level = parser.level(place)
        if level.commas or level.bars or level.doubles:
            return place
    return None


def _special(parser: Parser, name: Name, scripts: Scripts, start: int, opening: int) -> Node | None:
    """The names whose brackets mean something of their own."""
    parser.enter()
    level = parser.level(parser.place)
    bracket = parser.peek.text
    kind = _divergence_kind(name, len(level.doubles))
    node: Node | None = None
    if kind is not None:
        node = _divergence(parser, name, kind, start, parser.place)
    elif name.font in _SYMBOL_FONTS and not name.accents:
        if name.text in ("H", "Ent") and name.font != "bold":
            inside = arguments(parser)
            node = None if _of_parameters(inside) else Entropy(name, inside, span=parser.span(start))
        elif bracket == "\\{":
            pass
        elif name.text in ("I", "MI") and (level.semicolons or (level.commas and name.subscripts)):
            node = _information(parser, name, start)
        elif (family := _family(parser, name)) is not None:
            node = _distribution(parser, name, family, start)
    if node is None:
        parser.place = opening
        return None
    parser.leave(opening)
    return apply_scripts(node, scripts, parser.span(start).end)


def _of_parameters(inside: Arguments) -> bool:
    """Whether the arguments are two values of one parameter: `H(\\theta \\mid \\theta')` is a function of its own."""
    items = (*inside.values, *inside.given, *inside.parameters)
    bases = {base.text for item in items if isinstance(base := item.base if isinstance(item, Power) else item, Name)}
    return len(items) == 2 and len(bases) == 1 and bases <= GREEK


def _names_divergence(name: Name) -> bool:
    """Whether the subscript says KL; `D_{kl}` has two of them."""
    return "".join(one.text if isinstance(one, Name) else "?" for one in name.subscripts) in DIVERGENCES


def _divergence_kind(name: Name, doubles: int) -> str | None:
    if _names_divergence(name) or name.text in DIVERGENCES:
        return _with_order(name, name.text not in DIVERGENCES)
    if name.text == "D" and not name.subscripts and doubles % 2:
        return _with_order(name)
    if doubles % 2 == 0 or name.text in ("p", "q"):
        return None
    return outline(name) if height(name) < 9 else name.head


def _with_order(name: Name, named_below: bool = False) -> str:
    """KL, or what was written where a script is an order of a divergence of another kind (Rényi 1961)."""
    below = () if named_below else name.subscripts
    scripts = (*below, *(() if name.label is None else (name.label,)))
    return outline(name) if any(map(is_order, scripts)) else "KL"


def is_order(node: Node) -> bool:
    """Whether a script is the order of an entropy or divergence; the first order is Shannon's, and Kullback's."""
    return (isinstance(node, Number) and node.text != "1") or (isinstance(node, Name) and node.text == "alpha")


def _divergence(parser: Parser, name: Name, kind: str, start: int, opening: int) -> Node:
    parser.enter()
    bracket = parser.place
    close = parser.structure.partner[bracket]
    separator = _separator(parser, bracket)
    if separator is None:
        raise failures.bare_divergence(parser.pieces[start], _written(name))
    parser.advance()
    outside = parser.separator
    parser.separator = separator
    parser.frames.append("pair")
    left = parser.sum()
    if parser.place != separator:
        raise parser.stuck("the bars between the two densities")
    sign = parser.advance()
    right = parser.sum()
    parser.frames.pop()
    parser.separator = outside
    if parser.place != close:
        raise parser.stuck(f"`{parser.pieces[close].text}`")
    parser.advance()
    if sign.text != "||":
        parser.note(f"read `{sign.text}` between the two densities of a divergence as `\\|`", separator)
    parser.leave(opening)
    return Divergence(kind, left, right, span=parser.span(start))


def _separator(parser: Parser, bracket: int) -> int | None:
    """What separates the two densities: double bars, else a single bar, else a comma or semicolon."""
    level = parser.level(bracket)
    if len(level.doubles) == 2:  # the bars of a norm: some other sign separates
        candidates = level.bars[:1] or level.commas[:1]
        return candidates[0] if candidates else None
    inside = [place for place in level.doubles if place > bracket + 1]
    for places in (inside, level.bars, level.commas, level.semicolons, level.colons):
        if places:
            return places[0]
    return None


def _written_out(parser: Parser, name: Name, start: int) -> Node:
    """A divergence with no brackets behind it is a name for its value."""
    return general_scripts(parser, replace(name, span=parser.span(start)), start)


def _written(name: Name) -> str:
    if name.subscripts:
        return f"{name.text}_{{{outline(name.subscripts[0]).removeprefix('roman ').removeprefix('text ')}}}"
    return name.text


# --- lists of arguments ---------------------------------------------------------------------------------------------


def arguments(parser: Parser) -> Arguments:
    """`(values | given; parameters)`, from the opening bracket to the closing one."""
    start = parser.place
    opening = parser.advance()
    close = parser.structure.partner[start]
    lists: dict[str, list[Node]] = {"": [], "|": [], ";": []}
    current = ""
    parser.frames.append(parser.list_frame(start))
    if parser.place == close:
        raise failures.empty_brackets(opening)
    while parser.place < close:
        if parser.at("|", "||"):
            current = "|"
            parser.advance()
        elif parser.at(";"):
            current = ";"
            parser.advance()
        elif parser.at(",") and lists[current]:
            comma = parser.advance()
            if parser.place == close:
                raise failures.missing_operand(comma, ",")
        elif lists[current] and parser.pieces[parser.place - 1].text != ",":
            raise parser.stuck("a comma or a bracket")
        if parser.place < close and not parser.at("|", "||", ";"):
            parser.item(lists[current], close)
    parser.frames.pop()
    parser.advance()
    return Arguments(tuple(lists[""]), tuple(lists["|"]), tuple(lists[";"]), opening.text, span=parser.span(start))


def _call(parser: Parser, name: Name, scripts: Scripts, start: int) -> Node:
    opening = parser.place
    surely = _surely_call(parser, name, opening)
    parser.enter()
    read = arguments(parser)
    parser.leave(opening)
    function: Node = Inverse(name, span=name.span) if scripts.inverse else name
    call = Call(function, read, not surely, span=parser.span(start))
    if scripts.exponent is not None:
        label = may_be_label(name, scripts.exponent)
        return Power(call, scripts.exponent, label, span=parser.span(start))
    return call


def _surely_call(parser: Parser, name: Name, opening: int) -> bool:
    return (
        parser.level(opening).separated
        or name.head in parser.roles.functions
        or (_function_like(name) and parser.peek.text != "[")
        or (len(name.text) > 1 and name.font in ("roman", "text", "sf"))
    )


def _function_like(name: Name) -> bool:
    if name.font == "bb" or name.text.isdigit() or (name.text in FUNCTION_LETTERS and name.font != "bold"):
        return True
    return (
        bool(name.primes)
        or name.font in ("cal", "script")
        or (len(name.text) > 1 and name.font in ("roman", "text", "sf"))
    )


def _is_call(parser: Parser, name: Name, scripts: Scripts, opening: int) -> bool:
    """Whether a name and the bracket behind it are a function and its arguments, and no product."""
    bracket = parser.pieces[opening].text
    if bracket == "\\{":  # an indicator
        return name.text == "1" or (name.text, name.font) == ("I", "bb")
    if bracket == "{":
        return True
    if bracket in ("(", "[") and name.text in ELEMENTARY:
        return True
    level = parser.level(opening)
    if level.separated:
        return True
    if name.head in parser.roles.quantities:
        return False
    if name.head in parser.roles.functions:
        return True
    plain = parser.plain(opening)
    if bracket == "[":
        usual = plain and scripts.exponent is None
    elif scripts.exponent is not None:
        usual = plain and (_function_like(name) or not parser.pieces[opening].spaced)
    else:
        usual = plain or _function_like(name)
    sure = (usual and (_function_like(name) or plain)) or scripts.inverse
    if not sure and bracket == "(" and scripts.exponent is None:
        parser.doubt("call", opening)
        if parser.flipped("call", opening):
            return not usual
    return usual


# --- information and distributions ----------------------------------------------------------------------------------


def _information(parser: Parser, name: Name, start: int) -> Node:
    read = arguments(parser)
    left, right, given = read.values, read.parameters, read.given
    if not right:
        left, right = left[:1], left[1:]
    return MutualInformation(name, left, right, given, span=parser.span(start))


def _family(parser: Parser, name: Name) -> str | None:
    """The family that the name stands for in front of this bracket."""
    if len(name.text) > 1:  # without a font, Gamma is the letter
        return FAMILIES.get(name.text) if name.font != "" or name.text != "Gamma" else None
    family = _LETTER_FAMILIES.get((name.font, name.text))
    if family is None or name.font == "cal":
        return family
    level = parser.level(parser.place)
    if family == "uniform" and parser.pieces[parser.place + 1].kind != "number":
        return None
    return family if level.commas or level.semicolons else None


def _distribution(parser: Parser, name: Name, family: str, start: int) -> Node:
    read = arguments(parser)
    values, parameters = read.values, read.parameters
    if read.given:
        parameters = (*read.given, *parameters)
    elif not parameters:
        values, parameters = (), values
    return Distribution(family, parameters, values, name, span=parser.span(start))
