"""A report as JSON: the stable interface for scripts and editors. Keys are added in later versions, never changed."""

from __future__ import annotations

import json
from typing import Any

from symelbo.checking.report import ClaimReport, FileProblem, FileReport, Fix, Report

__all__ = ["VERSION", "as_dict", "as_json", "as_json_line"]

VERSION = 1
_TAKEN = ("text", "line", "column", "cell", "scope")


def as_json(report: Report) -> str:
    """The report as one JSON object."""
    return json.dumps(as_dict(report), ensure_ascii=False, indent=1, default=str)


def as_json_line(file: FileReport) -> str:
    """The report on one file as one line, for a stream of many."""
    return json.dumps({"version": VERSION, **_file(file)}, ensure_ascii=False, default=str)


def as_dict(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    return {"version": VERSION, "files": [_file(file) for file in report.files], "summary": report.summary}


def _file(file: FileReport) -> dict[str, Any]:
    return {
        "path": file.path,
        "claims": [_claim(claim) for claim in file.claims],
        "problems": [_problem(problem) for problem in file.problems],
        "notes": list(file.notes),
        "taken_in": [{name: getattr(item, name) for name in _TAKEN} for item in file.taken_in],
    }


def _claim(claim: ClaimReport) -> dict[str, Any]:
    return {
        "line": claim.line,
        "column": claim.column,
        "end_line": claim.end_line,
        "end_column": claim.end_column,
        "relation": claim.relation,
        "lhs": claim.lhs,
        "rhs": claim.rhs,
        "verdict": claim.outcome.value,
        "rules": list(claim.rules),
        "note": claim.note,
        "residual": claim.residual,
        "witness": claim.witness.as_dict() if claim.witness is not None else {},
        "repair": claim.repair,
        "reading": claim.reading,
        "seconds": round(claim.seconds, 4),
        "expected": claim.expected,
        "conditions": list(claim.conditions),
        "explanation": claim.explanation,
        "steps": claim.steps,
        "oversized": claim.oversized,
        "equality": claim.equality,
        "cell": claim.cell,
        "fix": _fix(claim.fix),
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    """What to write where; the columns are those of the source as it stands, the end is behind the last character."""
    if fix is None:
        return None
    names = ("line", "column", "end_line", "end_column", "old", "new")
    return {"words": fix.words, "changes": [{name: getattr(change, name) for name in names} for change in fix.changes]}


def _problem(problem: FileProblem) -> dict[str, Any]:
    return {"message": problem.message, "line": problem.line, "column": problem.column, "cell": problem.cell}
