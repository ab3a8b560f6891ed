"""Tables in TOML and JSON files. Numbers are read from their digits, never through binary floats.

A file has the keys `p(z)`, and `p(x|z)` or one `p(x=LABEL|z)` for each observation, optionally `q(z)`, `q(z|x)` or
`q(z|x=LABEL)`, and optionally `states`, `observations`, `observe`, `unit` and `title`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from symelbo.errors import TableError
from symelbo.semantics.arithmetic.units import Unit
from symelbo.semantics.tables.model import Table

__all__ = ["TableFile", "parse_table", "read_table"]

_LARGEST_FILE = 64_000_000
_ONE_OBSERVATION = re.compile(r"p\(x=(?P<label>[^|()]+)\|z\)")
_ONE_Q = re.compile(r"q\(z\|x=(?P<label>[^|()]+)\)")
_PLAIN_KEYS = ("p(z)", "p(x|z)", "q(z)", "q(z|x)", "states", "observations", "observe", "unit", "title")


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table with what its file says beside it: a title and the unit for display, if given."""

    table: Table
    title: str | None
    unit: Unit | None


def read_table(path: Path) -> TableFile:
    """Reads a `.toml` or `.json` file. Raises `TableError`, naming the file, for anything that is not a table."""
    name, parse = path.name, _PARSERS.get(path.suffix.lower())
    if parse is None:
        raise TableError(f"{name}: a table is a .toml or .json file")
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise TableError(f"{name}: the file is larger than {_LARGEST_FILE // 10**6} MB")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise TableError(f"{name}: the file is not UTF-8 text ({error.reason} at byte {error.start})") from error
    except OSError as error:
        raise TableError(f"{path}: the file cannot be read ({error.strerror})") from error
    return parse_table(text, name=name, parse=parse)


def parse_table(text: str, *, name: str = "table.toml", parse: Callable[[str], Any] | None = None) -> TableFile:
    """The table in a text; the ending of `name` tells TOML from JSON, and `name` stands in front of errors.

    >>> source = '"p(z)" = [0.5, 0.5]\\n"p(x=1|z)" = [0.2, 0.8]\\n"q(z)" = [0.3, 0.7]'
    >>> parse_table(source).table.evidence("1")
    Fraction(1, 2)
    """
    parse = parse or _PARSERS[Path(name).suffix.lower()]
    try:
        data = parse(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, InvalidOperation, ValueError) as error:
        raise TableError(f"{name}: {error}") from error
    except RecursionError as error:
        raise TableError(f"{name}: the lists are nested too deeply") from error
    if not isinstance(data, Mapping):
        raise TableError(f"{name}: the file holds no keys such as p(z)")
    return _interpret({re.sub(r"\s+", "", str(key)): value for key, value in data.items()}, name)


def _interpret(data: Mapping[str, Any], name: str) -> TableFile:
    single = {found["label"]: value for key, value in data.items() if (found := _ONE_OBSERVATION.fullmatch(key))}
    single_q = {found["label"]: value for key, value in data.items() if (found := _ONE_Q.fullmatch(key))}
    for key in data:
        if key not in _PLAIN_KEYS and not _ONE_OBSERVATION.fullmatch(key) and not _ONE_Q.fullmatch(key):
            raise TableError(f"{name}: the key '{key}' is not known; known are {', '.join(_PLAIN_KEYS)}, p(x=LABEL|z)")
    if "p(z)" not in data:
        raise TableError(f"{name}: there is no p(z)")
    if ("p(x|z)" in data) == bool(single):
        raise TableError(f"{name}: give either p(x|z), or one p(x=LABEL|z) for each observation")
    if sum(map(bool, ("q(z)" in data, "q(z|x)" in data, single_q))) > 1:
        raise TableError(f"{name}: give one of q(z), q(z|x) and q(z|x=LABEL)")
    observations = _names(data, "observations", name)
    table = Table.build(
        data["p(z)"],
        single or data["p(x|z)"],
        _q(data, single_q, observations or list(single) or None, name),
        states=_names(data, "states", name),
        observations=observations,
        observed=None if "observe" not in data else _word(data, "observe", name),
        name=name,
    )
    unit = Unit.named(_word(data, "unit", name)) if "unit" in data else None
    return TableFile(table, _word(data, "title", name) if "title" in data else None, unit)


def _q(data: Mapping[str, Any], single: Mapping[str, Any], observations: list[str] | None, name: str) -> Any:
    if single:
        return single
    if "q(z)" in data:
        return {None: data["q(z)"]}
    rows = data.get("q(z|x)")
    if rows is None or isinstance(rows, Mapping):
        return rows
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise TableError(f"{name}: q(z|x): a list of distributions is needed, one for each observation")
    labels = observations or [str(k) for k in range(len(rows))]
    if len(labels) != len(rows):
        raise TableError(f"{name}: q(z|x): there are {len(rows)} rows for {len(labels)} observations")
    return dict(zip(labels, rows, strict=True))


def _names(data: Mapping[str, Any], key: str, name: str) -> list[str] | None:
    if key not in data:
        return None
    if not isinstance(data[key], list) or not data[key]:
        raise TableError(f"{name}: {key}: a list of names is needed")
    return [str(item) for item in data[key]]


def _word(data: Mapping[str, Any], key: str, name: str) -> str:
    if not isinstance(data[key], (str, int)):
        raise TableError(f"{name}: {key}: a text is needed")
    return str(data[key])


def _toml(text: str) -> Any:
    return tomllib.loads(text, parse_float=lambda digits: Decimal(digits.replace("_", "")))


def _json(text: str) -> Any:
    def refuse(word: str) -> Any:
        raise ValueError(f"{word} is not a number")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"the key '{key}' is given twice")
            found[key] = value
        return found

    return json.loads(text, parse_float=Decimal, parse_constant=refuse, object_pairs_hook=once)


_PARSERS: dict[str, Callable[[str], Any]] = {".toml": _toml, ".json": _json}
