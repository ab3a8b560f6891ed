"""A real Dask cluster whose worker is killed in the middle of a run."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread
from typing import Any

import pytest
from checking.batch.dying import takes_its_time

from symelbo.checking.batch.cluster import judged_by_cluster
from symelbo.checking.sources import Source
from symelbo.errors import SymelboError
from symelbo.proof import Effort

distributed = pytest.importorskip("distributed", reason="Dask is not installed (extra: cluster)")

CLAIMS = [r"\log p(x, z) = \log p(z) + \log p(x \mid z)", r"\log p(x, z) = \log p(z) - \log p(x \mid z)"]
COUNT = 40


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    ) as found:
        yield found


def test_a_killed_worker_loses_nothing_and_doubles_nothing(cluster: Any) -> None:
    documents = [Source(f"{number}.md", f"$${CLAIMS[number % 2]}$$\n") for number in range(COUNT)]
    found: list[tuple[str, list[str]]] = []
    with distributed.Client(cluster, set_as_default=False) as client:
        pids = client.run(os.getpid)
        for source, report in judged_by_cluster(documents, cluster.scheduler_address, Effort()):
            assert not report.problems
            found.append((source.path, [claim.outcome.value for claim in report.claims]))
            if len(found) == 3:
                with suppress(ProcessLookupError):
                    os.kill(next(iter(pids.values())), signal.SIGKILL)
    words = ["proved", "refuted"]
    assert sorted(found) == sorted((source.path, [words[i % 2]]) for i, source in enumerate(documents))


def test_a_lost_scheduler_is_said_and_nothing_is_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symelbo.checking.batch.cluster._SECONDS", 3)
    monkeypatch.setattr("symelbo.checking.batch.cluster.plain_report", takes_its_time)
    documents = [Source(f"{number}.md", CLAIMS[0]) for number in range(300)]
    found = []
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0", silence_logs=50
    ) as mortal:
        closing = Thread(target=mortal.close)
        with pytest.raises(SymelboError, match="was lost; run the same command again"):
            for _, report in judged_by_cluster(documents, mortal.scheduler_address, Effort()):
                found.append(report)
                if len(found) == 2:
                    closing.start()
        closing.join(30)
    assert 2 <= len(found) < 300
    assert all(report.notes and not report.problems for report in found)


def test_no_scheduler_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symelbo.checking.batch.cluster._SECONDS", 1)
    with pytest.raises(SymelboError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        list(judged_by_cluster([Source("a.md", "text")], "tcp://127.0.0.1:9", Effort()))


def test_an_address_that_is_none_is_said() -> None:
    with pytest.raises(SymelboError, match="no Dask scheduler answers at nonsense"):
        list(judged_by_cluster([Source("a.md", "text")], "nonsense://", Effort()))
