"""Reading is total: whatever a document holds, it is read or refused in words, in time that grows as its length does.

`SYMELBO_SOUNDNESS` sets how many documents are drawn; the suite takes a small sample.
"""

from __future__ import annotations

import os
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symelbo.checking.check import check_text
from symelbo.reading import DocumentReading, Kind, read_document

COUNT = min(10_000, int(os.environ.get("SYMELBO_SOUNDNESS", "300"))) // 3  # three kinds of input
SETTINGS = settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
PATHS = ("note.md", "note.tex", "note.txt", "note.ipynb")
TOKENS = r"""
$ $$ \[ \] \begin{align} \end{align} \begin{aligned} \end{aligned} \begin{cases} \end{cases} \\ \\[4pt] & && = \le \ge
\geq < > \propto \approx := \text{by Jensen} \tag{1} \label{a} \quad \underbrace \overset \stackrel p(x) q(z|x) p(x,z)
p(z) q D_{KL} \mathrm{KL} \| || | \mid \mathbb{E} E_q H \log \ln \exp \int \sum_{t=1}^T \prod dz d x z x_t z_{1:T}
\frac \sqrt { } ( ) [ ] \left( \right) \left[ \right] _ ^ ' , ; : + - \cdot / 1 2 0.5 \theta \phi \mathcal{N} \mathcal L
\nabla_\phi \partial \newcommand{\E} \E #1 % & &lt; > * ** ``` ```math # <!-- --> symelbo: assume const \dots \foo ∫ Σ ≥
‖ √ é where so that
"""
WORDS = [*TOKENS.split(), "\n", "\n\n", "    "]
SOUP = st.lists(st.sampled_from(WORDS), max_size=50).flatmap(
    lambda parts: st.sampled_from((" ", "")).map(lambda between: between.join(parts))
)
REAL = (
    "# A bound\n\n$$\n\\begin{align}\n\\log p(x) &= \\log \\int q(z|x) \\frac{p(x,z)}{q(z|x)}\\,dz \\\\\n"
    "&\\ge \\mathbb{E}_{q(z|x)}\\left[\\log \\frac{p(x,z)}{q(z|x)}\\right] && \\text{Jensen} \\\\\n"
    "&= \\mathcal{L}(q)\n\\end{align}\n$$\n\nand so $\\log p(x) \\ge \\mathcal{L}(q)$.\n",
    "\\documentclass{article}\n\\newcommand{\\KL}[2]{D_{KL}(#1 \\,\\|\\, #2)}\n\\begin{document}\nThe gap is\n"
    "\\begin{equation}\n\\log p(x) - \\mathcal{L} = \\KL{q(z|x)}{p(z|x)} % exact\n\\end{equation}\n\\end{document}\n",
    "log p(x) >= E_q[log p(x,z) - log q(z)]\n         = log p(x) - KL( q(z) || p(z|x) )\n\nΣ_z q(z) = 1\n",
    "- we have $$\\underbrace{\\log p(x)}_{\\text{evidence}} \\stackrel{(a)}{=} \\sum_{t=1}^{T} \\log p(x_t|x_{1:t-1})$"
    "$\n> $$ H[q] = -\\int q(z) \\log q(z) \\, dz $$\n\n```math\np(z|x) = \\frac{p(x|z) p(z)}{p(x)}\n```\n",
    '{"cells": [{"cell_type": "markdown", "source": ["$$\\\\log p(x) = \\\\log p(x, z) - \\\\log p(z | x)$$"]}]}',
)


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """A real document with a few places cut, replaced, doubled or moved."""
    text = draw(st.sampled_from(REAL))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(st.sampled_from((*WORDS, "", text[start:end] * 2))) + text[end:]
    return text


def check(path: str, text: str) -> DocumentReading:
    reading = read_document(path, text)
    for statement in reading.statements:
        assert 0 <= statement.span.start <= statement.span.end <= len(reading.text)
        assert statement.sign
        if statement.kind is Kind.CLAIM:
            assert statement.readings
        if statement.kind is Kind.UNREAD:
            assert statement.problem is not None and statement.problem.message
    for problem in reading.problems:
        assert problem.message
    return reading


@SETTINGS
@given(SOUP, st.sampled_from(PATHS))
def test_token_soup(text: str, path: str) -> None:
    check(path, text)


@SETTINGS
@given(SOUP)
def test_token_soup_in_a_display(text: str) -> None:
    check("note.md", f"$$\n{text}\n$$\n\n$$ p(x) = 1 $$\n")


@SETTINGS
@given(mutants(), st.sampled_from(PATHS))
def test_mutated_documents(text: str, path: str) -> None:
    check(path, text)


@settings(max_examples=COUNT // 5, deadline=None)
@given(st.text(max_size=80), st.sampled_from(PATHS))
def test_any_characters(text: str, path: str) -> None:
    check(path, text)


DEEP = 3000
NESTED = {
    "braces": "$$ " + "{" * DEEP + "x" + "}" * DEEP + " = 1 $$",
    "open braces": "$$ " + "{" * DEEP + " = 1 $$",
    "brackets": "$$ " + "(" * DEEP + "x" + ")" * DEEP + " = 1 $$",
    "fractions": "$$ " + r"\frac{1}{" * DEEP + "x" + "}" * DEEP + " = 1 $$",
    "logs": "$$ " + r"\log " * DEEP + "p(x) = 1 $$",
    "subscripts": "$$ x" + "_{x" * DEEP + "}" * DEEP + " = 1 $$",
    "powers": "$$ x" + "^{x" * DEEP + "}" * DEEP + " = 1 $$",
    "averages": "$$ " + r"\mathbb{E}_{q(z)}[" * DEEP + "p(x)" + "]" * DEEP + " = 1 $$",
    "environments": r"\begin{aligned}" * DEEP + "x = 1" + r"\end{aligned}" * DEEP,
    "underbraces": "$$ " + r"\underbrace{" * DEEP + "p(x)" + "}_{a}" * DEEP + " = 1 $$",
    "quotations": ">" * DEEP + " $$ p(x) = 1 $$",
    "minus signs": "$$ " + "-" * DEEP + "p(x) = 1 $$",
}


@pytest.mark.parametrize("path", PATHS[:3])
@pytest.mark.parametrize("name", NESTED)
def test_deep_nesting(name: str, path: str) -> None:
    check(path, NESTED[name])


UNITS = {
    "displays": "We see that\n\n$$ \\log p(x) = \\log p(x, z) - \\log p(z | x) $$\n\n",
    "rows": "$$ \\log p(x) \\\\ &= \\log p(x, z) - \\log p(z | x) $$\n",
    "one long chain": "= \\log p(x, z) - \\log p(z | x)\n",
    "one long sum": "+ \\log p(x, z) - \\log p(z | x)\n",
    "one long product": "p(x | z) \\, p(z) ",
    "unclosed displays": "$$ p(x) = \n\n# next\n\n",
    "unclosed environments": "\\begin{align} p(x) = 1 \n\n",
    "dollars": "$ ",
    "macros": "\\newcommand{\\a}{b} \\a ",
    "prose": "words without any mathematics, but with = signs and (brackets. ",
    "plain lines": "log p(x) = log p(x, z) - log p(z | x)\n",
}
WRAPPED = {
    "one long chain": "$$ \\log p(x) {} $$",
    "one long sum": "$$ p(x) {} = 1 $$",
    "one long product": "$$ {} = 1 $$",
}
PLAIN = {"plain lines"}


@pytest.mark.parametrize("name", UNITS)
def test_time_grows_no_faster_than_length(name: str) -> None:
    path = "note.txt" if name in PLAIN else "note.md"

    def seconds(count: int) -> float:
        text = WRAPPED.get(name, "{}").replace("{}", UNITS[name] * count)
        best = 99.0
        for _ in range(2):
            start = process_time()
            read_document(path, text)
            best = min(best, process_time() - start)
        return best

    read_document(path, UNITS[name])
    assert seconds(80) < 8 * seconds(20) + 0.05  # four times as long; quadratic time would be 16 times


@pytest.mark.parametrize("text", REAL)
def test_a_broken_document_is_still_judged(text: str) -> None:
    for place in range(20, len(text), 60):
        report = check_text(text[:place] + "}" + text[place:], "note.md")
        assert report is not None
