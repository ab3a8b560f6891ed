"""Every rule that a proof can name has an entry on its page, and every entry is a rule."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
ONE_WORD = {"POSITIVE", "EXTREMUM"}


def test_the_page_and_the_program_name_the_same_rules():
    page = re.findall(r"^## ([A-Z-]+)$", (ROOT / "docs" / "rules.md").read_text(encoding="utf-8"), re.MULTILINE)
    rooms = (ROOT / "symelbo" / room for room in ("calculus", "proof"))
    sources = "\n".join(path.read_text(encoding="utf-8") for room in rooms for path in sorted(room.rglob("*.py")))
    named = set(re.findall(r'"([A-Z]{2,}(?:-[A-Z]{2,})*)"', sources))
    assert set(page) == {name for name in named if "-" in name or name in ONE_WORD}
    assert len(page) == len(set(page))
