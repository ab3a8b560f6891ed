"""Every rule that a proof can name has an entry on its page, and the page is written from the table of rules."""

from __future__ import annotations

import re
from pathlib import Path

from symelbo.calculus.measures.restricted import SWITCHES
from symelbo.proof.explaining import RULES
from symelbo.proof.explaining.naming import ORDER
from symelbo.proof.explaining.page import rules_page

ROOT = Path(__file__).parent.parent
NAMES = [rule.id for rule in RULES]


def test_the_page_is_the_table():
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == rules_page()


def test_every_rule_that_the_program_names_is_in_the_table():
    rooms = (ROOT / "symelbo" / room for room in ("calculus", "proof"))
    sources = "\n".join(path.read_text(encoding="utf-8") for room in rooms for path in sorted(room.rglob("*.py")))
    named = set(re.findall(r'"([A-Z]{2,}(?:-[A-Z]{2,})+)"', sources))
    assert named <= set(NAMES)
    assert set(SWITCHES) <= set(NAMES)


def test_each_rule_is_named_once_and_has_a_place_in_the_telling():
    assert len(NAMES) == len(set(NAMES))
    assert set(ORDER) == set(NAMES)


def test_each_rule_says_what_it_states():
    for rule in RULES:
        assert rule.statement.endswith("."), rule.id
        assert rule.name and not rule.name.endswith("."), rule.id
