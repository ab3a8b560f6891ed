"""The library of derivations: every line of it is proved, and the planted slips are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from symelbo.checking import Outcome, check

FOLDER = Path(__file__).parent.parent / "derivations"
DOCUMENTS = sorted(path for path in FOLDER.rglob("*.md") if "slips" not in path.parts)
SLIPS = sorted((FOLDER / "slips").iterdir())


def names(paths):
    return [path.stem for path in paths]


@pytest.mark.parametrize("path", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_line_is_proved(path):
    report = check(path)
    assert report.exit_code(strict=True) == 0, str(report)
    assert any(claim.outcome is Outcome.PROVED for claim in report.claims)


@pytest.mark.parametrize("path", SLIPS, ids=names(SLIPS))
def test_every_planted_slip_is_refuted_and_nothing_else(path):
    report = check(path)
    assert [claim.outcome for claim in report.claims].count(Outcome.REFUTED) == 1
    assert not any(claim.outcome in (Outcome.UNREAD, Outcome.UNKNOWN) for claim in report.claims)
