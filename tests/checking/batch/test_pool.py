"""Worker processes: the same reports as one process, and a worker that dies takes nothing with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from checking.batch.dying import always_dies, dies_once

from symelbo.checking.batch import check_many, pool
from symelbo.checking.batch.pool import judged_by_processes
from symelbo.checking.sources import Source
from symelbo.proof import Effort

CLAIMS = [r"\log p(x, z) = \log p(z) + \log p(x \mid z)", r"\log p(x, z) = \log p(z) - \log p(x \mid z)"]
NO_EFFORT = cast(Effort, None)  # an effort would load the prover into each worker, which here judges nothing


def documents(count: int) -> list[Source]:
    return [Source(f"{number}.md", f"$${CLAIMS[number % 2]}$$\n") for number in range(count)]


def test_two_processes_say_what_one_says(tmp_path: Path) -> None:
    for source in documents(6):
        (tmp_path / source.path).write_text(source.text)
    one, two = (sorted(check_many([tmp_path, tmp_path / "no.md"], jobs=jobs)) for jobs in (1, 2))
    assert [number for number, _ in two] == list(range(7))
    for (_, here), (_, there) in zip(one, two, strict=True):
        assert here.path == there.path
        assert [claim.outcome for claim in here.claims] == [claim.outcome for claim in there.claims]
    assert two[-1][1].problems[0].usage


def judged(count: int) -> list[tuple[Source, Any]]:
    found = list(judged_by_processes(documents(count), 2, NO_EFFORT))
    assert sorted(source.path for source, _ in found) == sorted(source.path for source in documents(count))
    return found


def test_a_killed_workers_documents_are_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMELBO_TEST_MARK", str(tmp_path / "dead"))
    monkeypatch.setattr(pool, "plain_report", dies_once)
    found = judged(8)
    assert (tmp_path / "dead").exists()
    assert all(report.notes == (source.path,) and not report.problems for source, report in found)


def test_a_document_that_always_kills_its_worker_is_reported_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "plain_report", always_dies)
    found = {source.path: report for source, report in judged(5)}
    assert [path for path, report in found.items() if report.problems] == ["3.md"]
    assert "killed its process 3 times" in found["3.md"].problems[0].message
