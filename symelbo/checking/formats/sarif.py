"""SARIF 2.1.0 (OASIS 2020), the format in which code hosts and editors take the findings of a checker."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from symelbo import __version__
from symelbo.checking.formats.messages import in_words, place_in_words
from symelbo.checking.report import ClaimReport, FileProblem, FileReport, Outcome, Report

__all__ = ["as_sarif"]

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RULES: Final = {
    "refuted": ("error", "A concrete model that satisfies every assumption separates the two sides of the claim."),
    "unread": ("error", "The mathematics at this place could not be read."),
    "unknown": ("note", "The claim is neither proved nor refuted; the message gives the reason."),
    "problem": ("error", "The document, or a place in it that holds no claim, could not be read."),
}


def as_sarif(report: Report) -> str:
    """The report as one SARIF log; what is proved is not a finding and is left out."""
    rules = [
        {"id": name, "shortDescription": {"text": text}, "defaultConfiguration": {"level": level}}
        for name, (level, text) in _RULES.items()
    ]
    run = {
        "tool": {"driver": {"name": "symelbo", "version": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [result for file in report.files for result in _results(file)],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _results(file: FileReport) -> list[dict[str, Any]]:
    problems = [_result(file, "problem", item.message, item) for item in file.problems]
    claims = [
        _result(file, claim.outcome.value, in_words(claim), claim)
        for claim in file.claims
        if claim.failed or claim.outcome is Outcome.UNKNOWN
    ]
    return problems + claims


def _result(file: FileReport, rule: str, message: str, item: ClaimReport | FileProblem) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(PurePath(file.path).as_posix())}}
    # A notebook's cell has lines of its own, and they are not those of the file.
    if item.cell is not None:
        message = f"{place_in_words(item)}: {message}"
    elif item.line is not None:
        place["region"] = _region(item)
    text = f"{item.lhs}{item.relation}{item.rhs}" if isinstance(item, ClaimReport) else item.message
    mark = sha256(f"{file.path}\n{rule}\n{text}".encode()).hexdigest()
    return {
        "ruleId": rule,
        "ruleIndex": list(_RULES).index(rule),
        "level": _RULES[rule][0],
        "message": {"text": message},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"claim/v1": mark},
    }


def _region(item: ClaimReport | FileProblem) -> dict[str, int]:
    region = {"startLine": item.line or 1, "startColumn": item.column or 1}
    if isinstance(item, ClaimReport):
        region |= {"endLine": item.end_line, "endColumn": item.end_column}
    return region
