"""One exercise of each kind, made and proved once."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from symelbo.practice import KINDS, Exercise, exercise


@pytest.fixture(scope="session")
def sheet() -> Mapping[str, Exercise]:
    """The exercises with the seed 1, by their kind."""
    return {kind: exercise(kind, 1) for kind in KINDS}
