"""A run that is killed goes on where it stopped; what failed once is tried again."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from symelbo.checking.batch import Cache, check_many
from symelbo.checking.batch import run as run_module
from symelbo.checking.report import FileProblem, FileReport
from symelbo.cli import main

CLAIM = r"$$\log p(x, z) = \log p(z) + \log p(x \mid z)$$"
COUNT = 60


def arguments(folder: Path, jobs: int) -> list[str]:
    return ["check", str(folder), "--jobs", str(jobs), "--format", "jsonl"]


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="processes are killed in groups, which this system lacks")
def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(COUNT):
        (folder / f"{number:02}.md").write_text(f"Note {number}.\n\n{CLAIM}\n", encoding="utf-8")
    file = tmp_path / "cache.sqlite"
    first = subprocess.Popen(
        [sys.executable, "-c", "from symelbo.cli import main; main()", *arguments(folder, 2)],
        env={**os.environ, "SYMELBO_CACHE": str(file)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert first.stdout is not None
    seen = [json.loads(first.stdout.readline())["path"] for _ in range(5)]
    os.killpg(first.pid, signal.SIGKILL)
    first.wait(30)
    first.stdout.close()
    with closing(sqlite3.connect(file)) as database:
        ((kept,),) = database.execute("SELECT count(*) FROM reports")
    assert len(set(seen)) == 5 <= kept < COUNT, "what was printed is kept"
    monkeypatch.setenv("SYMELBO_CACHE", str(file))
    again = CliRunner().invoke(main, arguments(folder, 1))
    assert again.exit_code == 0
    paths = [path for line in again.stdout.splitlines() if (path := json.loads(line)["path"]) is not None]
    assert sorted(paths) == sorted(map(str, folder.iterdir())), "nothing is lost, nothing is there twice"


def test_a_failure_is_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = tmp_path / "a.md"
    note.write_text(CLAIM, encoding="utf-8")

    def lost(todo, jobs, cluster, effort, progress):  # type: ignore[no-untyped-def]
        yield from ((source, FileReport(source.path, problems=(FileProblem("a worker was lost"),))) for source in todo)

    with Cache(tmp_path / "cache.sqlite") as cache:
        with monkeypatch.context() as patch:
            patch.setattr(run_module, "_judged", lost)
            ((_, failed),) = check_many([note], cache=cache)
        assert failed.problems
        ((_, report),) = check_many([note], cache=cache)
    assert not report.problems and len(report.claims) == 1
