"""symelbo checks, derives and typesets the mathematics of variational inference.

Names are imported on first use, so that `import symelbo` costs nothing until mathematics is done.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "symelbo.language": (
        "KL",
        "At",
        "Claim",
        "Context",
        "E",
        "H",
        "Independence",
        "IndexProduct",
        "IndexSum",
        "Integral",
        "MutualInformation",
        "Relation",
        "context",
        "family",
        "variables",
    ),
    "symelbo.errors": ("SymelboError",),
    "symelbo.proof": ("Verdict", "expected_value", "explain", "prove"),
    "symelbo.checking": ("check",),
    "symelbo.testing": ("assert_claims", "assert_proved", "assert_refuted"),
}
_WHERE = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *sorted(_WHERE)]


def __getattr__(name: str) -> Any:
    home = _WHERE.get(name)
    if home is None:
        raise AttributeError(f"module 'symelbo' has no attribute {name!r}")
    return getattr(import_module(home), name)


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext symelbo` in a notebook: `%%symelbo` cells, and verdicts shown with formulas and tables."""
    import_module("symelbo.notebook").load_ipython_extension(shell)


def __dir__() -> list[str]:
    return list(__all__)
