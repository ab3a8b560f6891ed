"""Claims that hold whatever the names in them stand for, though these are given."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

CASES = (
    (
        r"Let $a_t = \prod_{s=1}^t (1 - b_s)$.",
        r"\sum_{t=2}^T (a_{t-1} - a_t) = a_1 - a_T",
        r"\sum_{t=2}^T (a_{t-1} - a_t) = a_1 - a_{T-1}",
    ),
    (
        r"Let $s = u^v w^{1-v}$ with $u, w > 0$, $q(y) = \mathcal N(y; m, w)$ and $p(y) = \mathcal N(y; n, s)$.",
        r"\mathrm{KL}(q(y) \,\|\, p(y)) \ge \frac{(m - n)^2}{2 s}",
        r"\mathrm{KL}(q(y) \,\|\, p(y)) \ge \frac{(m - n)^2}{s}",
    ),
)


@pytest.mark.parametrize(("given", "claim", "slip"), CASES, ids=("telescope", "divergence"))
def test_names_may_stay_names(given: str, claim: str, slip: str) -> None:
    assert [str(c.outcome) for c in check_text(f"{given}\n\n$$ {claim} $$\n").claims] == ["proved"]
    assert [str(c.outcome) for c in check_text(f"{given}\n\n$$ {slip} $$\n").claims] == ["refuted"]
