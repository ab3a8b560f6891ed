"""Doubtful notation: the conventional reading comes first, the others after it, each named and none twice."""

from __future__ import annotations

import pytest

from symelbo.reading.parsing.grammar import MAX_READINGS, Roles, parse
from symelbo.reading.parsing.syntax import outline
from symelbo.reading.sources.lexer import read_tex

DOUBTS = {
    r"E_q \log q - \log p": [
        "sum(E(log(q), laws=[q]), -log(p))",
        "E(sum(log(q), -log(p)), laws=[q])",
    ],
    r"\log a \cdot b": ["log(mul(a, b))", "mul(log(a), b)"],
    r"\log(a) b": ["mul(log(a), b)", "log(mul(a, b))"],
    r"\int_z f(z) - g": [
        "sum(∫([integralvariable(z)], f(z)), -g)",
        "∫([integralvariable(z)], sum(f(z), -g))",
    ],
    r"a (b + c)": ["mul(a, sum(b, c))", "a?(sum(b, c))"],
    r"\nabla_\phi f g": ["mul(gradient(f, wrt=[phi]), g)", "gradient(mul(f, g), wrt=[phi])"],
    r"\frac{d}{dx} f g": ["derivative(mul(f, g), [x])", "mul(derivative(f, [x]), g)"],
    r"x / 2 y": ["mul(quotient(x, 2), y)", "quotient(x, mul(2, y))"],
    r"\prod_t p(x_t) r": ["mul(Π(p(x_{t}), variables=[t]), r)", "Π(mul(p(x_{t}), r), variables=[t])"],
    r"\max_q F(q) - c": [
        "extremum(max, sum(F(q), -c), variables=[q])",
        "sum(extremum(max, F(q), variables=[q]), -c)",
    ],
}


@pytest.mark.parametrize("text", DOUBTS)
def test_both_readings_conventional_first(text: str) -> None:
    parsed = parse(read_tex(text))
    assert [outline(node) for node in parsed.readings] == DOUBTS[text]
    assert parsed.readings[0] == parsed.conventional
    assert parsed.says[0] == "" and all(parsed.says[1:])
    assert len(parsed.says) == len(parsed.readings)


CLEAR = [
    r"\mathbb{E}_q[\log q - \log p]",
    r"\log \frac{a}{b} + c",
    r"\log(a b)",
    r"\int f(z)\,dz - g",
    r"f(b + c)",
    r"p(x) p(y)",
    r"\nabla_\phi \left[ f g \right]",
    r"\frac{x}{2 y}",
    r"\prod_t p(x_t)",
    r"\sum_t a_t - b",
    r"2 (a + b)",
    r"(a + b) (c + d)",
    r"S^{-1} (x - m)",
]


@pytest.mark.parametrize("text", CLEAR)
def test_clear_notation_has_one_reading(text: str) -> None:
    assert len(parse(read_tex(text)).readings) == 1


def test_the_words_name_the_unconventional_reading_and_the_cure() -> None:
    assert parse(read_tex(r"E_q \log q - \log p")).says == (
        "",
        "the expectation reaches to the end of the expression; put its body in brackets",
    )


def test_the_number_of_readings_is_bounded() -> None:
    text = " + ".join([r"\log a b", r"E_q \log q", r"a (b + c)", r"x / 2 y", r"\int_z f"] * 30)
    readings = parse(read_tex(text)).readings
    assert len(readings) == MAX_READINGS
    assert len({outline(node) for node in readings}) == MAX_READINGS


def test_roles_settle_what_a_bracket_means() -> None:
    tokens = read_tex("a (b + c)")
    function = parse(tokens, Roles(functions=frozenset({"a"})))
    assert [outline(node) for node in function.readings] == ["a(sum(b, c))"]
    quantity = parse(read_tex("f (b + c)"), Roles(quantities=frozenset({"f"})))
    assert [outline(node) for node in quantity.readings] == ["mul(f, sum(b, c))"]
