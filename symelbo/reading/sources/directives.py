"""What an author may declare in a comment: `symelbo: assume ...`, `latent z`, `skip` and the rest.

A directive is only read here, not obeyed: its mathematics is laid out with the same rules as a display.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from symelbo.reading.sources.tokens import Chain, Problem, Span, Token, TokenKind

__all__ = ["Directive", "directive_kind", "split_names"]

_KINDS: Final = {
    "assume": "assume",
    "assuming": "assume",
    "assume that": "assume",
    "suppose": "assume",
    "suppose that": "assume",
    "let": "assume",
    "latent": "latent",
    "observed": "observed",
    "parameter": "parameter",
    "parameters": "parameter",
    "constant wrt": "constant",
    "const wrt": "constant",
    "constant w.r.t.": "constant",
    "define": "define",
    "skip": "skip",
    "expect refuted": "expect refuted",
}
_HEAD: Final = re.compile(
    rf"({'|'.join(sorted(map(re.escape, _KINDS), key=len, reverse=True))})(?![A-Za-z])\s*:?\s*".replace("\\ ", r"\s+"),
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive: `kind` is assume, latent, observed, parameter, constant, define, skip or expect refuted.

    `text` is what follows the kind, as written; `names` are its comma-separated parts as tokens (for latent, observed,
    parameter, constant); `chains` are the relations of an assumption, `asides` its statements without a relation
    sign (`z_1 \\perp z_2 \\mid x`, `\\epsilon \\sim s(\\epsilon)`).
    """

    kind: str
    text: str
    span: Span
    names: tuple[tuple[Token, ...], ...] = ()
    chains: tuple[Chain, ...] = ()
    asides: tuple[tuple[Token, ...], ...] = ()


def directive_kind(text: str, start: int) -> tuple[str, int] | Problem:
    """The kind of a directive and the length of its head, or what is wrong with it.

    >>> directive_kind("constant wrt z", 0)
    ('constant', 13)
    >>> directive_kind("assum x = y", 0).message
    'symelbo does not know the directive "assum"; write one of: assume, latent, ...'
    """
    match = _HEAD.match(text)
    if match is None:
        word = text.split(None, 1)[0] if text.split() else ""
        known = "assume, latent, observed, parameter, constant wrt, define, skip, expect refuted"
        return Problem(
            f'symelbo does not know the directive "{word}"; write one of: {known}', Span(start, start + len(text))
        )
    head = " ".join(match[1].lower().split())
    return _KINDS[head], match.end()


def split_names(tokens: Sequence[Token]) -> tuple[tuple[Token, ...], ...]:
    """The parts of a list such as `z_1, z_2`; commas in brackets do not count."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind is TokenKind.OPEN or token.text in ("(", "["):
            depth += 1
        elif token.kind is TokenKind.CLOSE or token.text in (")", "]"):
            depth -= 1
        if (token.text in (",", ";") and depth <= 0) or token.text in ("\\,", "\\;", "\\quad", "\\ ", "~"):
            if token.text in (",", ";"):
                parts.append([])
            continue
        parts[-1].append(token)
    return tuple(tuple(part) for part in parts if part)
