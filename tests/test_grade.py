"""Graded answers: right ones are equal, wrong ones told apart by a model, and nothing else is said of the rest."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from click.testing import CliRunner
from sympy import log, sqrt, symbols

from symelbo import KL, E, family, variables
from symelbo.cli import main
from symelbo.grade import Standing, equivalent

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from grading_pairs import Pair, pairs

sys.path.pop(0)

PAIRS = pairs()


@pytest.mark.parametrize("pair", PAIRS[::4], ids=lambda pair: f"{pair.answer} | {pair.key}")
def test_the_pairs_of_the_benchmark(pair: Pair) -> None:
    grade = equivalent(pair.answer, pair.key, pair.assuming)
    assert grade.standing not in (Standing.UNKNOWN, Standing.UNREAD), grade
    assert grade.equal is pair.equal, grade
    if not pair.equal:
        assert grade.witness is not None or "rounded" in str(grade)


def test_there_are_enough_of_both() -> None:
    assert len(PAIRS) >= 120
    assert len({(pair.key, pair.answer) for pair in PAIRS}) == len(PAIRS)
    assert min(sum(pair.equal for pair in PAIRS), sum(not pair.equal for pair in PAIRS)) >= 60


def test_a_grade_is_no_truth_value() -> None:
    with pytest.raises(TypeError, match=r"use \.equal"):
        bool(equivalent("a", "a"))


def test_equal_under_conditions_says_which() -> None:
    grade = equivalent("log p(x) - D_KL", "log p(x) - KL(q(z|x) || p(z|x))")
    assert grade.standing is Standing.EQUAL_IF
    assert grade.conditions == ("D_KL is read as KL(q(z | x) || p(z | x))",)
    assert equivalent("log p(x) + D_KL", "log p(x) - KL(q(z|x) || p(z|x))").standing is Standing.DIFFERENT


def test_a_name_that_nothing_explains_is_not_judged() -> None:
    grade = equivalent("ELBO", "log p(x) - KL(q(z|x) || p(z|x))")
    assert grade.standing is Standing.UNKNOWN
    assert "ELBO" in (grade.message or "")
    told = equivalent("log p(x) - G", "log p(x) - KL(q(z|x) || p(z|x))", ["G = KL(q(z|x) || p(z|x))"])
    assert told.equal
    wrong = equivalent("log p(x) - G", "log p(x) - KL(q(z|x) || p(z|x))", ["G = KL(p(z|x) || q(z|x))"])
    assert not wrong.equal


def test_assumptions_count() -> None:
    assert equivalent("sqrt(a^2)", "a", ["a > 0"]).equal
    chain = ["p(x, z1, z2) = p(z2) p(z1 | z2) p(x | z1)"]
    assert equivalent("p(x | z1, z2)", "p(x | z1)", chain).equal
    assert equivalent("p(x | z1, z2)", "p(x | z1)").standing is Standing.DIFFERENT


def test_terms() -> None:
    (x, z), p, q = variables("x z"), family("p"), family("q")
    bound = E(log(p(x, z)) - log(q(z | x)), q(z | x))
    assert equivalent(log(p(x)) - KL(q(z | x), p(z | x)), bound).equal
    assert equivalent(log(p(x)) + KL(q(z | x), p(z | x)), bound).standing is Standing.DIFFERENT
    assert equivalent("log p(x) - KL(q(z|x) || p(z|x))", bound).equal
    a = symbols("a", real=True)
    assert equivalent(sqrt(a**2), a).standing is Standing.DIFFERENT
    assert equivalent(sqrt(a**2), a, [a > 0]).equal
    assert equivalent(2, 2).equal


def test_relations() -> None:
    key = r"\log p(x) \ge \log p(x) - D_{KL}(q(z|x) \| p(z|x))"
    assert equivalent(r"D_{KL}(q(z|x) \| p(z|x)) \ge 0", key).equal
    assert equivalent(r"0 \le D_{KL}(q(z|x) \| p(z|x))", key).equal
    assert equivalent(r"D_{KL}(q(z|x) \| p(z|x)) \le 0", key).standing is Standing.DIFFERENT
    assert equivalent(r"D_{KL}(p(z|x) \| q(z|x)) \ge 0", key).standing is Standing.UNKNOWN
    assert equivalent(r"\log p(x)", key).standing is Standing.UNKNOWN
    assert equivalent("log p(x) = 2", "3").standing is Standing.DIFFERENT
    assert equivalent("log p(x) = 3", "3").conditions == ("what stands left of its equals sign is not judged",)
    assert equivalent("L = log p(x)", "log p(x)").standing is Standing.EQUAL
    assert equivalent("a + b = b", "b + a = b").equal
    assert not equivalent("a - b = b", "b + a = b").equal


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("", "nothing in it"),
        ("   \n", "nothing in it"),
        (r"\boxed{", "not closed"),
        ("a" * 5000, "5000 characters"),
        (r"a \] \[ b", "where one expression is expected"),
        ("a $ b", "where one expression is expected"),
        (r"a \\ b", "where one expression is expected"),
        ("a % symelbo: assume a = b", "where one expression is expected"),
        ("a = b = c", "several relation signs"),
        (r"a \approx b", "stands in it"),
        ("p(x := 1", "could not be read"),
        ("log(", "could not be read"),
        ("9^{9^{9}}", "too large"),
        ("((((" * 500 + "x" + "))))" * 500, "could not be read"),
        ("__import__('os').system('true')", "could not be read"),
        ("\x00", "could not be read"),
    ],
)
def test_what_cannot_be_read(answer: str, said: str) -> None:
    grade = equivalent(answer, "log p(x)")
    assert grade.standing in (Standing.UNREAD, Standing.UNKNOWN)
    assert said in (grade.message or "") or grade.standing is Standing.UNKNOWN
    assert grade.reward == 0.0


@pytest.mark.parametrize("answer", [None, 1.5, b"log p(x)", ["a"], object()])
def test_what_is_no_answer_at_all(answer: object) -> None:
    assert equivalent(answer, "log p(x)").standing is Standing.UNREAD
    assert equivalent("log p(x)", answer).standing is Standing.UNREAD


def test_an_unread_key_is_said_to_be_the_key() -> None:
    assert "the key" in (equivalent("log p(x)", "log(").message or "")


def test_answers_cannot_assume_or_define() -> None:
    for answer in ("p(x) % symelbo: assume p(x) = q(x)", "symelbo: assume p(x) = q(x)", "p(x) := q(x)"):
        assert equivalent(answer, "q(x)").standing is Standing.UNREAD
    assert equivalent("q(x) = p(x)", "q(x)").equal is False


def test_threads_agree_with_one() -> None:
    some = PAIRS[::12]
    alone = [equivalent(p.answer, p.key, p.assuming).standing for p in some]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda p: equivalent(p.answer, p.key, p.assuming).standing, some))
    assert found == alone


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_worker_processes(method: str) -> None:
    some = [PAIRS[0], PAIRS[1]]
    with ProcessPoolExecutor(1, mp_context=get_context(method)) as workers:
        found = list(workers.map(_standing, [(p.answer, p.key) for p in some]))
    assert found == ["equal under conditions", "different"]


def _standing(pair: tuple[str, str]) -> str:
    return equivalent(*pair).standing.value


def test_command() -> None:
    run = CliRunner()
    assert run.invoke(main, ["grade", "--", "-D_KL + log p(x)", "log p(x) - D_KL"]).exit_code == 0
    wrong = run.invoke(main, ["grade", "log p(x) + D_KL", "log p(x) - D_KL"])
    assert wrong.exit_code == 1
    assert "different" in wrong.output
    unread = run.invoke(main, ["grade", "log(", "log p(x)", "--format", "json"])
    assert unread.exit_code == 2
    assert json.loads(unread.output)["standing"] == "unread"
    assumed = run.invoke(main, ["grade", "sqrt(a^2)", "a", "--assume", "a > 0", "--format", "json"])
    assert json.loads(assumed.output)["reward"] == 1.0


@pytest.mark.parametrize(
    "answer",
    [
        r"\sum_{i=1}^{10^9} i^2",
        r"\prod_{i=1}^{1000000000} i",
        r"\log p(x_{1:1000000000})",
        "x" * 1_000_000,
        "Var(" * 400 + "X" + ")" * 400,
        " + ".join(["KL(q||p)"] * 60),
        "word " * 700 + "is x",
    ],
    ids=lambda answer: answer[:20],
)
def test_work_is_bounded(answer: str) -> None:
    assert not equivalent(answer, "log p(x) - KL(q(z|x) || p(z|x))").equal
    assert not equivalent("log p(x) - KL(q(z|x) || p(z|x))", answer).equal


def test_assumptions_are_bounded() -> None:
    assert "assumptions" in (equivalent("a", "b", ["(" * 100_000]).message or "")


@pytest.mark.parametrize(
    "answer",
    [
        "The answer is not log p(x)",
        "It is wrong: log p(x)",
        "The bound is minus log p(x)",
        "The answer is log p(x) or p(x)",
        "log p(x) is what I do not mean",
    ],
)
def test_words_that_change_what_is_said_are_not_dropped(answer: str) -> None:
    assert not equivalent(answer, "log p(x)").equal
    assert equivalent("The answer is log p(x).", "log p(x)").equal


def test_units() -> None:
    assert equivalent("1 bit", "log 2").equal
    assert equivalent("1 bit", "log 3").standing is Standing.DIFFERENT
    assert equivalent("1 bit", "1").standing is Standing.UNKNOWN
    assert equivalent("0.69", "0.69 bits").conditions[0] == "the answer is in bits"
    assert equivalent("33.3%", "1/3").equal
    assert equivalent("33.4%", "1/3").standing is Standing.DIFFERENT


def test_terms_that_are_no_answers() -> None:
    from sympy import Add, Float, Integer, MatrixSymbol, Rational

    assert equivalent(Float("0.1"), Rational(1, 10)).equal
    assert equivalent(MatrixSymbol("A", 2, 2), Integer(1)).standing is Standing.UNREAD
    assert equivalent(Integer(9) ** (9**6), Integer(1)).standing is Standing.UNREAD
    assert equivalent(Add(*symbols("v0:11000")), Integer(1)).standing is Standing.UNREAD
    assert equivalent(True, Integer(1)).standing is Standing.UNREAD
