"""Whatever the tokens are, the grammar answers with a tree or a `ReadingError`, and in time linear in their number."""

from __future__ import annotations

import os
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symelbo.errors import ReadingError
from symelbo.reading.parsing.grammar import MAX_READINGS, parse, parse_statements
from symelbo.reading.parsing.nodes import Node
from symelbo.reading.parsing.syntax import outline, walk
from symelbo.reading.sources.lexer import read_plain, read_tex
from symelbo.reading.sources.tokens import Token

COUNT = min(10_000, int(os.environ.get("SYMELBO_SOUNDNESS", "120")))
VOCABULARY = r"""
p q E D KL H I N x z d \theta \mathbb{E} \mathbb E \mathrm{KL} \log \ln \int \sum \prod \frac \sqrt \nabla \partial
\det \exp \max \argmin \hat \bar \mathbf \mathcal \mathrm \text{a} \text{b~c} \langle \rangle \{ \} \left \right \| || |
\mid ( ) [ ] { } _ ^ ' , ; : + - * / ! = < \le \sim \in \cdot \dots 1 2 12 0.5 e T \top dz \over \binom \infty \underset
\underbrace \boxed \rm \color{red} Σ √ ² ~ \foo \setminus \operatorname arg min log const ELBO \odot \star . \big &
\mathop \not
"""
WORDS = VOCABULARY.split()
SOUP = st.lists(st.sampled_from(WORDS), max_size=40).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda between: between.join(parts))
)
REAL = [
    r"\log p(x) - \mathbb{E}_{z \sim q(z|x)}\left[ \log \frac{p(x,z)}{q(z|x)} \right] + D_{KL}(q(z|x) \,\|\, p(z|x))",
    r"\int q(z) \log \frac{q(z)}{p(z)}\, dz = \sum_{n=1}^{N} \frac{1}{2} \| x_n - g(z) \|^2",
    r"\nabla_\phi \int q_\phi(z) f(z)\,dz - \frac{\partial}{\partial\mu} \mathbb{E}_{\mathcal{N}(z; \mu, 1)}[f(z)]",
]
MUTANTS = st.tuples(st.sampled_from(REAL), st.integers(0, 200), st.integers(0, 12), st.sampled_from([*WORDS, ""])).map(
    lambda one: one[0][: one[1]] + one[3] + one[0][one[1] + one[2] :]
)


def check(text: str) -> None:
    for tokens in (read_tex(text), read_plain(text)):
        for reader in (_readings, parse_statements):
            try:
                nodes = reader(tokens)
            except ReadingError as error:
                assert 0 <= error.start <= error.end and error.start <= len(text)
                assert error.message
                continue
            for node in nodes:
                assert outline(node)
                assert all(0 <= part.span.start <= part.span.end <= len(text) for part in walk(node))


def _readings(tokens: list[Token]) -> tuple[Node, ...]:
    return parse(tokens).readings


@settings(max_examples=COUNT, deadline=None)
@given(SOUP)
def test_token_soup(text: str) -> None:
    check(text)


@settings(max_examples=COUNT, deadline=None)
@given(MUTANTS)
def test_mutated_formulas(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_characters(text: str) -> None:
    check(text)


@settings(max_examples=60, deadline=None)
@given(SOUP)
def test_readings_are_bounded_and_different(text: str) -> None:
    try:
        readings = parse(read_tex(text)).readings
    except ReadingError:
        return
    shapes = [outline(node) for node in readings]
    assert 1 <= len(shapes) <= MAX_READINGS and len(set(shapes)) == len(shapes)


LONG = [
    "a + ",
    "x y ",
    "dx ",
    r"\int f dx + ",
    r"\log a b + ",
    "p(x|z) ",
    "f(x, ",
    r"\prod_t p_t ",
    "|a",
    "KL(q||p) + ",
    "x_",
    "'",
]


@pytest.mark.parametrize("unit", LONG)
def test_time_grows_no_faster_than_length(unit: str) -> None:
    def seconds(count: int) -> float:
        tokens = read_tex(unit * count + "b")
        best = 9.0
        for _ in range(3):
            start = time.process_time()
            with suppress(ReadingError):
                parse(tokens)
            best = min(best, time.process_time() - start)
        return best

    assert seconds(1600) < 24 * seconds(200) + 0.05  # 8 times as long; quadratic time would be 64 times
