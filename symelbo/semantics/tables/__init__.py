"""Exact finite tables: the public names of their model, files, measures, families and pictures.

>>> lesson = Table.build(["0.5", "0.5"], {"1": ["0.2", "0.8"]}, q=["0.3", "0.7"])
>>> found = report(lesson, digits=8)
>>> print(found.quantities["elbo"].digits, "+", found.quantities["gap"].digits)
-0.72131474 + 0.028167558
>>> all(identity.exact for identity in found.identities)
True
"""

from __future__ import annotations

from symelbo.semantics.arithmetic.units import Unit
from symelbo.semantics.tables.families import FAMILIES, Fit, best_in
from symelbo.semantics.tables.files import TableFile, parse_table, read_table
from symelbo.semantics.tables.growth import GrowthRow, Sweep, growth, sweep, years_for
from symelbo.semantics.tables.measures import (
    BoundBalls,
    Measures,
    bound_balls,
    exact_measures,
    measure,
    mpmath_measures,
)
from symelbo.semantics.tables.model import Column, Table, exact_entry
from symelbo.semantics.tables.report import Identity, Quantity, Report, report

__all__ = [
    "FAMILIES",
    "BoundBalls",
    "Column",
    "Fit",
    "GrowthRow",
    "Identity",
    "Measures",
    "Quantity",
    "Report",
    "Sweep",
    "Table",
    "TableFile",
    "Unit",
    "best_in",
    "bound_balls",
    "exact_entry",
    "exact_measures",
    "growth",
    "measure",
    "mpmath_measures",
    "parse_table",
    "read_table",
    "report",
    "sweep",
    "years_for",
]
