"""`pytest --symelbo`: documents as tests."""

from __future__ import annotations

import pytest
from pages import fenced

import symelbo.checking.check
import symelbo.checking.human
import symelbo.reading.stating.meaning  # noqa: F401  (loaded here, the mathematics is not loaded anew in every run below)

pytest_plugins = ["pytester"]

GOOD = "Bayes:\n\n$$\np(z \\mid x) = \\frac{p(x \\mid z) p(z)}{p(x)}\n$$\n"
BAD = "$$\np(z \\mid x) = \\frac{p(x \\mid z) p(x)}{p(z)}\n$$\n"
UNREAD = "$$\np(z \\mid x = \\frac{p(x\n$$\n"
CHAIN = "$$\np(x, z) = p(z) p(x \\mid z) = p(x) p(z \\mid x)\n$$\n"
SLIP = "<!-- symelbo: expect refuted -->\n\n" + BAD


@pytest.fixture
def run(pytester):
    def call(files, *arguments):
        for name, text in files.items():
            path = pytester.path / "notes" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest", *arguments, "notes")

    return call


def test_claims_are_items_and_failures_show_the_report(run):
    result = run({"good.md": GOOD, "bad.tex": BAD}, "--symelbo", "-v")
    result.assert_outcomes(passed=1, failed=1)
    text = result.stdout.str()
    assert "notes/good.md::4 PASSED" in text
    assert "notes/bad.tex::2 FAILED" in text
    assert "bad.tex:2:13: refuted" in text
    assert "left side" in text
    assert "Traceback" not in text


def test_what_cannot_be_read_fails(run):
    result = run({"unread.md": UNREAD, "picture.md": "\0"}, "--symelbo")
    outcomes = result.parseoutcomes()
    assert outcomes["failed"] >= 2
    assert "passed" not in outcomes
    assert "binary" in result.stdout.str()


def test_an_announced_slip_passes(run):
    run({"slip.md": SLIP}, "--symelbo").assert_outcomes(passed=1)


def test_documents_are_left_alone_unless_asked_for(run):
    assert run({"bad.md": BAD}).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_two_claims_on_a_line_have_different_names(run):
    result = run({"chain.md": CHAIN}, "--symelbo", "-v")
    result.assert_outcomes(passed=2)
    assert "chain.md::2:9 PASSED" in result.stdout.str()
    assert "chain.md::2:28 PASSED" in result.stdout.str()


def test_unknown_is_skipped_with_its_reason_or_fails_when_strict(run, monkeypatch):
    def no_word(claim, assumed, effort):
        raise RecursionError

    monkeypatch.setattr("symelbo.checking.judge.prove_claim", no_word)
    run({"good.md": GOOD}, "--symelbo").assert_outcomes(skipped=1)
    run({"good.md": GOOD}, "--symelbo-strict").assert_outcomes(failed=1)


def test_several_processes_share_the_work(run):
    result = run({"a.md": GOOD, "b.md": CHAIN, "c.md": BAD}, "--symelbo", "-n", "2")
    result.assert_outcomes(passed=3, failed=1)


FIXTURE = """
def test_true(symelbo_claims):
    symelbo_claims(r"$$\\log p(x, z) = \\log p(z) + \\log p(x \\mid z)$$")

def test_false(symelbo_claims):
    symelbo_claims(r"$$p(x, z) = p(z) p(z \\mid x)$$")

def test_nothing(symelbo_claims):
    symelbo_claims("$$ x $$")
"""


def test_the_fixture_judges_paths_and_texts(pytester):
    pytester.makepyfile(FIXTURE)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    result.assert_outcomes(passed=1, failed=2)
    assert "in this model the two sides differ" in result.stdout.str()
    assert "there is no claim" in result.stdout.str()


IN_PYTHON, IN_SYBIL = fenced("docs/howto/pytest.md", "python")
(IN_DOCUMENTS,) = fenced("docs/howto/pytest.md", "markdown")


def test_the_assertions_of_the_page_pass_and_can_fail(pytester):
    pytester.makepyfile(test_right=IN_PYTHON, test_wrong=IN_PYTHON.replace("bound <=", "bound >="))
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    result.assert_outcomes(passed=1, failed=1)
    assert "expected the claim to be proved, but it is refuted" in result.stdout.str()


def test_blocks_of_documentation_are_judged_by_sybil(pytester):
    pytest.importorskip("sybil", reason="Sybil is not installed")
    pytester.makeconftest(IN_SYBIL)
    wrong = IN_DOCUMENTS.replace("p(y | x, z) = p(y | z)", "p(y | x, z) = p(y | x)")
    (pytester.path / "docs.md").write_text(f"# Docs\n\n{IN_DOCUMENTS}\nand\n\n{wrong}")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "docs.md")
    result.assert_outcomes(passed=1, failed=1)
    assert "docs.md:13:13: refuted" in result.stdout.str()
