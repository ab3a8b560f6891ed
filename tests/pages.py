"""Pages of the documentation, for tests that run what stands on them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def fenced(page: str, language: str = "") -> list[str]:
    """The blocks of one language on a page, which is named by its path in the repository."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.finditer(rf"^(````|```){language}\n(.*?)^\1$", text, re.MULTILINE | re.DOTALL)
    return [match[2] for match in found]
