"""Where the mathematics of a document is: every kind of file, and what must not be taken for a display."""

from __future__ import annotations

import json

import pytest

from symelbo.reading.sources.documents import SourceDocument, blank, read_source


def bodies(document: SourceDocument) -> list[str]:
    return [document.clean[display.start : display.end].strip() for display in document.displays]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$$a = b$$", ["a = b"]),
        ("text $$a = b$$ text $$c = d$$", ["a = b", "c = d"]),
        ("so\n$$\na = b\n$$\nand", ["a = b"]),
        ("\\[a = b\\] and \\\\[c = d\\\\]", ["a = b", "c = d"]),
        ("\\begin{align}a &= b\\end{align}", ["\\begin{align}a &= b\\end{align}"]),
        ("```math\na = b\n```", ["a = b"]),
        ("~~~math\na = b\n~~~", ["a = b"]),
        ("```{math}\n:label: here\na = b\n```", ["a = b"]),
        ("- item\n\n  $$\n  a = b\n  $$\n", ["a = b"]),
        ("<div align='center'>\n\n$$a = b$$\n</div>", ["a = b"]),
        ("---\ntitle: $$x = y$$\n---\n\n$$a = b$$", ["a = b"]),
        ("costs \\$5, $$a = b$$", ["a = b"]),
        ("```\nlog p(x) ≥ E_q[log p(x, z)]\n```", ["log p(x) ≥ E_q[log p(x, z)]"]),
        ("```text\np(x) = q(x)\n\np(y) = q(y)\n```", ["p(x) = q(x)", "p(y) = q(y)"]),
    ],
)
def test_markdown_displays(source: str, expected: list[str]) -> None:
    assert bodies(read_source("note.md", source)) == expected


@pytest.mark.parametrize(
    "source",
    [
        "inline $a = b$ only",
        "inline \\(a = b\\) only",
        "`$$a = b$$` is how to write it",
        "```python\nloss = log(p(x))\n```",
        "```\nx = np.log(p(y))\nprint(x)\n```",
        "```\njust words = not mathematics\n```",
        "<!-- $$a = b$$ -->",
        "<pre>$$a = b$$</pre>",
        "$$ $$",
    ],
)
def test_not_a_markdown_display(source: str) -> None:
    assert bodies(read_source("note.md", source)) == []


def test_block_quotes_lose_their_marks_but_not_their_places() -> None:
    source = "> Then\n>\n> $$\n> a\n> = b\n> $$\n\n$$\nc\n> d\n$$\n"
    document = read_source("note.md", source)
    first, second = (document.clean[display.start : display.end] for display in document.displays)
    assert ">" not in first and first.split() == ["a", "=", "b"]
    assert second.split() == ["c", ">", "d"]  # here it is a relation sign
    assert document.location(document.clean.index("= b")) == (5, 3)
    assert len(document.clean) == len(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$$a = b$$ and \\[c = d\\]", ["a = b", "c = d"]),
        ("\\begin{equation*}a = b\\end{equation*}", ["\\begin{equation*}a = b\\end{equation*}"]),
        ("a \\\\[2pt] b \\[c = d\\]", ["c = d"]),
        ("% $$a = b$$\n\\[c = d % = e\n\\]", ["c = d"]),
        ("5\\% $$a = b$$", ["a = b"]),
        ("\\verb|$$a$$| \\begin{verbatim}$$a = b$$\\end{verbatim} $$c = d$$", ["c = d"]),
        ("\\iffalse $$a = b$$ \\fi $$c = d$$", ["c = d"]),
        ("\\documentclass{article} $$a$$ \\begin{document} $$c = d$$ \\end{document} $$e$$", ["c = d"]),
        ("\\def\\be{\\begin{equation}}\\def\\ee{\\end{equation}} \\be a = b \\ee", ["\\be a = b"]),
        ("\\newcommand{\\x}{$$a = b$$} $$c = d$$", ["c = d"]),
        ("inline $a = b$ and \\(c = d\\)", []),
    ],
)
def test_latex_displays(source: str, expected: list[str]) -> None:
    assert bodies(read_source("note.tex", source)) == expected


def test_input_is_noted_and_not_read() -> None:
    document = read_source("note.tex", "\\input{chapter}\n$$a = b$$")
    assert [note.message for note in document.notes] == [
        "the file chapter is not read; check it on its own, or paste its mathematics here"
    ]


def test_directives_of_all_kinds_of_files() -> None:
    tex = read_source("a.tex", "% symelbo: assume \\sigma > 0  \nx % symelbo: skip\n% symelbolic\n")
    assert [directive.text for directive in tex.directives] == ["assume \\sigma > 0", "skip"]
    markdown = read_source("a.md", "<!-- symelbo: latent z -->\n<!-- not for us -->\n`<!-- symelbo: skip -->`\n")
    assert [directive.text for directive in markdown.directives] == ["latent z"]
    plain = read_source("a.txt", "symelbo: observed x\np(x) = q(x)\n")
    assert [directive.text for directive in plain.directives] == ["observed x"]
    directive = tex.directives[0]
    assert tex.text[directive.start : directive.end] == directive.text


def test_plain_text_takes_the_lines_that_are_mathematics() -> None:
    source = (
        "The evidence is what we want = need to know.\n"
        "So log p(x) = log sum_z p(x, z)\n"
        "            >= E_q[log p(x, z) - log q(z)]\n"
        "and nothing else = matters here.\n"
        "\n"
        "gap = log p(x) - ELBO\n"
        "\\log p(x) \\ge \\mathcal{L}\n"
    )
    document = read_source("lesson.txt", source)
    assert [(display.mode, display.line) for display in document.displays] == [("plain", 2), ("plain", 6), ("tex", 7)]
    assert bodies(document)[0].startswith("log p(x)")


def test_notebook_gives_cell_and_line() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Title\n", "\n", "$$a = b$$"]},
        {"cell_type": "code", "source": "x = 1"},
        {"cell_type": "markdown", "source": "then\n$$\n\\ge c\n$$"},
    ]
    document = read_source("lesson.ipynb", json.dumps({"cells": cells}))
    assert bodies(document) == ["a = b", "\\ge c"]
    place = document.clean.index("\\ge")
    assert (document.cell(place), document.location(place)) == (3, (3, 1))
    assert document.cell(document.clean.index("a = b")) == 1


@pytest.mark.parametrize(
    "source", ["", "no json", "[]", '{"cells": 3}', '{"cells": [1, {"cell_type": "markdown", "source": 5}]}']
)
def test_broken_notebooks_are_reported_not_raised(source: str) -> None:
    document = read_source("lesson.ipynb", source)
    assert not document.displays
    assert document.problems or source.startswith('{"cells": [')


def test_a_display_that_is_never_closed_is_reported_and_ends_at_the_next_heading() -> None:
    document = read_source("note.md", "$$\na = b\n\n# Next\n\n$$c = d$$\n")
    assert bodies(document) == ["a = b", "c = d"]
    assert "is never closed; end it with $$" in document.problems[0].message
    assert document.location(document.problems[0].span.start) == (1, 1)
    assert not read_source("note.md", "$$a = b$$").problems


def test_location_counts_lines_and_columns_from_one() -> None:
    document = read_source("note.md", "ab\n\ncd")
    assert [document.location(offset) for offset in (0, 1, 2, 3, 4, 6)] == [
        (1, 1),
        (1, 2),
        (1, 3),
        (2, 1),
        (3, 1),
        (3, 3),
    ]
    assert document.cell(0) is None


def test_blank_keeps_lengths_and_lines() -> None:
    assert blank("one\ntwo three", [(8, 13), (2, 5)]) == "on \n wo      "


def test_a_directive_may_stand_in_a_line_of_its_own() -> None:
    document = read_source(
        "note.md", "symelbo: assume a > 0\n\n$$a = b$$\n\nsymelbo: a checker\n\n`symelbo: assume b > 0`\n"
    )
    assert [item.text for item in document.directives] == ["assume a > 0"]
