"""Reports: places, problems of files, exit codes, and independence of files from each other."""

from __future__ import annotations

import json

import pytest

from symelbo.checking import Outcome, check, check_text
from symelbo.errors import BudgetExceeded
from symelbo.reading.sources.tokens import Problem, Span
from symelbo.reading.stating.statements import Kind


def test_places_count_from_one_and_end_after_the_sign(statement, claims, document):
    text = "one\n  a = b\n"
    document(statement(claims.true, text=text))
    (claim,) = check_text(text).claims
    assert (claim.line, claim.column, claim.end_line, claim.end_column) == (2, 5, 2, 6)
    assert claim.spot is not None and claim.spot.source == "  a = b"


def test_plain_text_sides_are_shown_in_latex(statement, claims, document):
    document(statement(claims.true, text="log p(x) = x"))
    (claim,) = check_text("log p(x) = x").claims
    assert claim.lhs.startswith(r"\log p(x)")
    document(statement(claims.true, text=r"\ln p(x) = x"))
    (claim,) = check_text(r"\ln p(x) = x").claims
    assert claim.lhs == r"\ln p(x)"


@pytest.mark.parametrize(
    ("kind", "plain", "strict"),
    [("true", 0, 0), ("false", 1, 1), ("unread", 1, 1), ("unknown", 0, 1), ("definition", 0, 0), ("estimate", 0, 0)],
)
def test_exit_codes(statement, claims, document, kind, plain, strict):
    made = {
        "true": lambda: statement(claims.true),
        "false": lambda: statement(claims.false),
        "unknown": lambda: statement(claims.false, decimals="0.5"),
        "unread": lambda: statement(kind=Kind.UNREAD, problem=Problem("?", Span(0, 1))),
        "definition": lambda: statement(kind=Kind.DEFINITION),
        "estimate": lambda: statement(kind=Kind.ESTIMATE),
    }
    document(made[kind]())
    report = check_text("A = B")
    assert (report.exit_code(), report.exit_code(strict=True)) == (plain, strict)
    assert report.ok is (plain == 0)


def test_expected_slips_pass_and_their_absence_does_not(statement, claims, document):
    document(statement(claims.true, expect_refuted=True), statement(claims.false, expect_refuted=True))
    assert check_text("A = B").exit_code() == 0
    document(statement(claims.true, expect_refuted=True))
    report = check_text("A = B")
    assert report.exit_code() == 1
    assert "announced as wrong" in report.files[0].problems[0].message


def test_one_broken_file_leaves_the_others_alone(tmp_path, statement, claims, document):
    document(statement(claims.true))
    good = tmp_path / "good.md"
    good.write_text("A = B")
    (tmp_path / "picture.md").write_bytes(b"\x89PNG\0\0")
    (tmp_path / "latin.tex").write_bytes("line\nGauß = x".encode("latin-1"))
    report = check(tmp_path / "picture.md", tmp_path / "latin.tex", good)
    messages = [file.problems[0].message if file.problems else None for file in report.files]
    assert "binary" in messages[0] and "UTF-8" in messages[1] and messages[2] is None
    assert report.files[1].problems[0].line == 2
    assert [claim.outcome for claim in report.claims] == [Outcome.PROVED]
    assert report.exit_code() == 1


def test_a_missing_file_is_wrong_usage_after_the_others_are_judged(tmp_path, statement, claims, document):
    document(statement(claims.true))
    good = tmp_path / "good.md"
    good.write_text("A = B")
    report = check(tmp_path / "absent.md", good)
    assert report.exit_code() == 2
    assert [file.count(Outcome.PROVED) for file in report.files] == [0, 1]


def test_a_defect_in_reading_is_the_problem_of_that_file(document):
    document(error=ValueError("odd"))
    report = check_text("A = B")
    assert "odd" in report.files[0].problems[0].message
    assert report.exit_code() == 1


def test_folders_are_searched_and_empty_ones_named(tmp_path, statement, claims, document):
    document(statement(claims.true))
    for name in ("b.tex", "a.md", "n.ipynb", "t.txt", "program.py", ".hidden.md", "deep/c.md", ".git/d.md"):
        path = tmp_path / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("A = B")
    report = check(tmp_path / "notes")
    names = [file.path.removeprefix(f"{tmp_path}/notes/") for file in report.files]
    assert names == ["a.md", "b.tex", "n.ipynb", "t.txt", "deep/c.md"]
    (tmp_path / "empty").mkdir()
    assert check(tmp_path / "empty").exit_code() == 2


def test_a_file_named_twice_is_judged_once(tmp_path, statement, claims, document):
    document(statement(claims.true))
    path = tmp_path / "a.md"
    path.write_text("A = B")
    assert len(check(path, tmp_path).files) == 1


def test_text_is_told_from_a_path(statement, claims, document):
    document(statement(claims.true))
    assert [file.path for file in check("$$A = B$$").files] == ["text.md"]
    assert check("notes.md").exit_code() == 2


def test_progress_is_reported_claim_by_claim(statement, claims, document):
    document(statement(claims.true), statement(claims.false))
    seen = []
    check_text("A = B", progress=lambda *step: seen.append(step))
    assert seen == [("text.md", 0, 2), ("text.md", 1, 2)]


def test_places_in_a_notebook_name_the_cell(tmp_path):
    source = r"$$\log p(x, z) = \log p(z) - \log p(x \mid z)$$"
    cells = [{"cell_type": "code", "source": "1"}, {"cell_type": "markdown", "source": ["Wrong:\n", "\n", source]}]
    path = tmp_path / "notes.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}))
    report = check(path)
    (claim,) = report.claims
    assert (claim.outcome, claim.cell, claim.line) == (Outcome.REFUTED, 2, 3)
    assert f"{path}:cell 2:3:16: refuted" in str(report)


def test_when_the_time_is_used_up_the_rest_stays_unknown_and_nothing_is_lost() -> None:
    def until_two(path: str, done: int, total: int) -> None:
        if done == 2:
            raise BudgetExceeded("the time for this document is used up")

    claim = "$$\\log p(x, z) = \\log p(z) + \\log p(x \\mid z)$$\n\n"
    report = check_text(claim * 4, progress=until_two)
    assert [c.outcome.value for c in report.claims] == ["proved", "proved", "unknown", "unknown"]
    assert "used up" in (list(report.claims)[-1].note or "")
