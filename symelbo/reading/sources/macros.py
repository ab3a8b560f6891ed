"""The author's own commands: reading their definitions and expanding their calls, on tokens, with bounded work.

Known: `\\newcommand`, `\\renewcommand`, `\\providecommand` (with an optional first argument), `\\def` with plain
parameters, `\\let`, `\\DeclareMathOperator`, `\\DeclarePairedDelimiter` with its forms `X` and `XPP`, and
`\\NewDocumentCommand` for mandatory arguments behind at most one optional one. Everything else in a preamble is left
alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from symelbo.reading.sources.lexer import read_tex
from symelbo.reading.sources.tokens import Problem, Span, Token, TokenKind

__all__ = ["Macro", "MacroTable", "expand", "find_macros"]

MAXIMUM_DEPTH: Final = 60
_NAME: Final = r"\\(?:[A-Za-z@]+|[^A-Za-z\s])"
_DEFINITION: Final = re.compile(
    rf"\\(?P<new>(?:new|renew|provide)command|DeclareRobustCommand)\s*+\*?\s*+(?:\{{\s*+(?P<n1>{_NAME})\s*+\}}|(?P<n2>{_NAME}))"
    r"\s*+(?:\[\s*+(?P<arity>\d)\s*+\])?\s*+(?:\[(?P<default>[^\[\]\n]*)\])?\s*+(?=\{)"
    rf"|\\(?:long\\)?(?:def|gdef)\s*+(?P<n3>{_NAME})(?P<params>(?:\s*+\#\d)*+)\s*+(?=\{{)"
    rf"|\\let\s*+(?P<n4>{_NAME})\s*+=?\s*+(?P<other>{_NAME})"
    rf"|\\DeclareMathOperator(?P<star>\*?)\s*+\{{?\s*+(?P<n5>{_NAME})\s*+\}}?\s*+(?=\{{)"
    rf"|\\DeclarePairedDelimiter\s*+\{{?\s*+(?P<n6>{_NAME})\s*+\}}?\s*+\{{(?P<left>[^{{}}]*)\}}\s*+\{{(?P<right>[^{{}}]*)\}}"
    rf"|\\DeclarePairedDelimiterX(?P<around>PP)?\s*+\{{?\s*+(?P<n7>{_NAME})\s*+\}}?\s*+\[\s*+(?P<count>\d)\s*+\]\s*+(?=\{{)"
    rf"|\\(?:New|Renew|Provide|Declare)DocumentCommand\s*+\{{?\s*+(?P<n8>{_NAME})\s*+\}}?"
    r"\s*+\{\s*+(?:O\s*+\{(?P<first>[^{}]*)\}\s*+)?(?P<must>(?:m\s*+)*+)\}\s*+(?=\{)"
)
_BRACE: Final = re.compile(r"\\.|[{}]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Macro:
    """One definition: `body` holds `#1` ... as symbols; `default` is the value of an optional first argument."""

    name: str
    arity: int
    body: tuple[Token, ...]
    start: int
    end: int
    default: tuple[Token, ...] | None = None
    paired: bool = False


def _start(macro: Macro) -> int:
    return macro.start


@dataclass(slots=True)
class MacroTable:
    """All macros of a document; a call sees the last definition before it, else the first one after it."""

    by_name: dict[str, list[Macro]] = field(default_factory=dict)

    def add(self, macro: Macro) -> None:
        """Take a definition in; definitions of one name stay in the order in which they stand."""
        insort(self.by_name.setdefault(macro.name, []), macro, key=_start)

    def lookup(self, name: str, offset: int) -> Macro | None:
        """The definition that a call at `offset` sees."""
        versions = self.by_name.get(name)
        if not versions:
            return None
        return versions[max(0, bisect_right(versions, offset, key=_start) - 1)]


def find_macros(text: str, start: int = 0, end: int | None = None) -> tuple[list[Macro], list[Problem]]:
    r"""Definitions in `text[start:end]`, each with the range it takes up, and those that could not be read.

    >>> macros, problems = find_macros(r"\newcommand{\KL}[2]{D(#1 \| #2)}")
    >>> macros[0].name, macros[0].arity, len(macros[0].body)
    ('\\KL', 2, 6)
    """
    end = len(text) if end is None else end
    macros: list[Macro] = []
    problems: list[Problem] = []
    budget = 4 * (end - start) + 1000
    position = start
    while (found := _DEFINITION.search(text, position, end)) is not None:
        position = found.end()
        if found["other"] is not None:
            macros.append(
                Macro(
                    found["n4"],
                    0,
                    tuple(read_tex(text, found.start("other"), found.end("other"))),
                    found.start(),
                    position,
                )
            )
            continue
        if found["n6"] is not None:
            body = (*read_tex(found["left"]), Token(TokenKind.SYMBOL, "#1", 0, 0), *read_tex(found["right"]))
            macros.append(Macro(found["n6"], 1, body, found.start(), position, paired=True))
            continue
        if found["n7"] is not None:
            groups, work = _groups(text, position, 5 if found["around"] else 3, min(end, position + budget))
            budget -= work
            if groups is not None:
                macros.append(_delimited(found, text, groups))
                position = groups[-1][1] + 1
                continue
        close, work = _closing_brace(text, position, min(end, position + budget))
        budget -= work
        name = found["n1"] or found["n2"] or found["n3"] or found["n5"] or found["n7"] or found["n8"]
        if close is None:
            problems.append(
                Problem(
                    f"the definition of {name} has no closing brace; write it as \\newcommand{{{name}}}{{...}}",
                    Span(found.start(), position),
                )
            )
            if budget <= 0:
                break
            continue
        macros.append(_macro(found, name, text, position + 1, close))
        position = close + 1
    return macros, problems


def _macro(found: re.Match[str], name: str, text: str, start: int, close: int) -> Macro:
    body = tuple(read_tex(text, start, close))
    arity, default = int(found["arity"] or 0), None
    if found["n5"] is not None:
        words = Token(TokenKind.COMMAND, "\\operatorname" + found["star"], start, start)
        body = (words, Token(TokenKind.OPEN, "{", start, start), *body, Token(TokenKind.CLOSE, "}", close, close))
    elif found["n3"] is not None:
        arity = found["params"].count("#")
    elif found["n8"] is not None:
        arity = found["must"].count("m") + (found["first"] is not None)
        default = None if found["first"] is None else tuple(read_tex(found["first"]))
    elif found["default"] is not None and arity:
        default = tuple(read_tex(found["default"]))
    return Macro(name, arity, body, found.start(), close + 1, default)


def _groups(text: str, position: int, count: int, end: int) -> tuple[list[tuple[int, int]] | None, int]:
    """The insides of so many groups in braces, one behind the other, and the work of finding them."""
    found: list[tuple[int, int]] = []
    work = 0
    while len(found) < count:
        while position < end and text[position].isspace():
            position += 1
        if position >= end or text[position] != "{":
            return None, work
        close, steps = _closing_brace(text, position, end)
        work += steps
        if close is None:
            return None, work
        found.append((position + 1, close))
        position = close + 1
    return found, work


def _delimited(found: re.Match[str], text: str, groups: list[tuple[int, int]]) -> Macro:
    """`\\DeclarePairedDelimiterX{\\name}[2]{(}{)}{#1 \\delimsize\\| #2}`: what it writes, without sizes."""
    *marks, body = (read_tex(text, start, close) for start, close in groups)
    before, left, right, after = marks if found["around"] else ([], *marks, [])
    inside = [token for token in body if token.text != "\\delimsize"]
    return Macro(
        found["n7"],
        int(found["count"]),
        (*before, *left, *inside, *right, *after),
        found.start(),
        groups[-1][1] + 1,
        paired=True,
    )


def _closing_brace(text: str, open_at: int, end: int) -> tuple[int | None, int]:
    depth = 0
    for found in _BRACE.finditer(text, open_at, end):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
            if depth == 0:
                return found.start(), found.start() - open_at
    return None, end - open_at


class _Exhausted(Exception):
    """The expansion ran out of its allowance; what is left stays as it was written."""


@dataclass(slots=True)
class _Work:
    """Pending tokens (the next one last), each with the number of calls it came out of, and what may still be done."""

    pending: list[tuple[Token, int]]
    allowance: int
    reached: int = 0  # where the last argument taken ends

    def spend(self, amount: int) -> None:
        self.allowance -= amount
        if self.allowance < 0:
            raise _Exhausted


def expand(tokens: Sequence[Token], table: MacroTable) -> tuple[list[Token], list[Problem]]:
    r"""Replace the calls of known macros; what comes out of a macro's body carries the place of its call.

    Work is bounded by the number of tokens: a macro that calls itself, or that explodes, is left as it stands and
    reported.

    >>> macros, _ = find_macros(r"\def\a#1{#1+#1}")
    >>> table = MacroTable({macros[0].name: macros})
    >>> [token.text for token in expand(read_tex(r"\a x = y"), table)[0]]
    ['x', '+', 'x', '=', 'y']
    """
    names: Mapping[str, object] = table.by_name
    if not names or not any(token.text in names and token.kind is TokenKind.COMMAND for token in tokens):
        return list(tokens), []
    out: list[Token] = []
    problems: list[Problem] = []
    work = _Work([(token, 0) for token in reversed(tokens)], 40_000 + 12 * len(tokens))
    pending = work.pending
    blocked: set[str] = set()
    while pending:
        token, depth = pending.pop()
        macro = (
            table.lookup(token.text, token.start)
            if token.kind is TokenKind.COMMAND and token.text not in blocked
            else None
        )
        if macro is None:
            out.append(token)
            continue
        if depth >= MAXIMUM_DEPTH:
            blocked.add(token.text)
            problems.append(
                Problem(
                    f"the macro {token.text} calls itself without end; give it a body without {token.text}",
                    _span(token),
                )
            )
            out.append(token)
            continue
        try:
            _replace(macro, token, depth, work)
        except _Exhausted:
            problems.append(
                Problem(
                    f"expanding {token.text} gives too much text or its argument never ends; check its braces",
                    _span(token),
                )
            )
            out.append(token)
            out.extend(rest for rest, _ in reversed(pending))
            break
    return out, problems


def _span(token: Token) -> Span:
    return Span(token.start, token.end)


def _replace(macro: Macro, call: Token, depth: int, work: _Work) -> None:
    arguments: list[list[tuple[Token, int]]] = []
    work.reached = call.end
    if macro.paired:
        _skip_size(work)
    if macro.default is not None:
        arguments.append(_optional(macro.default, call, work))
    while len(arguments) < macro.arity:
        arguments.append(_argument(work))
    end = max(call.end, work.reached)
    work.spend(len(macro.body) + 1)
    insert: list[tuple[Token, int]] = []
    for position, part in enumerate(macro.body):
        if part.text[0] == "#" and len(part.text) == 2:
            index = int(part.text[1]) - 1
            if index < len(arguments):
                work.spend(len(arguments[index]))
                insert.extend(arguments[index])
            continue
        spaced = call.spaced if position == 0 else part.spaced
        insert.append((Token(part.kind, part.text, call.start, end, spaced), depth + 1))
    work.pending.extend(reversed(insert))


def _skip_size(work: _Work) -> None:
    """`\\norm*{x}` and `\\norm[\\big]{x}`: the star and the size say nothing."""
    if work.pending and work.pending[-1][0].text == "*":
        work.pending.pop()
    _optional((), Token(TokenKind.SYMBOL, "", 0, 0), work)


def _optional(default: tuple[Token, ...], call: Token, work: _Work) -> list[tuple[Token, int]]:
    pending = work.pending
    if not pending or pending[-1][0].text != "[":
        return [(Token(token.kind, token.text, call.start, call.end, token.spaced), 0) for token in default]
    depth = 0
    for taken in range(2, len(pending) + 1):
        token = pending[-taken][0]
        depth += (token.kind is TokenKind.OPEN) - (token.kind is TokenKind.CLOSE)
        if depth < 0:
            break
        if token.text == "]" and depth == 0:
            work.spend(taken)
            work.reached = token.end
            inside = pending[-taken + 1 : -1]
            del pending[-taken:]
            return inside[::-1]
    raise _Exhausted


def _argument(work: _Work) -> list[tuple[Token, int]]:
    """The next argument of a call: a group without its braces, or one token (of a number, one digit)."""
    pending = work.pending
    if not pending:
        return []
    first, level = pending[-1]
    if first.kind is TokenKind.CLOSE:
        return []
    if first.kind is not TokenKind.OPEN:
        pending.pop()
        if first.kind is TokenKind.NUMBER and len(first.text) > 1 and first.text[0] != ".":
            pending.append((Token(first.kind, first.text[1:], first.start + 1, first.end), level))
            first = Token(first.kind, first.text[0], first.start, first.start + 1, first.spaced)
        work.reached = first.end
        return [(first, level)]
    depth = 0
    for taken in range(1, len(pending) + 1):
        token = pending[-taken][0]
        kind = token.kind
        if kind is TokenKind.OPEN:
            depth += 1
        elif kind is TokenKind.CLOSE:
            depth -= 1
            if depth == 0:
                work.spend(taken)
                work.reached = token.end
                inside = pending[-taken + 1 : -1]
                del pending[-taken:]
                return inside[::-1]
    raise _Exhausted
