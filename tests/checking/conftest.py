"""Statements built by hand, so that the checking room is tested apart from the reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sympy import log

from symelbo import KL, Claim, E, Relation, context, family, variables
from symelbo.reading.sources.tokens import Problem, Span
from symelbo.reading.stating.statements import DocumentReading, Kind, Reading, Statement

x, z = variables("x z")
p, q = family("p"), family("q")
ELBO = E(log(p(x, z)) - log(q(z | x)), q(z | x))


TRUE = Claim(log(p(x)) - ELBO, Relation.EQUAL, KL(q(z | x), p(z | x)))
FALSE = Claim(log(p(x)) - ELBO, Relation.EQUAL, KL(p(z | x), q(z | x)))
ALSO_FALSE = Claim(log(p(x)), Relation.EQUAL, ELBO)


@dataclass(frozen=True)
class Claims:
    """Claims of each fate."""

    true: Claim = TRUE
    false: Claim = FALSE
    also_false: Claim = ALSO_FALSE


@pytest.fixture
def claims() -> Claims:
    return Claims()


@pytest.fixture
def statement() -> Callable[..., Statement]:
    """A statement from readings, or of another kind; it stands at the `=` of `text`."""

    def build(*readings: Any, text: str = "A = B", kind: Kind = Kind.CLAIM, **rest: Any) -> Statement:
        place = text.index("=")
        ways = tuple(item if isinstance(item, Reading) else Reading(item) for item in readings)
        lhs, rhs = text[:place].strip(), text[place + 1 :].strip()
        return Statement(kind, Span(place, place + 1), "=", lhs, rhs, ways, context=context(), **rest)

    return build


@pytest.fixture
def document(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make the reader return these statements for every text, or raise."""

    def install(*statements: Statement, problems: tuple[Problem, ...] = (), error: Exception | None = None) -> None:
        def read(path: str, text: str) -> DocumentReading:
            if error is not None:
                raise error

            def location(offset: int) -> tuple[int, int]:
                before = text[:offset]
                return before.count("\n") + 1, offset - before.rfind("\n")

            return DocumentReading(path, text, statements, problems, (), location)

        monkeypatch.setattr("symelbo.reading.read_document", read, raising=False)

    return install
