"""What the grammar says when it cannot read: every message in one place, each with what to do about it."""

from __future__ import annotations

from symelbo.errors import NotSupported, ReadingError
from symelbo.reading.parsing.plain import Piece

__all__ = [
    "UnsupportedNotation",
    "bare_divergence",
    "double_script",
    "empty_brackets",
    "empty_side",
    "lonely_bar",
    "missing_argument",
    "missing_body",
    "missing_operand",
    "relation_inside",
    "too_deep",
    "unclosed_bar",
    "unexpected",
    "unknown_command",
    "unsupported",
    "words_inside",
]


class UnsupportedNotation(ReadingError, NotSupported):
    """Notation that means something, but that the reader does not take in so far."""


def _at(piece: Piece, message: str, expected: str | None = None) -> ReadingError:
    return ReadingError(message, piece.start, piece.end, expected)


def empty_side(start: int, end: int) -> ReadingError:
    return ReadingError("nothing stands on this side of the relation", start, end, "an expression")


def missing_operand(piece: Piece, after: str | None) -> ReadingError:
    if after is None:
        return _at(piece, f"`{piece.text}` stands where an expression should begin", "an expression")
    return _at(piece, f"an expression is missing after `{after}`", "an expression")


def missing_argument(piece: Piece, form: str) -> ReadingError:
    return _at(piece, f"`{piece.word or piece.text}` lacks an argument; write `{form}`", form)


def missing_body(piece: Piece, what: str) -> ReadingError:
    return _at(piece, f"nothing stands behind {what}", "an expression")


def unknown_command(piece: Piece) -> ReadingError:
    name = piece.text
    if name.startswith("\\begin"):
        return unsupported(piece, "matrices and cases inside a formula are not taken in; give them a name")
    return _at(piece, f"`{name}` is not a command that is known here; define it with `\\newcommand{{{name}}}{{...}}`")


def unsupported(piece: Piece, hint: str) -> UnsupportedNotation:
    message = f"`{piece.text}` cannot be read yet" + (f"; {hint}" if hint else "")
    return UnsupportedNotation(message, piece.start, piece.end)


def relation_inside(piece: Piece) -> ReadingError:
    return _at(
        piece, f"the relation sign `{piece.text}` stands inside an expression", "an operator or a closing bracket"
    )


def lonely_bar(piece: Piece) -> ReadingError:
    return _at(
        piece,
        f"`{piece.text}` stands alone; a condition belongs in brackets, as in `p(x | z)`, "
        "and an absolute value needs two bars",
        "a second bar",
    )


def unclosed_bar(piece: Piece) -> ReadingError:
    return _at(
        piece, f"`{piece.text}` opens here and is never closed; add the second `{piece.text}`", f"`{piece.text}`"
    )


def double_script(piece: Piece, which: str) -> ReadingError:
    return _at(piece, f"a second {which} stands on the same name; put both into one pair of braces", "one script")


def bare_divergence(piece: Piece, name: str) -> ReadingError:
    return _at(
        piece,
        f"the divergence `{name}` needs two densities; write `{name}(q \\| p)`",
        "two densities with `\\|` between",
    )


def empty_brackets(piece: Piece) -> ReadingError:
    return _at(piece, "the brackets are empty; put in what they are about", "an argument")


def words_inside(piece: Piece) -> ReadingError:
    return _at(
        piece,
        f'the words "{piece.text}" stand inside a formula; move them to a comment column or out of the display',
        "mathematics",
    )


def unexpected(piece: Piece, wanted: str) -> ReadingError:
    return _at(piece, f"`{piece.text}` stands where {wanted} should be", wanted)


def too_deep(piece: Piece, depth: int) -> ReadingError:
    return _at(piece, f"the formula is nested more than {depth} deep here; name a part of it")
