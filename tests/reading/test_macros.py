"""Definitions and calls of macros, and the ones that must not run away."""

from __future__ import annotations

import pytest

from symelbo.reading.sources.lexer import read_tex
from symelbo.reading.sources.macros import MacroTable, expand, find_macros


def table(source: str) -> MacroTable:
    macros, problems = find_macros(source)
    assert not problems
    result = MacroTable()
    for macro in macros:
        result.add(macro)
    return result


@pytest.mark.parametrize(
    ("definition", "call", "expected"),
    [
        (r"\newcommand{\vx}{\mathbf{x}}", r"p(\vx)", "p ( \\mathbf { x } )"),
        (r"\newcommand\vx{\mathbf{x}}", r"\vx", "\\mathbf { x }"),
        (r"\renewcommand{\d}[2]{D(#1 \| #2)}", r"\d{q}{p(z)}", "D ( q \\| p ( z ) )"),
        (r"\providecommand*{\d}[1]{\sqrt{#1}}", r"\d 12", "\\sqrt { 1 } 2"),
        (
            r"\newcommand{\E}[2][q]{\mathbb{E}_{#1}[#2]}",
            r"\E{f} \E[p]{g}",
            "\\mathbb { E } _ { q } [ f ] \\mathbb { E } _ { p } [ g ]",
        ),
        (r"\def\half#1{\frac{#1}2}", r"\half x", "\\frac { x } 2"),
        (r"\DeclareMathOperator{\tr}{tr}", r"\tr A", "\\operatorname { t r } A"),
        (r"\DeclareMathOperator*{\best}{arg\,max}", r"\best", "\\operatorname* { a r g \\, m a x }"),
        (
            r"\DeclarePairedDelimiter{\norm}{\lVert}{\rVert}",
            r"\norm*{x} \norm[\big]{y}",
            "\\lVert x \\rVert \\lVert y \\rVert",
        ),
        (r"\let\ge\leq", r"a \ge b", "a \\leq b"),
        (r"\newcommand{\a}{\b x}\newcommand{\b}{y}", r"\a", "y x"),
        (r"\newcommand{\a}[1]{[#1]}", r"\a{\a{z}}", "[ [ z ] ]"),
    ],
)
def test_expansion(definition: str, call: str, expected: str) -> None:
    tokens, problems = expand(read_tex(call), table(definition))
    assert " ".join(token.text for token in tokens) == expected
    assert not problems


def test_what_comes_out_of_a_macro_has_the_place_of_its_call() -> None:
    source = r"a + \d{q}{p} = b"
    tokens, _ = expand(read_tex(source), table(r"\newcommand{\d}[2]{D(#1, #2)}"))
    places = {token.text: source[token.start : token.end] for token in tokens}
    assert places["D"] == places[")"] == r"\d{q}{p}"
    assert (places["q"], places["p"], places["b"]) == ("q", "p", "b")


def test_the_last_definition_before_the_call_counts() -> None:
    source = r"\newcommand{\a}{1} \a \renewcommand{\a}{2} \a"
    known = table(source)
    tokens, _ = expand([t for t in read_tex(source) if t.text == r"\a"], known)
    assert [token.text for token in tokens] == ["1", "1", "2", "2"]  # also inside its own definition


@pytest.mark.parametrize(
    "definition",
    [
        r"\newcommand{\a}{\a}",
        r"\newcommand{\a}{x\a\a}",
        r"\newcommand{\a}{\b}\newcommand{\b}{\a}",
        r"\newcommand{\a}[1]{\a{#1#1}}",
    ],
)
def test_a_macro_without_end_is_reported_and_left(definition: str) -> None:
    tokens, problems = expand(read_tex(r"y = \a{x} + z"), table(definition))
    assert problems and ("without end" in problems[0].message or "too much text" in problems[0].message)
    assert tokens[0].text == "y" and tokens[-1].text == "z"


def test_an_argument_without_end_is_reported() -> None:
    tokens, problems = expand(read_tex(r"\a{x"), table(r"\newcommand{\a}[1]{#1}"))
    assert [token.text for token in tokens] == [r"\a", "{", "x"]
    assert "check its braces" in problems[0].message


def test_a_definition_without_end_is_reported() -> None:
    macros, problems = find_macros(r"\newcommand{\a}{x")
    assert not macros
    assert problems[0].message.startswith(r"the definition of \a has no closing brace")


def test_unknown_commands_stay() -> None:
    tokens, problems = expand(read_tex(r"\foo{x}"), table(r"\newcommand{\bar}{y}"))
    assert [token.text for token in tokens] == [r"\foo", "{", "x", "}"]
    assert not problems
