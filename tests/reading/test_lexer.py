"""Tokens: kinds, places, and the damage that wrapping leaves."""

from __future__ import annotations

import pytest

from symelbo.reading.sources.lexer import ROW_BREAK, read_plain, read_tex
from symelbo.reading.sources.tokens import Token, TokenKind


def texts(tokens: list[Token]) -> list[str]:
    return [token.text for token in tokens]


def test_kinds_and_places() -> None:
    source = r"  \log p_2 ≥ 0.25"
    tokens = read_tex(source)
    assert [(t.kind, t.text) for t in tokens] == [
        (TokenKind.COMMAND, r"\log"),
        (TokenKind.LETTER, "p"),
        (TokenKind.SYMBOL, "_"),
        (TokenKind.NUMBER, "2"),
        (TokenKind.SYMBOL, "≥"),
        (TokenKind.NUMBER, "0.25"),
    ]
    assert all(source[t.start : t.end] == t.text for t in tokens)
    assert [t.spaced for t in tokens] == [True, True, False, False, True, True]


def test_offsets_count_from_the_beginning_of_the_text() -> None:
    source = "prose $$x = y$$"
    assert [(t.start, t.end) for t in read_tex(source, 8, 13)] == [(8, 9), (10, 11), (12, 13)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\frac12", [r"\frac", "1", "2"]),
        (r"\tfrac1n", [r"\tfrac", "1", "n"]),
        (r"\frac{12}{5}", [r"\frac", "{", "12", "}", "{", "5", "}"]),
        ("x^23", ["x", "^", "2", "3"]),
        ("3.5.", ["3.5", "."]),
        (r"a \\[4pt] b", ["a", ROW_BREAK, "b"]),
        (r"a \\ [b]", ["a", ROW_BREAK, "[", "b", "]"]),
        (r"a \\\\ b", ["a", ROW_BREAK, "b"]),
        (r"a \\\log b", ["a", ROW_BREAK, r"\log", "b"]),
        (r"a \newline b", ["a", ROW_BREAK, "b"]),
        (r"q\_\phi", ["q", "_", r"\phi"]),
        ("a &lt; b &amp; c", ["a", "<", "b", "&", "c"]),
        ("$x$", ["x"]),
        (r"\begin {align*} \end{align*}", [r"\begin{align*}", r"\end{align*}"]),
        (r"\operatorname*{arg\,min}", [r"\operatorname*", "{", "a", "r", "g", r"\,", "m", "i", "n", "}"]),
        ("x₁ − y²", ["x", "_", "{", "1", "}", "-", "y", "^", "{", "2", "}"]),
        (r"\\log p \\ge \\mathcal{L}", [r"\log", "p", r"\ge", r"\mathcal", "{", "L", "}"]),
        (r"\mathbb{E}*{q}[p*\theta]", [r"\mathbb", "{", "E", "}", "_", "{", "q", "}", "[", "p", "_", r"\theta", "]"]),
        (r"\norm*{x}", [r"\norm", "*", "{", "x", "}"]),
        (r"KL(q \\| p) \\, \\{ x \\}", ["K", "L", "(", "q", r"\|", "p", ")", r"\,", r"\{", "x", r"\}"]),
        (r"a \\| b \| c", ["a", ROW_BREAK, "|", "b", r"\|", "c"]),
        (r"a * b + q^*{}", ["a", "*", "b", "+", "q", "^", "*", "{", "}"]),
        (r"\operatorname*{argmax}", [r"\operatorname*", "{", *"argmax", "}"]),
    ],
)
def test_spellings_and_damage(source: str, expected: list[str]) -> None:
    assert texts(read_tex(source)) == expected


def test_words_are_one_token_with_nested_braces_and_dollars() -> None:
    source = r"\text{for  every $z \in {Z}$} x"
    words, letter = read_tex(source)
    assert (words.kind, words.text) == (TokenKind.TEXT, r"for every $z \in {Z}$")
    assert source[words.start : words.end] == r"\text{for  every $z \in {Z}$}"
    assert letter.text == "x"


def test_a_colour_command_is_not_words() -> None:
    assert texts(read_tex(r"\textcolor{red}{x}"))[0] == r"\textcolor"


def test_words_without_an_end_reach_to_the_end() -> None:
    assert texts(read_tex(r"a \text{b c")) == ["a", "b c"]


def test_doubled_backslashes_keep_their_places() -> None:
    source = r"\\log x \\ge y"
    tokens = read_tex(source)
    assert [source[t.start : t.end] for t in tokens] == [r"\\log", "x", r"\\ge", "y"]


def test_a_space_before_words_is_kept() -> None:
    assert [t.text for t in read_tex(r"\text{ by  Bayes}\text{KL gap}")] == [" by Bayes", "KL gap"]


def test_plain_text() -> None:
    assert texts(read_plain("z ~ q(z)")) == ["z", r"\sim", "q", "(", "z", ")"]
    assert texts(read_plain("KL(q||p) = Σ_h r(h)\n  ≥ 1e-3")) == [
        *["KL", "(", "q", "|", "|", "p", ")", "=", "Σ", "_", "h", "r", "(", "h", ")"],
        *[ROW_BREAK, "≥", "1e-3"],
    ]
    kinds = {t.text: t.kind for t in read_plain("log p(x_old)")}
    assert kinds["log"] is kinds["old"] is TokenKind.WORD
    assert kinds["p"] is kinds["x"] is TokenKind.LETTER


def test_no_text_gives_no_token() -> None:
    assert read_tex(" \n ") == read_plain("  ") == []
