"""Lecture notes on sequential latents, true lines beside slips: the verdict on each line, in order.

One letter for a line: definition, proved, refuted.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from symelbo import check

pytestmark = pytest.mark.usefixtures("verdicts_alone")

FOLDER = Path(__file__).parent / "sequences"
EXPECTED = {
    "actions": "d d p p p r r",
    "forward_backward": "d d d p p p p p r r",
    "hidden_markov": "d p p p p r p",
    "initial_step": "d d p p p r p",
    "ladder": "d d p p r r",
    "layers_above": "d d d p p p r",
    "long": "d d p p r",
    "looking_ahead": "d d p r",
    "named_kernels": "d p r",
    "particles": "p p r p",
    "plates": "d d p p p r p r r",
    "prediction": "d d d p r",
    "recurrent": "d d p r p p r p",
    "rewards": "d d p r",
    "smoothing": "d p p p p r r p",
    "top_down": "d d d p p p r",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_line_of_the_notes(name):
    claims = check((FOLDER / f"{name}.md").read_text()).claims
    assert " ".join(claim.outcome.value[0] for claim in claims) == EXPECTED[name]
