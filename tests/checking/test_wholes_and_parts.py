r"""Variables as wholes beside entries in other letters, `\mathbf{Z}` and `\mathbf{z}_n`: no model tells them apart."""

from __future__ import annotations

from symelbo.checking import check_text
from symelbo.checking.report import Outcome

NOTES = r"""$$\frac{\prod_{n=1}^N p(\mathbf{x}_n, \mathbf{z}_n)}
{\sum_{\mathbf{Z}} \prod_{n=1}^N p(\mathbf{x}_n, \mathbf{z}_n)} =
\prod_{n=1}^N p(\mathbf{z}_n|\mathbf{x}_n)$$
"""


def test_a_sum_over_the_whole_that_no_entry_belongs_to_refutes_nothing() -> None:
    claims = list(check_text(NOTES).claims)
    assert [claim.outcome for claim in claims] == [Outcome.UNKNOWN]


def test_entries_by_themselves_are_compared() -> None:
    notes = r"$$\prod_{n=1}^N p(\mathbf{x}_n, \mathbf{z}_n) = \prod_{n=1}^N p(\mathbf{z}_n|\mathbf{x}_n)$$"
    claims = list(check_text(notes).claims)
    assert [claim.outcome for claim in claims] == [Outcome.REFUTED]


def test_an_integral_over_the_whole_does_not_bind_its_entries() -> None:
    notes = r"$$p(x) = \int_z p(z_1) p(x|z_0) \prod_{i=1}^T p(z_{s(i)}|z_{t(i)})$$"
    assert all(claim.outcome is not Outcome.REFUTED for claim in check_text(notes).claims)
