"""Documents on flows and reparameterisation in the notations of papers and courses, each row marked true or false.

A row's mark stands in a comment behind it: `% true`, `% false`, or `% given` for what it introduces.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symelbo import check

pytestmark = pytest.mark.usefixtures("verdicts_alone")

DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*.tex"))
WANTED = {"true": "proved", "false": "refuted", "given": "definition"}


def marked(path: Path) -> list[tuple[int, str]]:
    rows = path.read_text(encoding="utf-8").splitlines()
    marks = [(k, re.search(r"%((?: (?:true|false|given))+)\s*$", row)) for k, row in enumerate(rows, start=1)]
    return [(k, WANTED[word]) for k, found in marks if found is not None for word in found[1].split()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_true_rows_are_proved_and_false_ones_refuted(path):
    found = [(claim.line, str(claim.outcome)) for claim in check(path).claims]
    assert found == marked(path)


def test_every_document_has_both_kinds_of_rows():
    for path in DOCUMENTS:
        words = {word for _, word in marked(path)}
        assert {"proved", "refuted"} <= words, path.name
