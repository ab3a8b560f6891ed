"""The cache: it saves work, never changes a report, and a broken one is passed over."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from symelbo.checking.batch import Cache, check_many
from symelbo.checking.batch import cache as storing
from symelbo.checking.batch import run as running
from symelbo.checking.report import FileProblem, FileReport
from symelbo.checking.sources import Source

CLAIM = r"$$\log p(x, z) = \log p(z) + \log p(x \mid z)$$" + "\n"


def outcomes(paths: list[Path], cache: Cache | None) -> list[tuple[str, list[str]]]:
    reports = sorted(check_many(paths, cache=cache), key=lambda numbered: numbered[0])
    return [(file.path, [claim.outcome.value for claim in file.claims]) for _, file in reports]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.md"
    path.write_text(CLAIM)
    return path


def test_what_was_judged_is_not_judged_again(notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Cache(tmp_path / "c" / "reports.sqlite") as cache:
        first = outcomes([notes], cache)
    monkeypatch.setattr(running, "report_file", None)
    with Cache(tmp_path / "c" / "reports.sqlite") as cache:
        assert outcomes([notes], cache) == first == [(str(notes), ["proved"])]
        assert cache.problem is None


def test_another_text_another_kind_and_another_option_are_other_entries(tmp_path: Path) -> None:
    report = FileReport("a.md", problems=(FileProblem("nothing"),))
    path = tmp_path / "reports.sqlite"
    with Cache(path) as cache:
        cache.put(Source("a.md", "text"), report)
        assert cache.get(Source("b.md", "text")) == FileReport("b.md", problems=(FileProblem("nothing"),))
        assert cache.get(Source("a.md", "text ")) is None
        assert cache.get(Source("a.tex", "text")) is None
    with Cache(path, "another way to judge") as cache:
        assert cache.get(Source("a.md", "text")) is None


def test_a_broken_cache_is_passed_over(notes: Path, tmp_path: Path) -> None:
    path = tmp_path / "reports.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with Cache(path) as cache:
        assert outcomes([notes], cache) == [(str(notes), ["proved"])]
        assert cache.problem is not None and str(path) in cache.problem


def test_a_damaged_entry_is_judged_anew(notes: Path, tmp_path: Path) -> None:
    path = tmp_path / "reports.sqlite"
    with Cache(path) as cache:
        outcomes([notes], cache)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE reports SET report = '{\"claims\": 1}'")
    connection.close()
    with Cache(path) as cache:
        assert outcomes([notes], cache) == [(str(notes), ["proved"])]


def write_many(path: str, name: str) -> str | None:
    with Cache(Path(path)) as cache:
        for number in range(60):
            cache.put(Source(f"{name}.md", str(number)), FileReport(f"{name}.md", notes=(name,)))
        return cache.problem


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "reports.sqlite"
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(write_many, [str(path)] * 2, "ab")) == [None] * 2
    with Cache(path) as cache:
        assert all(cache.get(Source("z.md", str(number))) is not None for number in range(60))


def test_what_was_not_used_for_longest_is_dropped_after_reports_were_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "reports.sqlite"
    report = FileReport("a.md")
    with Cache(path) as cache:
        for text in ("one", "two", "three"):
            cache.put(Source("a.md", text), report)
    monkeypatch.setattr(storing, "_KEPT", 2)
    with Cache(path) as cache:  # only read: nothing is sorted, nothing dropped
        assert cache.get(Source("a.md", "one")) is not None
    with Cache(path) as cache:
        assert cache.get(Source("a.md", "one")) is not None
        cache.put(Source("a.md", "four"), report)
    with Cache(path) as cache:
        assert [cache.get(Source("a.md", text)) is None for text in ("one", "two", "three", "four")] == [
            True,
            True,
            False,
            False,
        ]
