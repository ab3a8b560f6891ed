"""Random expressions, rewritten at random: both roads agree, and nothing that a model separates is ever proved.

`SYMELBO_SOUNDNESS` sets how many examples are drawn; each is a pure function of its number, so a failure names it.
"""

from __future__ import annotations

import os
from random import Random

import pytest
from soundness.rewriting import expression, rewritten, slip, structure

from symelbo import Context
from symelbo.calculus.budget import Budget
from symelbo.calculus.judge import judge
from symelbo.errors import BudgetExceeded, IllFormed
from symelbo.language import Claim, Relation
from symelbo.semantics.witness import agrees, find_witness

EXAMPLES = int(os.environ.get("SYMELBO_SOUNDNESS", "400"))
BLOCKS = 10
NOTHING = Context()


def example(number: int) -> tuple[Claim, Claim, Context]:
    """A true claim, one with a slip in it, and the structure that both are about."""
    random = Random(number)
    assumed = structure(random) if number % 3 == 0 else NOTHING
    start = expression(random)
    end = rewritten(start, random, random.randint(1, 6))
    while True:
        try:
            return Claim(start, Relation.EQUAL, end), Claim(start, Relation.EQUAL, slip(end, random)), assumed
        except IllFormed:  # a slip may divide densities of different variables
            continue


def holds(claim: Claim, assumed: Context) -> bool:
    """What the calculus says; out of budget is no proof."""
    try:
        return judge(claim, assumed, Budget(60_000)).holds
    except BudgetExceeded:
        return False


@pytest.mark.parametrize("block", range(BLOCKS))
def test_both_roads_agree(block: int):
    drawn, proved, counted, slips, separated = 0, 0, 0, 0, 0
    for number in range(block * EXAMPLES // BLOCKS, (block + 1) * EXAMPLES // BLOCKS):
        claim, changed, assumed = example(number)
        drawn += 1
        proved += holds(claim, assumed)
        agreement = agrees(claim, assumed, draws=1, seed=number)
        counted += agreement.counted > 0
        assert agreement.counterexample is None, f"example {number} is a rewrite: {agreement.counterexample.lines()}"
        if holds(changed, assumed):
            # The slip did not matter, or so the calculus says: then no model may see a difference.
            witness = find_witness(changed, assumed, seed=number, budget=40_000)
            assert witness is None, f"example {number} is proved: {changed}, but {witness.lines()}"
        elif number % 8 == 0:
            slips += 1
            separated += find_witness(changed, assumed, seed=number, budget=40_000) is not None
    assert proved >= 0.98 * drawn
    assert counted >= 0.95 * drawn
    assert separated >= 0.8 * slips
