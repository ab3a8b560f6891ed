"""The page as PDF, printed by whatever Chromium is installed: it sets MathML, and the badges stay beside the lines."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from symelbo.errors import NotSupported

__all__ = ["printed"]

_PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_OPTIONS: Final = (
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
)
_SECONDS: Final = 180


def printed(html: str) -> bytes:
    """The PDF of a page. Raises `NotSupported` if no Chromium is installed, or if it does not print."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise NotSupported(
            "a booklet as PDF needs Chromium or Chrome, which is not installed; install it, or write .html and print "
            "that from a browser"
        )
    with tempfile.TemporaryDirectory() as folder:
        page, made = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(html, encoding="utf-8")
        command = [program, *_OPTIONS, f"--user-data-dir={folder}/user", f"--print-to-pdf={made}", page.as_uri()]
        # The page is the program's own and holds no script; as root, Chromium runs only without its sandbox.
        if _is_root():
            command.insert(1, "--no-sandbox")
        try:
            ended = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise NotSupported(f"{program} did not finish within {_SECONDS} seconds") from None
        if ended.returncode != 0 or not made.exists():
            said = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise NotSupported(f"{program} could not print the page: {' '.join(said)[:300] or 'it gave no reason'}")
        return made.read_bytes()


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
