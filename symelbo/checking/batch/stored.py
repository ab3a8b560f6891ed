"""A file's report as plain data and back: what a cache keeps and what travels between processes.

Everything that any output shows survives; the prover's own objects (certificates) do not.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from symelbo.checking.report import Change, ClaimReport, FileProblem, FileReport, Fix, Outcome, Spot, TakenIn

__all__ = ["StoredWitness", "from_plain", "to_plain"]


@dataclass(frozen=True, slots=True)
class StoredWitness:
    """A witness as it was shown: its lines for a person, and its data for JSON."""

    text: tuple[str, ...]
    data: dict[str, Any]

    def lines(self) -> list[str]:
        """The witness in at most twelve lines of text."""
        return list(self.text)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: strings, lists and dictionaries only."""
        return self.data


_LISTS: Final = frozenset({"claims", "problems", "notes", "rules", "conditions"})
_LOST: Final = frozenset({"claim", "proof"})


def to_plain(item: Any) -> Any:
    """A report, or a part of one, as JSON can hold it."""
    if isinstance(item, FileReport | ClaimReport | FileProblem | Spot | Fix | Change | TakenIn):
        return {part.name: to_plain(getattr(item, part.name)) for part in fields(item) if part.name not in _LOST}
    if isinstance(item, tuple | list):
        return [to_plain(part) for part in item]
    if hasattr(item, "as_dict") and hasattr(item, "lines"):
        return {"lines": item.lines(), "data": item.as_dict()}
    return item.value if isinstance(item, Outcome) else item


def from_plain(data: dict[str, Any], path: str) -> FileReport:
    """The report of the file that is now called `path`.

    Raises `KeyError`, `TypeError` or `ValueError` for data that `to_plain` has not made.

    >>> report = FileReport("notes.md", problems=(FileProblem("not readable", 3, 1),))
    >>> from_plain(to_plain(report), "notes.md") == report
    True
    """
    file = _frozen(data)
    file["path"] = path
    file["claims"] = tuple(_claim(claim) for claim in data["claims"])
    file["taken_in"] = tuple(TakenIn(**item) for item in data.get("taken_in", ()))
    file["problems"] = tuple(_problem(problem) for problem in data["problems"])
    return FileReport(**file)


def _claim(data: dict[str, Any]) -> ClaimReport:
    witness = data["witness"]
    kept = None if witness is None else StoredWitness(tuple(witness["lines"]), witness["data"])
    return ClaimReport(
        **{
            **_frozen(data),
            "outcome": Outcome(data["outcome"]),
            "witness": kept,
            "spot": _spot(data["spot"]),
            "fix": _fix(data["fix"]),
        }
    )


def _problem(data: dict[str, Any]) -> FileProblem:
    return FileProblem(**{**data, "spot": _spot(data["spot"])})


def _fix(data: dict[str, Any] | None) -> Fix | None:
    return None if data is None else Fix(tuple(Change(**change) for change in data["changes"]), data["words"])


def _spot(data: dict[str, Any] | None) -> Spot | None:
    return None if data is None else Spot(**data)


def _frozen(data: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if name in _LISTS else value for name, value in data.items()}
