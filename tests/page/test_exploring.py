"""The numbers of the explorer, and what it says about parameters that make no table."""

from __future__ import annotations

from math import log

import pytest

from symelbo.errors import TableError
from symelbo.page.exploring import explored

TABLE = {"prior": "0.5", "like0": "0.2", "like1": "0.8", "q": "0.7"}


def test_a_binary_table_by_hand() -> None:
    nats, bits = explored(TABLE), explored({**TABLE, "unit": "bits"})
    assert (nats["x"], nats["evidence"], nats["unit"]) == ("1", "0.500000", "nats")
    assert nats["quantities"]["log_evidence"]["value"] == pytest.approx(log(0.5))
    assert nats["quantities"]["gap"]["value"] == pytest.approx(0.3 * log(0.3 / 0.2) + 0.7 * log(0.7 / 0.8))
    assert bits["unit"] == "bits" and bits["quantities"]["log_evidence"]["value"] == pytest.approx(-1)
    assert explored({**TABLE, "x": "0"})["posterior"] == ["0.8", "0.2"]


def test_what_is_infinite_has_no_value_to_draw() -> None:
    found = explored({**TABLE, "like0": "0", "q": "0.5"})
    assert found["quantities"]["elbo"]["value"] is None and "inf" in found["quantities"]["elbo"]["text"]
    with pytest.raises(TableError, match="x=1 has probability zero"):
        explored({**TABLE, "like0": "0", "like1": "0"})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"x": "2"}, r"x is 0 or 1, not '2'"),
        ({"x": ""}, r"x is 0 or 1, not ''"),
        ({"q": "1.5"}, r"q\(z=1\) is a probability between 0 and 1, not 1\.5"),
        ({"prior": "-0.1"}, r"p\(z=1\) is a probability between 0 and 1, not -0\.1"),
        ({"like1": "7/6"}, r"p\(x=1\|z=1\) is a probability between 0 and 1, not 7/6"),
    ],
)
def test_a_parameter_that_makes_no_table_is_named(change: dict[str, str], said: str) -> None:
    with pytest.raises(TableError, match=said):
        explored({**TABLE, **change})


@pytest.mark.parametrize("name", TABLE)
def test_a_missing_parameter_is_named(name: str) -> None:
    with pytest.raises(TableError, match=f"the parameter {name} is missing"):
        explored({key: value for key, value in TABLE.items() if key != name})
    assert explored({**TABLE, name: "1"}) and explored({**TABLE, name: "0"}), "both ends are probabilities"
