"""What is stored shows the same as what was judged."""

from __future__ import annotations

import json

import pytest

from symelbo.checking import Report, check_text
from symelbo.checking.batch.stored import from_plain, to_plain
from symelbo.checking.formats import FORMATS
from symelbo.checking.human import as_text

TEXT = r"""
$$\log p(x) = \mathbb{E}_{q(z)}\left[\log \frac{p(x, z)}{q(z)}\right] + \mathrm{KL}(q(z) \| p(z \mid x))$$

$$\log p(x, z) = \log p(z) - \log p(x \mid z)$$

$$\log p(x, z) = \log p(z) + ($$
"""


def test_a_stored_report_prints_the_same_in_every_format() -> None:
    report = check_text(TEXT, "notes.md")
    (file,) = report.files
    back = from_plain(json.loads(json.dumps(to_plain(file))), "notes.md")
    again = Report((back,), report.seconds)
    for style in FORMATS.values():
        assert style(again) == style(report)
    assert as_text(again, verbose=True) == as_text(report, verbose=True)


@pytest.mark.parametrize("damage", [{}, {"claims": [{}], "problems": []}, {"claims": [], "problems": [], "odd": 1}])
def test_damaged_data_is_an_error_and_not_a_report(damage: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_plain(damage, "notes.md")
