r"""A variable that is first any map of the noise, `z = g(e)`, and then a certain one, `z = m + s e`."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text
from symelbo.checking.report import Outcome

NOTES = r"""Under the reparameterization $z = g(e)$ we have
$$\log q(z) = \log p(e) - \log \left| \det \frac{\partial z}{\partial e} \right|$$
DETAIL
$$\log \left| \det \frac{\partial z}{\partial e} \right| = \log 2$$
"""


@pytest.mark.parametrize(("detail", "refuted"), [("For a Gaussian, $z = m + 2 e$.", False), ("", True)])
def test_what_holds_for_the_map_in_detail_is_not_refuted(detail: str, refuted: bool) -> None:
    outcomes = [claim.outcome for claim in check_text(NOTES.replace("DETAIL", detail)).claims]
    assert (outcomes[-1] is Outcome.REFUTED) == refuted
