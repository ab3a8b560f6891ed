"""What the grammar refuses: the exact words, the place, and whether the notation is wrong or only not read so far."""

from __future__ import annotations

import pytest

from symelbo.errors import NotSupported, ReadingError
from symelbo.reading.parsing.failures import UnsupportedNotation
from symelbo.reading.parsing.grammar import parse, parse_statements
from symelbo.reading.parsing.plain import MAX_DEPTH
from symelbo.reading.sources.lexer import read_tex

CASES = [
    ("", "nothing stands on this side of the relation", ""),
    ("(a + b", "`(` is never closed; add the `)` where it ends", "("),
    ("a + b)", "`)` closes nothing; remove it or add the bracket that opens it", ")"),
    ("(a + b]", "`]` stands where `)` should close the `(`", "]"),
    ("{a", "`{` is never closed; add the `}` after it", "{"),
    ("a}", "`}` closes nothing; remove it or add the `{` before it", "}"),
    ("a +", "an expression is missing after `+`", "+"),
    (r"a \cdot", r"an expression is missing after `\cdot`", r"\cdot"),
    ("a + )", "`)` closes nothing; remove it or add the bracket that opens it", ")"),
    ("* a", "`*` stands where an expression should begin", "*"),
    (r"\frac{a}", r"`\frac` lacks an argument; write `\frac{a}{b}`", r"\frac"),
    (r"\log", r"`log` lacks an argument; write `\log x`", r"\log"),
    (r"\log + 1", r"`log` lacks an argument; write `\log x`", r"\log"),
    (r"\operatorname{tr}", r"`tr` lacks an argument; write `\operatorname{tr}(A)`", r"\operatorname{tr}"),
    (r"\hat", r"`\hat` lacks an argument; write `\hat{x}`", r"\hat"),
    (r"\mathbf", r"`\mathbf` has no argument", r"\mathbf"),
    (r"\sum_i", "nothing stands behind the sum sign", r"\sum"),
    (r"\prod_i", "nothing stands behind the product sign", r"\prod"),
    (r"\int_z", "nothing stands behind the integral sign", r"\int"),
    (r"\mathbb{E}_q", "nothing stands behind the expectation", r"\mathbb{E}"),
    (r"\nabla_\phi", "nothing stands behind the gradient", r"\nabla"),
    (r"\frac{d}{dx}", "nothing stands behind the derivative", r"\frac"),
    (r"\arg\max_\theta", "nothing stands behind `argmax`", r"\arg\max"),
    ("p()", "the brackets are empty; put in what they are about", "("),
    ("p(x,)", "an expression is missing after `,`", ","),
    ("p(, x)", "`,` stands where an expression should begin", ","),
    ("x_i_j", "a second subscript stands on the same name; put both into one pair of braces", "_"),
    ("x^2^3", "a second superscript stands on the same name; put both into one pair of braces", "^"),
    (r"\foo + 1", r"`\foo` is not a command that is known here; define it with `\newcommand{\foo}{...}`", r"\foo"),
    (r"\mathrm{KL}(q)", r"the divergence `KL` needs two densities; write `KL(q \| p)`", r"\mathrm{KL}"),
    (r"D_{KL}(q)", r"the divergence `D_{KL}` needs two densities; write `D_{KL}(q \| p)`", "D"),
    ("a = b", "the relation sign `=` stands inside an expression", "="),
    ("a, b", "`,` stands where the end of the side (a list belongs in brackets) should be", ","),
    (
        "x | y",
        "`|` stands alone; a condition belongs in brackets, as in `p(x | z)`, and an absolute value needs two bars",
        "|",
    ),
    ("a + |b", "`|` opens here and is never closed; add the second `|`", "|"),
    (r"\|a", "`||` opens here and is never closed; add the second `||`", r"\|"),
    (
        r"x \text{as we saw} y",
        'the words "as we saw" stand inside a formula; move them to a comment column or out of the display',
        r"\text{as we saw}",
    ),
    (r"\int \prod_i dz_i", "`d` stands where an expression (and no differential) should be", "d"),
]


@pytest.mark.parametrize(("text", "message", "place"), CASES)
def test_message_and_place(text: str, message: str, place: str) -> None:
    with pytest.raises(ReadingError) as caught:
        parse(read_tex(text))
    assert caught.value.message == message
    if place:
        start = caught.value.start
        assert text[start : start + len(place)] == place
    assert not isinstance(caught.value, NotSupported)


UNSUPPORTED = [
    (r"a \pm b", r"`\pm` cannot be read yet; write the two cases as two claims"),
    (r"\lim_{n} x_n", r"`\lim` cannot be read yet"),
    (r"A \cup B", r"`\cup` cannot be read yet"),
    (r"\int f\, d\mu(z)", "`d` cannot be read yet; write the measure as a density times `dx`"),
    (r"\frac{\delta F}{\delta q(z)}", r"`\frac` cannot be read yet; functional derivatives are not taken in"),
    (
        r"\begin{pmatrix} a \end{pmatrix}",
        r"`\begin{pmatrix}` cannot be read yet; matrices and cases inside a formula are not taken in; give them a name",
    ),
]


@pytest.mark.parametrize(("text", "message"), UNSUPPORTED)
def test_valid_notation_that_is_not_read_so_far_says_so(text: str, message: str) -> None:
    with pytest.raises(UnsupportedNotation) as caught:
        parse(read_tex(text))
    assert caught.value.message == message
    assert isinstance(caught.value, ReadingError) and isinstance(caught.value, NotSupported)


@pytest.mark.parametrize(
    "text", ["(" * 99 + "x" + ")" * 99, "{" * 99 + "x + 1" + "}" * 99, r"x^{" * 99 + "2" + "}" * 99]
)
def test_deep_brackets_are_refused(text: str) -> None:
    with pytest.raises(ReadingError, match=f"nested more than {MAX_DEPTH} deep"):
        parse(read_tex(text))


@pytest.mark.parametrize(
    "text", [r"\log " * 999 + "x", r"\sum_i " * 999 + "x", "n" + "!" * 999, "a / " * 999 + "b", "|" * 999]
)
def test_deep_trees_without_brackets_are_refused(text: str) -> None:
    with pytest.raises(ReadingError, match="nested more than"):
        parse(read_tex(text))


@pytest.mark.parametrize("text", ["x, = 3", r"\perp", "x \\sim", "0 <"])
def test_statements_fail_in_the_same_way(text: str) -> None:
    with pytest.raises(ReadingError):
        parse_statements(read_tex(text))
