"""The three verdicts, and what each of them carries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn

from symelbo.language import Claim

if TYPE_CHECKING:
    from symelbo.semantics.witness import Witness

__all__ = ["Certificate", "Status", "Verdict"]


class Status(Enum):
    """Proved, refuted or unknown; there is nothing else."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Why a claim holds.

    `method` is `normal-form` (both sides have the same measure normal form), `log-field` (their difference vanishes in
    the field of logarithms; `evidence` is checked by multiplication and addition) or `combination` (the difference is
    a non-negative combination of known terms; `evidence` is the list). `agreement` counts the random concrete models
    on which an independent evaluation confirmed the claim.
    """

    method: str
    rules: tuple[str, ...] = ()
    evidence: Any = None
    agreement: int = 0
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a claim. Exactly one of `proved`, `refuted`, `unknown` is true.

    `certificate` is there when proved, `witness` when refuted, `reason` when unknown. A verdict is not a truth value:
    `bool(verdict)` raises `TypeError`, because "not proved" is not "false".

    >>> from sympy import Eq, log
    >>> from symelbo import family, prove, variables
    >>> x, z = variables("x z")
    >>> p = family("p")
    >>> prove(Eq(log(p(x, z)), log(p(z)) + log(p(x | z)))).proved
    True
    """

    claim: Claim
    status: Status
    certificate: Certificate | None = None
    witness: Witness | None = None
    reason: str | None = None
    residual: str | None = None

    @property
    def proved(self) -> bool:
        """A certificate passed its checker and independent evaluation agreed."""
        return self.status is Status.PROVED

    @property
    def refuted(self) -> bool:
        """A concrete model of the whole context separates the two sides."""
        return self.status is Status.REFUTED

    @property
    def unknown(self) -> bool:
        """Neither; `reason` says why."""
        return self.status is Status.UNKNOWN

    @property
    def rules(self) -> tuple[str, ...]:
        """Identifiers of the named rules behind a proof."""
        return self.certificate.rules if self.certificate is not None else ()

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict is not a truth value: use .proved, .refuted or .unknown")

    def __str__(self) -> str:
        match self.status:
            case Status.PROVED:
                rules = f" by {', '.join(self.rules)}" if self.rules else ""
                return f"proved{rules}"
            case Status.REFUTED:
                lines = self.witness.lines() if self.witness is not None else []
                return "\n".join(["refuted by this model:", *(f"  {line}" for line in lines)])
            case _:
                return f"unknown: {self.reason}"

    def _repr_latex_(self) -> str:
        return rf"${self.claim.latex()}$ \quad \text{{{self.status.value}}}"
