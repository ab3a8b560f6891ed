"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="session")
def _cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or leaves anything in the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYMELBO_CACHE", str(Path(tmp_path_factory.mktemp("cache")) / "reports.sqlite"))
        yield


@pytest.fixture
def verdicts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that ask what is true and not how it is told: remarks take as long as the verdicts themselves.

    In the long search, `SYMELBO_SOUNDNESS`, they are made all the same.
    """
    if "SYMELBO_SOUNDNESS" in os.environ:
        return
    for remark in ("difference_of", "explain_verdict", "_estimated", "_holds_with"):
        monkeypatch.setattr(f"symelbo.checking.judge.{remark}", lambda *asked: None)
