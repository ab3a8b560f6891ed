"""What `symelbo table` does: reads a table file, reports in text or JSON, draws the picture, measures growth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symelbo.checking.plots import check_picture, plot_sweep
from symelbo.errors import TableError
from symelbo.semantics.arithmetic.decimals import certain_digits
from symelbo.semantics.tables import (
    Column,
    Fit,
    GrowthRow,
    Identity,
    Report,
    Table,
    TableFile,
    Unit,
    best_in,
    growth,
    read_table,
    report,
    sweep,
    years_for,
)

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["TableOptions", "growth_json", "report_json", "run", "run_growth"]

_MOST_DIGITS = 4_000
_STATES_SHOWN = 24
_STATES_IN_JSON = 4096
_PROJECTED = (30, 50, 100)


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What the command line asks for.

    `observations` are the values of x to report on (empty: the one of the file; `("all",)`: every one). `q` replaces
    the `q` of the file: text such as `0.3,0.7`. `unit` and `digits` are of display. `families` names families of q.
    """

    observations: tuple[str, ...] = ()
    q: str | None = None
    unit: str | None = None
    digits: int = 50
    families: tuple[str, ...] = ()
    as_json: bool = False
    plot: Path | None = None


def run(path: Path, options: TableOptions, console: Console) -> None:
    """Reports on the table in `path`. Raises `SymelboError` with a sentence for the user if that cannot be done."""
    if not 1 <= options.digits <= _MOST_DIGITS:
        raise TableError(f"the number of digits is between 1 and {_MOST_DIGITS}, not {options.digits}")
    if options.plot is not None:
        check_picture(options.plot)
    source = read_table(path)
    unit = Unit.named(options.unit) if options.unit else source.unit or Unit.NATS
    q = _given_q(source.table, options.q)
    reports = [
        report(source.table, label, q=q, digits=options.digits, unit=unit)
        for label in _labels(source.table, options.observations)
    ]
    fits = [
        [best_in(name, source.table, found.observation, digits=options.digits, unit=unit) for name in options.families]
        for found in reports
    ]
    if options.as_json:
        console.out(json.dumps(report_json(source, reports, fits), indent=2, ensure_ascii=False), highlight=False)
    else:
        for found, best in zip(reports, fits, strict=True):
            _show(source, found, best, console)
    if options.plot is not None:
        _draw(source, reports[0], q, options.plot)
        if not options.as_json:
            console.print(f"picture written to {options.plot}", markup=False, highlight=False)


def _draw(source: TableFile, found: Report, q: Column | None, path: Path) -> None:
    path_of_q = sweep(source.table, found.observation, unit=found.unit, q=q)
    try:
        plot_sweep(path_of_q, path, source.title or f"{source.table.name}, x = {found.observation}")
    except OSError as error:
        raise TableError(f"{path}: the picture cannot be written ({error.strerror})") from error


def _labels(table: Table, wanted: Sequence[str]) -> tuple[str, ...]:
    if tuple(wanted) == ("all",):
        return tuple(label for label in table.observations if table.evidence(label))
    return tuple(wanted) or (table.observed,)


def _given_q(table: Table, text: str | None) -> Column | None:
    return None if text is None else table.distribution(text.replace(";", ",").split(","), f"q(z) = {text}")


def _entry(value: Fraction) -> str:
    """A table entry as a person writes it: a short decimal, else a short fraction, else some digits."""
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    if denominator == 1 and value.denominator <= 10**8:
        text = f"{float(value):.8f}".rstrip("0").rstrip(".")
        return text or "0"
    return str(value) if len(str(value)) <= 14 else certain_digits(value, value, 10).text


def _show(source: TableFile, found: Report, fits: Sequence[Fit], console: Console) -> None:
    from rich.table import Table as Grid
    from rich.text import Text

    unit = found.unit.word

    def say(line: str = "", style: str = "") -> None:
        console.print(Text(line, style=style), soft_wrap=True, highlight=False)

    def lay(grid: Grid) -> None:
        console.print(grid, crop=False, overflow="ignore", no_wrap=True, soft_wrap=True, highlight=False)

    say(f"{source.title or found.table.name}: x = {found.observation}, in {unit}", "bold")
    say()
    lay(_states(found))
    say()
    numbers = Grid.grid(padding=(0, 2))
    evidence = found.evidence.text if found.evidence_exact is None else _entry(found.evidence_exact)
    numbers.add_row(Text("evidence p(x)"), Text(evidence), Text(""))
    for item in found.quantities.values():
        numbers.add_row(Text(item.words), Text(item.digits.text), Text(unit))
    lay(numbers)
    say()
    if found.q is None:
        say("There is no q in the table: give q(z) or q(z|x) for the bound.")
    for identity in found.identities:
        say(f"{identity.formula}: {_finding(identity)}")
    if found.tight is not None:
        say(
            "q is the posterior: the bound is tight." if found.tight else "q is not the posterior: the gap is positive."
        )
    say(_certainty(found), "dim")
    if fits:
        say()
        _show_fits(fits, unit, say, lay)
    say()


def _certainty(found: Report) -> str:
    if found.certified >= found.asked:
        return f"Every printed digit is certain ({found.asked} significant digits, ball arithmetic)."
    return f"Only the digits printed are certain (ball arithmetic); {found.asked} were asked for."


def _finding(identity: Identity) -> str:
    balls = f"in balls within {identity.size}"
    if identity.exact:
        return f"holds exactly, {balls}"
    if identity.residual is None:
        return f"undefined, {identity.why_not}"
    return f"{balls}; {identity.why_not}"


def _states(found: Report) -> Any:
    from rich.table import Table as Grid
    from rich.text import Text

    columns: list[tuple[str, Sequence[Fraction] | None]] = [
        ("p(z)", found.table.prior),
        (f"p(x={found.observation}|z)", found.table.column(found.observation)),
        ("p(x,z)", found.joint),
        ("p(z|x)", found.posterior),
        ("q(z)", found.q),
    ]
    present = [(name, values) for name, values in columns if values is not None]
    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    for name in ("z", *(name for name, _ in present)):
        grid.add_column(Text(name), no_wrap=True)
    for k, label in enumerate(found.table.states[:_STATES_SHOWN]):
        grid.add_row(Text(label), *(Text(_entry(values[k])) for _, values in present))
    if len(found.table) > _STATES_SHOWN:
        grid.add_row(Text("..."), Text(f"{len(found.table) - _STATES_SHOWN} more states"))
    return grid


def _show_fits(fits: Sequence[Fit], unit: str, say: Any, lay: Any) -> None:
    from rich.table import Table as Grid
    from rich.text import Text

    say("best q in a family")
    for fit in fits:
        say(f"  {fit.family}: {fit.description} ({fit.note})")
        grid = Grid.grid(padding=(0, 2))
        for axis, factor in enumerate(fit.factors):
            grid.add_row(Text(f"    q{axis + 1}"), Text(", ".join(value.text for value in factor)), Text(""))
        grid.add_row(Text("    ELBO"), Text(fit.elbo.text), Text(unit))
        grid.add_row(Text("    gap"), Text(fit.gap.text), Text(unit))
        lay(grid)


def report_json(
    source: TableFile, reports: Sequence[Report], fits: Sequence[Sequence[Fit]] | None = None
) -> dict[str, Any]:
    """The reports as JSON data: exact numbers as text such as `1/2`, others as text with their certain digits."""
    best = fits if fits is not None else [()] * len(reports)
    return {
        "version": 1,
        "table": source.table.name,
        "title": source.title,
        "shape": list(source.table.shape),
        "reports": [_report_json(found, found_fits) for found, found_fits in zip(reports, best, strict=True)],
    }


def _report_json(found: Report, fits: Sequence[Fit]) -> dict[str, Any]:
    return {
        "observation": found.observation,
        "unit": found.unit.word,
        "digits": found.asked,
        "certified": found.certified,
        "states": list(found.table.states[:_STATES_IN_JSON]),
        "joint": _texts(found.joint),
        "evidence": found.evidence.text,
        "evidence_exact": None if found.evidence_exact is None else str(found.evidence_exact),
        "posterior": _texts(found.posterior),
        "q": _texts(found.q) if len(found.table) <= _STATES_IN_JSON else None,
        "quantities": {
            key: {"value": item.digits.text, "certified": item.certified, "exact": item.exact, "formula": item.formula}
            for key, item in found.quantities.items()
        },
        "identities": [
            {"formula": item.formula, "residual_within": item.size, "exact": item.exact, "note": item.why_not}
            for item in found.identities
        ],
        "tight": found.tight,
        "best": [_fit_json(fit) for fit in fits],
    }


def _texts(values: Sequence[Fraction] | None) -> list[str] | None:
    return None if values is None else [str(value) for value in values]


def _fit_json(fit: Fit) -> dict[str, Any]:
    return {
        "family": fit.family,
        "description": fit.description,
        "elbo": fit.elbo.text,
        "gap": fit.gap.text,
        "factors": [[value.text for value in factor] for factor in fit.factors],
        "proved_best": fit.exact,
        "note": fit.note,
    }


def run_growth(dimensions: Sequence[int], console: Console, *, as_json: bool = False) -> None:
    """Times the exact evidence for each number of binary latents and says what more latents would cost."""
    rows = growth(dimensions)
    if not rows:
        raise TableError("growth needs at least one number of latents")
    if as_json:
        console.out(json.dumps(growth_json(rows), indent=2), highlight=False)
        return
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    for name in ("binary latents", "terms", "seconds", "p(x)"):
        grid.add_column(Text(name), justify="right", no_wrap=True)
    for row in rows:
        evidence = certain_digits(row.evidence, row.evidence, 10).text
        grid.add_row(str(row.dimension), f"{row.terms:,}", f"{row.seconds:.6f}", evidence)
    console.print(grid, crop=False, overflow="ignore", no_wrap=True, soft_wrap=True, highlight=False)
    console.print("Every latent doubles the terms. At the time per term of the last row:", highlight=False)
    for dimension in _PROJECTED:
        console.print(f"  {dimension} latents: {_duration(years_for(dimension, rows[-1]))}", highlight=False)


def _duration(years: float) -> str:
    seconds = years * 365.25 * 24 * 3600
    for size, word in ((3600 * 24 * 365.25, "years"), (3600 * 24, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= size:
            return f"about {seconds / size:.3g} {word}"
    return f"about {seconds:.3g} seconds"


def growth_json(rows: Sequence[GrowthRow]) -> dict[str, Any]:
    """The measurements as JSON data."""
    return {
        "version": 1,
        "growth": [
            {"latents": row.dimension, "terms": row.terms, "seconds": row.seconds, "evidence": str(row.evidence)}
            for row in rows
        ],
        "projected_years": {str(d): years_for(d, rows[-1]) for d in _PROJECTED},
    }
