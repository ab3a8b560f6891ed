"""Rows judged by several processes: the report of one process, whatever becomes of the others."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from symelbo.checking import Outcome, rows
from symelbo.checking.check import report_file
from symelbo.checking.forks import by_forks, processors
from symelbo.checking.json_report import as_dict
from symelbo.checking.report import FileReport, Report
from symelbo.checking.sources import Source
from symelbo.errors import BudgetExceeded
from symelbo.proof import Effort

NOTES = Path(__file__).with_name("rows_in_forks.py")


def plain(file: FileReport) -> Any:
    """A report as data, without the times."""
    data = as_dict(Report((file,)))
    for claim in data["files"][0]["claims"]:
        del claim["seconds"]
    return data


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Other processes played by this one; `lost` are the rows whose reports do not arrive."""

    def install(*lost: int) -> list[int]:
        judged: list[int] = []

        def played(count: int, work: Any, processes: int) -> Any:
            assert processes > 1
            for number in reversed(range(count)):
                if number not in lost:
                    judged.append(number)
                    yield number, work(number)

        monkeypatch.setattr(rows, "by_forks", played)
        monkeypatch.setattr(rows, "may_fork", lambda: True)
        return judged

    return install


def chains(statement: Any, claims: Any, first: Any) -> list[Any]:
    """Two chains of six rows; only the first row of the first one is given."""
    made = []
    for place in range(12):
        row = statement(
            first if place == 0 else claims.true, text=f"side{place + place // 6} = side{place + place // 6 + 1}"
        )
        made.append(row if place in (0, 6) else replace(row, from_head=row.readings))
    return made


def test_what_the_verdicts_before_a_row_mean_for_it_is_not_lost(
    statement: Any, claims: Any, document: Any, hands: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(rows, "judge_statement", spy(seen, rows.judge_statement))
    for first, again in ((claims.true, 0), (claims.false, 5)):
        document(*chains(statement, claims, first))
        seen.clear()
        judged = hands()
        report_file(Source("a.md", "A = B"), Effort(), jobs=2)
        assert len(judged) == 12
        assert len(seen) == 12 + again  # the rest of the chain that the slip broke
        assert seen[12:] == [False] * again


def spy(seen: list[bool], judge: Any) -> Any:
    def spied(statement: Any, effort: Any) -> Any:
        seen.append(statement.unbroken)
        return judge(statement, effort)

    return spied


LAW_THAT_FOLLOWS = r"""
$$p(z) = \mathcal{N}(z; 0, 1), \qquad p(x \mid z) = \mathcal{N}(x; z, s^2)$$

$$p(x) = \mathcal{N}(x; 0, VARIANCE)$$

""" + "\n\n".join([r"$$\log p(x, z) = \log p(z) + \log p(x \mid z)$$"] * 8)


@pytest.mark.parametrize(("variance", "again"), [("1 + s^2", 0), ("2 + s^2", 8)])
def test_a_law_that_does_not_follow_is_not_used_further_down(hands: Any, variance: str, again: int) -> None:
    source = Source("a.md", LAW_THAT_FOLLOWS.replace("VARIANCE", variance))
    alone = report_file(source, Effort())
    hands()
    together = report_file(source, Effort(), jobs=2)
    assert plain(together) == plain(alone)
    wrong = [claim.outcome for claim in alone.claims if claim.outcome is not Outcome.PROVED]
    assert (Outcome.REFUTED in wrong) is bool(again)


def test_rows_that_do_not_come_back_are_judged_here(statement: Any, claims: Any, document: Any, hands: Any) -> None:
    document(*chains(statement, claims, claims.false))
    alone = report_file(Source("a.md", "A = B"), Effort())
    hands(0, 3, 7, 11)
    assert plain(report_file(Source("a.md", "A = B"), Effort(), jobs=2)) == plain(alone)


def test_a_machine_without_room_for_processes_judges_without(
    statement: Any, claims: Any, document: Any, hands: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> Any:
        raise OSError("too many open files")

    document(*chains(statement, claims, claims.true))
    hands()
    monkeypatch.setattr(rows, "by_forks", full)
    report = report_file(Source("a.md", "A = B"), Effort(), jobs=2)
    assert {claim.outcome for claim in report.claims} == {Outcome.PROVED}


def test_small_documents_are_judged_by_one_process(statement: Any, claims: Any, document: Any, hands: Any) -> None:
    document(*chains(statement, claims, claims.true)[:7])
    judged = hands()
    report_file(Source("a.md", "A = B"), Effort(), jobs=4)
    assert judged == []


def test_what_was_judged_when_the_time_was_used_up_stays(
    statement: Any, claims: Any, document: Any, hands: Any
) -> None:
    def until_eight(path: str, done: int, total: int) -> None:
        if done == 8:
            raise BudgetExceeded("the time for this document is used up")

    document(*chains(statement, claims, claims.true))
    hands()
    report = report_file(Source("a.md", "A = B"), Effort(), until_eight, jobs=2)
    outcomes = [claim.outcome for claim in report.claims]
    assert outcomes == [Outcome.UNKNOWN] * 6 + [Outcome.PROVED] * 6
    assert "used up" in (report.claims[0].note or "")


def test_one_process_needs_no_fork() -> None:
    assert list(by_forks(3, str, processes=1)) == [(0, "0"), (1, "1"), (2, "2")]
    assert list(by_forks(0, str, processes=1)) == []
    assert processors() >= 1


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What a process without threads sees, which the one that runs tests may not be."""
    done = subprocess.run([sys.executable, str(NOTES)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


needs_forks = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="processes are not forked here")


@needs_forks
def test_forks_take_part_and_answer(seen: dict[str, Any]) -> None:
    assert seen["squares"] == [[number, number * number] for number in range(40)]
    assert seen["processes"] == 3
    assert seen["many"] == 5000


@needs_forks
def test_what_a_fork_cannot_do_is_missing_and_nothing_else(seen: dict[str, Any]) -> None:
    for case in ("killed", "raised", "unsendable"):
        kept = seen[case]
        assert kept and set(kept) < set(range(40)), case


@needs_forks
def test_no_fork_is_left_behind(seen: dict[str, Any]) -> None:
    assert seen["left"] == 0
    assert seen["left after an error"] == 0
    assert seen["with a thread"] is False and seen["without"] is True


@needs_forks
def test_two_processes_report_what_one_reports(seen: dict[str, Any]) -> None:
    assert seen["pids"] == 2
    assert seen["alone"] == seen["together"]
    verdicts = {claim["verdict"] for claim in seen["alone"]["files"][0]["claims"]}
    assert verdicts == {"proved", "refuted", "unread", "definition"}
