"""Reports in the formats that other programs read; `FORMATS` names them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from symelbo.checking.formats.annotations import as_annotations
from symelbo.checking.formats.junit import as_junit
from symelbo.checking.formats.markdown import as_markdown
from symelbo.checking.formats.sarif import as_sarif
from symelbo.checking.json_report import as_json
from symelbo.checking.report import Report

__all__ = ["FORMATS", "as_annotations", "as_junit", "as_markdown", "as_sarif"]

FORMATS: Final[dict[str, Callable[[Report], str]]] = {
    "json": as_json,
    "sarif": as_sarif,
    "junit": as_junit,
    "github": as_annotations,
    "markdown": as_markdown,
}
"""What `--format` offers beside the report for a person."""
