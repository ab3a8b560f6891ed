"""Boxes as MathML, the mathematics that browsers show by themselves."""

from __future__ import annotations

from html import escape
from typing import Final

from symelbo.writing.boxes import (
    Big,
    Box,
    Brace,
    Call,
    Fence,
    Fraction,
    Half,
    Name,
    Number,
    Raw,
    Root,
    Row,
    Script,
    Sign,
    Word,
    walk,
)
from symelbo.writing.letters import letter, sign
from symelbo.writing.name_boxes import letters

__all__ = ["math_element", "to_mathml"]

_APPLY: Final = "<mo>&#x2061;</mo>"
_SPACES: Final = {",": "0em", ";": "0em", "|": "0.2em", "||": "0.25em"}
_LINE: Final = "border-bottom: 0.06em solid; padding-bottom: 0.2em"
_ACCENTS: Final = {r"\bar": "¯", r"\hat": "^", r"\tilde": "~", r"\vec": "→", r"\dot": "˙"}


def math_element(box: Box, *, block: bool = False) -> str:
    """A whole `math` element; `block` for one that is set as a display."""
    style = ' displaystyle="true"' if block else ""
    return f"<math{style}>{to_mathml(box)}</math>"


def to_mathml(box: Box) -> str:
    r"""The MathML of a box.

    >>> to_mathml(Fraction(Name("a"), Name(r"\theta")))
    '<mfrac><mi>a</mi><mi>θ</mi></mfrac>'
    """
    match box:
        case Name(tex):
            return _name(tex)
        case Number(text):
            return f"<mn>{text}</mn>"
        case Word(_, text):
            return f"<mi>{escape(text)}</mi>{_APPLY}"
        case Raw(_, text):
            return f"<mtext>{escape(text)}</mtext>"
        case Sign(tex):
            return _sign(tex)
        case Row(parts):
            return f"<mrow>{''.join(map(to_mathml, _with_gaps(parts)))}</mrow>"
        case Fraction(top, bottom):
            return f"<mfrac>{to_mathml(top)}{to_mathml(bottom)}</mfrac>"
        case Root(body):
            return f"<msqrt>{to_mathml(body)}</msqrt>"
        case Script(base, below, above):
            return _scripted("msub", "msup", "msubsup", _bare(base), below, above)
        case Big(tex, below, above):
            large = f'<mo largeop="true" movablelimits="false">{sign(tex)}</mo>'
            return _scripted("munder", "mover", "munderover", large, below, above)
        case Fence(left, body, right, grows):
            stretchy = "true" if grows and _is_tall(body) else "false"
            opening, closing = (
                f'<mo fence="true" form="{form}" stretchy="{stretchy}">{escape(sign(side))}</mo>' if side else ""
                for side, form in ((left, "prefix"), (right, "postfix"))
            )
            return f"<mrow>{opening}{to_mathml(body)}{closing}</mrow>"
        case Half(bracket, opens):
            form = "prefix" if opens else "postfix"
            return f'<mo form="{form}" stretchy="true" minsize="1.8em">{escape(sign(bracket))}</mo>'
        case Call(head, body):
            return f"<mrow>{_bare(head)}{_APPLY if body.left else ''}{to_mathml(body)}</mrow>"
        case Brace(body, label):
            # A line: browsers place a stretched brace badly under a formula with scripts.
            return f'<munder><mrow style="{_LINE}">{to_mathml(body)}</mrow><mtext>{escape(label)}</mtext></munder>'


def _is_tall(box: Box) -> bool:
    """Whether brackets around a box are to be larger than a letter."""
    return any(isinstance(part, Fraction | Big | Brace | Root) for part in walk(box))


def _with_gaps(parts: tuple[Box, ...]) -> list[Box]:
    """A thin space before a factor that follows another, so that they do not run together."""
    made: list[Box] = []
    for place, part in enumerate(parts):
        before = parts[place - 1] if place else None
        tied = isinstance(before, Word) and isinstance(part, Fence)
        if before is not None and not tied and not isinstance(before, Sign | Big) and not isinstance(part, Sign):
            made.append(Sign(r"\,"))
        made.append(part)
    return made


def _bare(box: Box) -> str:
    """A head without the invisible sign of application that a word brings along."""
    return f"<mi>{escape(box.text)}</mi>" if isinstance(box, Word) else to_mathml(box)


def _name(tex: str) -> str:
    command, inside = letters(tex)
    if command in _ACCENTS:
        return f'<mover accent="true">{_name(inside)}<mo stretchy="false">{_ACCENTS[command]}</mo></mover>'
    return f"<mi>{escape(letter(tex))}</mi>"


def _sign(tex: str) -> str:
    if tex == r"\,":
        return '<mspace width="0.17em"/>'
    text = escape(sign(tex))
    if tex == "unary-":
        return f'<mo form="prefix">{text}</mo>'
    if tex in "+-":  # also at the head of a continued row
        return f'<mo form="infix" lspace="0.22em" rspace="0.22em">{text}</mo>'
    if tex in _SPACES:
        space = _SPACES[tex]
        return f'<mo lspace="{space}" rspace="{"0.25em" if tex in ",;" else space}" stretchy="false">{text}</mo>'
    return f"<mo>{text}</mo>"


def _scripted(below_tag: str, above_tag: str, both: str, base: str, below: Box | None, above: Box | None) -> str:
    inside = "".join(to_mathml(part) for part in (below, above) if part is not None)
    tag = both if below is not None and above is not None else below_tag if below is not None else above_tag
    return f"<{tag}>{base}{inside}</{tag}>"
