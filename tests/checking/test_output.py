"""What a person sees, and what a script reads."""

from __future__ import annotations

import io
import json

from rich.console import Console

from symelbo.checking import check_text
from symelbo.checking.human import as_text, show
from symelbo.checking.json_report import as_json
from symelbo.reading.sources.tokens import Problem, Span
from symelbo.reading.stating.statements import Kind, Reading

CLAIM_KEYS = [
    "line",
    "column",
    "end_line",
    "end_column",
    "relation",
    "lhs",
    "rhs",
    "verdict",
    "rules",
    "note",
    "residual",
    "witness",
    "repair",
    "reading",
    "seconds",
]


def test_quiet_when_all_is_well(statement, claims, document):
    document(statement(claims.true), statement(kind=Kind.DEFINITION))
    (line,) = as_text(check_text("A = B", "notes.md")).splitlines()
    assert line.startswith("notes.md: 2 claims: 1 proved, 1 definition (")


def test_a_refuted_line_is_shown_with_its_place_and_a_model(statement, claims, document):
    text = r"$$ \log p(x) = L(q) $$"
    document(statement(claims.false, text=text))
    lines = as_text(check_text(text, "notes.md")).splitlines()
    assert lines[0] == "notes.md:1:14: refuted"
    assert lines[1].endswith("| " + text)
    assert lines[2].index("^") - lines[1].index("$$") == text.index("=")
    assert any("the two sides differ" in line for line in lines)
    assert any("left side" in line and "right side" in line for line in lines)


def test_carets_are_right_under_wide_letters(statement, document):
    text = "期望值 E[f = 0"
    document(statement(kind=Kind.UNREAD, text=text, problem=Problem("a bracket is missing", Span(5, 6))))
    lines = as_text(check_text(text)).splitlines()
    assert lines[2].index("^") == lines[1].index("|") + 2 + 3 * 2 + 2
    assert lines[3].strip() == "a bracket is missing"


def test_a_long_line_is_cut_around_the_place(statement, document):
    text = "a" * 500 + " = " + "b" * 500
    document(statement(kind=Kind.UNREAD, text=text, problem=Problem("?", Span(501, 502))))
    source, marks = as_text(check_text(text)).splitlines()[1:3]
    assert len(source) < 180
    assert source[marks.index("^")] == "="


def test_verbose_names_every_claim_its_rules_and_its_reading(statement, claims, document):
    document(statement(claims.false, Reading(claims.true, "narrow logarithm")), statement(claims.true))
    text = as_text(check_text("A = B", "n.md"), verbose=True)
    assert text.count("n.md:1:3: proved") == 2
    assert "read as: narrow logarithm" in text


def test_strict_shows_what_stays_unknown(statement, claims, document):
    document(statement(claims.false, decimals="0.5"))
    report = check_text("A = B", "n.md")
    assert "n.md:1:3" not in as_text(report)
    assert "n.md:1:3: unknown" in as_text(report, strict=True)


def test_source_text_is_never_taken_for_markup(statement, document):
    text = "[bold]x[/bold] = [/]"
    document(statement(kind=Kind.UNREAD, text=text, problem=Problem("[red]odd[/]", Span(0, 1))))
    out = io.StringIO()
    show(check_text(text), Console(file=out, markup=False, highlight=False), verbose=True)
    assert text in out.getvalue()
    assert "[red]odd[/]" in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_json_has_the_keys_of_the_contract(statement, claims, document):
    document(statement(claims.true), statement(claims.false))
    data = json.loads(as_json(check_text("A = B", "n.md")))
    assert data["version"] == 1
    assert [file["path"] for file in data["files"]] == ["n.md"]
    proved, refuted = data["files"][0]["claims"]
    for claim in (proved, refuted):
        assert set(CLAIM_KEYS) <= set(claim)
    assert (proved["verdict"], proved["witness"]) == ("proved", {})
    assert refuted["verdict"] == "refuted"
    assert refuted["witness"]["tables"]
    summary = data["summary"]
    assert (summary["proved"], summary["refuted"], summary["unread"]) == (1, 1, 0)
    assert set(summary) == {"proved", "refuted", "unknown", "unread", "definition", "estimate", "seconds"}


def test_a_side_keeps_the_left_of_its_first_bracket() -> None:
    (claim,) = check_text(r"$$a b = \left( a \right) b$$", "notes.md").claims
    assert claim.rhs == r"\left( a \right) b"
    (claim,) = check_text(r"$$\alpha b = ( \alpha ) b$$", "notes.md").claims
    assert claim.rhs == r"( \alpha ) b"
