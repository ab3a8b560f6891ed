"""Boxes as LaTeX."""

from __future__ import annotations

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
)

__all__ = ["escaped", "to_tex"]

_AROUND: Final = {
    "+": " + ",
    "-": " - ",
    ",": ", ",
    ";": "; ",
    "|": r" \mid ",
    "||": r" \,\|\, ",
    "=": " = ",
    "<": " < ",
    ">": " > ",
    r"\,": r"\, ",
    "unary-": "- ",
    ":": ":",
    "*": "*",
}
_TIGHT: Final = {"+": "+", "-": "-", "=": "=", "unary-": "-"}
_SPECIAL: Final = str.maketrans(
    {"%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "~": r"\~{}", "\\": r"\textbackslash{}"}
)


def to_tex(box: Box, tight: bool = False) -> str:
    r"""The LaTeX of a box; `tight` leaves out the blanks around signs, as in scripts.

    >>> from symelbo.writing.boxes import Fraction, Name
    >>> to_tex(Fraction(Name("a"), Name(r"\theta")))
    '\\frac{a}{\\theta}'
    """
    match box:
        case Name(tex) | Raw(tex, _) | Word(tex, _):
            return tex
        case Number(text):
            return text
        case Sign(tex):
            return _TIGHT[tex] if tight and tex in _TIGHT else _AROUND.get(tex, f" {tex} ")
        case Row(parts):
            return _side_by_side(parts, tight)
        case Fraction(top, bottom):
            return rf"\frac{{{to_tex(top)}}}{{{to_tex(bottom)}}}"
        case Root(body):
            return rf"\sqrt{{{to_tex(body)}}}"
        case Script(base, below, above):
            return _base(base) + _scripts(below, above)
        case Big(sign, below, above):
            return sign + _scripts(below, above)
        case Fence(left, body, right, grows):
            inside = to_tex(body, tight).strip()
            return rf"\left{left}{inside}\right{right}" if grows else f"{left}{inside}{right}"
        case Half(bracket, opens):
            return rf"\Big{'l' if opens else 'r'}{bracket}"
        case Call(head, body):
            inside = to_tex(body, tight)
            return to_tex(head) + (" " if _runs_on(head, inside) else "") + inside
        case Brace(body, label):
            return rf"\underbrace{{{to_tex(body)}}}_{{\text{{{escaped(label)}}}}}"


def escaped(words: str) -> str:
    """Plain words for LaTeX's text mode."""
    return words.translate(_SPECIAL)


def _side_by_side(parts: tuple[Box, ...], tight: bool) -> str:
    text = ""
    for place, part in enumerate(parts):
        piece = to_tex(part, tight)
        before = parts[place - 1] if place else None
        if text and not text.endswith(" ") and not piece.startswith(" ") and _apart(before, part):
            text += r"\, " if isinstance(before, Call | Fraction) and isinstance(part, Call | Fraction) else " "
        text += piece.lstrip() if text.endswith(" ") else piece
    return text.strip() if isinstance(parts[0], Sign) else text.rstrip()


def _apart(before: Box | None, part: Box) -> bool:
    """Whether a blank stands between two boxes; signs bring their own."""
    return not isinstance(part, Sign) and not isinstance(before, Sign)


def _runs_on(head: Box, inside: str) -> bool:
    """Whether a command would swallow the letters that follow it."""
    return isinstance(head, Name) and head.tex.startswith("\\") and head.tex[-1].isalpha() and inside[:1].isalpha()


def _base(base: Box) -> str:
    text = to_tex(base)
    return text if isinstance(base, Name | Word | Number | Fence | Call | Raw) else "{" + text + "}"


def _scripts(below: Box | None, above: Box | None) -> str:
    return ("" if below is None else "_" + _group(below)) + ("" if above is None else "^" + _group(above))


def _group(box: Box) -> str:
    text = to_tex(box, tight=True)
    single = len(text) == 1 or (isinstance(box, Name) and text[1:].isalpha() and text[0] == "\\")
    return text if single else "{" + text + "}"
