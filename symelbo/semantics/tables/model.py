"""Finite tables: `p(z)`, `p(x | z)` and `q`, held exactly.

Every entry is a rational number. Decimals are exact: 0.1 is 1/10, so binary floats are refused. A distribution that
does not sum to one is an error that names the key and the sum found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import lcm, prod
from typing import Any

from flint import fmpq

from symelbo.errors import TableError
from symelbo.semantics.arithmetic.decimals import certain_digits

__all__ = ["Column", "Table", "exact_entry", "exact_sum"]

_LONGEST_ENTRY = 1_000
_LARGEST_EXPONENT = 1_000
_BRIEF_BITS = 40
_SCALED_BITS = 512
_RATIO = re.compile(r"([+-]?\d+)\s*/\s*(\d+)", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,5})?", re.ASCII)


def exact_entry(value: object, where: str) -> Fraction:
    """The exact rational that an entry of a table denotes: `Fraction`, `int`, `Decimal`, `"1/3"` or `"0.25"`.

    Raises `TableError` for floats (write them as text), text that is no number, and anything else.

    >>> exact_entry("1/3", "p(z)"), exact_entry("0.25", "p(z)")
    (Fraction(1, 3), Fraction(1, 4))
    """
    match value:
        case bool():
            raise TableError(f"{where}: {value} is not a probability")
        case Fraction():
            return value
        case int():
            return Fraction(value)
        case Decimal():
            return _from_decimal(value, where)
        case float():
            raise TableError(f"{where}: {value!r} is a binary float and not exact; write it as the text '{value!r}'")
        case str():
            return _from_text(value.strip(), where)
    raise TableError(f"{where}: {value!r} is not a number")


def _from_decimal(value: Decimal, where: str) -> Fraction:
    if not value.is_finite():
        raise TableError(f"{where}: {value} is not a finite number")
    if abs(value.adjusted()) > _LARGEST_EXPONENT or len(value.as_tuple().digits) > _LONGEST_ENTRY:
        raise TableError(f"{where}: a number of this size is not a probability")
    return Fraction(value)


def _from_text(text: str, where: str) -> Fraction:
    if len(text) > _LONGEST_ENTRY:
        raise TableError(f"{where}: an entry of {len(text)} characters is too long; at most {_LONGEST_ENTRY} are read")
    if ratio := _RATIO.fullmatch(text):
        if int(ratio[2]) == 0:
            raise TableError(f"{where}: '{text}' divides by zero")
        return Fraction(int(ratio[1]), int(ratio[2]))
    if _DECIMAL.fullmatch(text):
        return _from_decimal(Decimal(text), where)
    raise TableError(f"{where}: '{text}' is not a number; write a decimal such as 0.25 or a fraction such as 1/4")


def exact_sum(values: Sequence[Fraction]) -> Fraction:
    """The exact sum, by halves, so that unequal denominators grow together and cost no more than they must."""
    parts: list[Any] = [fmpq(value.numerator, value.denominator) for value in values] or [fmpq(0)]
    while len(parts) > 1:
        parts = [
            parts[i] + parts[i + 1] if i + 1 < len(parts) else parts[i] for i in range(0, len(parts), 2)
        ]  # fmt: skip
    return Fraction(int(parts[0].p), int(parts[0].q))


@dataclass(frozen=True, slots=True)
class Column(Sequence[Fraction]):
    """Exact numbers, one for each state.

    `atoms` times `scale` are the entries. Where a common denominator is of reasonable size the atoms are integers,
    which makes arithmetic on long columns cheap; otherwise they are rationals and the scale is one.
    """

    entries: tuple[Fraction, ...]
    atoms: tuple[Any, ...] = field(repr=False, compare=False)
    scale: Fraction = field(repr=False, compare=False)

    @classmethod
    def of(cls, entries: Iterable[Fraction]) -> Column:
        """The column with these entries."""
        values = tuple(entries)
        common = 1
        for denominator in {value.denominator for value in values}:
            common = lcm(common, denominator)
            if common.bit_length() > _SCALED_BITS:
                return cls(values, tuple(fmpq(v.numerator, v.denominator) for v in values), Fraction(1))
        return cls(values, tuple(v.numerator * (common // v.denominator) for v in values), Fraction(1, common))

    def total(self) -> Fraction:
        """The exact sum of the entries."""
        if self.atoms and isinstance(self.atoms[0], int):
            return sum(self.atoms) * self.scale
        return exact_sum(self.entries)

    def __getitem__(self, index: Any) -> Any:
        return self.entries[index]

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Fraction]:
        return iter(self.entries)


@dataclass(frozen=True, slots=True)
class Table:
    """A discrete latent-variable model on finitely many states, with an optional `q`.

    `shape` is `(K,)` for one latent with K states and `(2, 2, 2)` for three binary latents; states are numbered with
    the last latent moving fastest. `likelihood` holds one column `p(x = label | z)` for each observation. `qs` holds
    `q(z | x = label)`; the label `None` is a `q(z)` that serves every observation.

    >>> lesson = Table.build(["0.5", "0.5"], {"1": ["0.2", "0.8"]}, q=["0.3", "0.7"])
    >>> lesson.evidence("1"), lesson.posterior("1")
    (Fraction(1, 2), (Fraction(1, 5), Fraction(4, 5)))
    """

    name: str
    shape: tuple[int, ...]
    states: tuple[str, ...]
    prior: Column
    likelihood: Mapping[str, Column]
    qs: Mapping[str | None, Column]
    observed: str

    @classmethod
    def build(
        cls,
        prior: Any,
        likelihood: Any,
        q: Any = None,
        *,
        states: Sequence[str] | None = None,
        observations: Sequence[str] | None = None,
        observed: str | None = None,
        name: str = "table",
    ) -> Table:
        """A table from nested sequences of exact numbers (see `exact_entry`).

        `prior` nests one level for each latent. `likelihood` is a mapping from observation to a nest of the same
        shape, or one nest with the observation as last level. `q` is a nest, or a mapping from observation to nests.
        A mapping in place of a list names the states. Raises `TableError` where something is not a distribution.
        """
        prior, names = _unname(prior, f"{name}: p(z)", None)
        shape, flat = _flatten(prior, f"{name}: p(z)")
        labels = _state_names(name, shape, states or names)
        column = _distribution(flat, f"{name}: p(z)")
        columns = _likelihood(name, likelihood, shape, labels, observations)
        seen = next(iter(columns)) if observed is None else str(observed)
        if isinstance(likelihood, Mapping) and len(columns) == 1 and _seen_binary(columns):
            columns = _with_complement(columns)
        if seen not in columns:
            raise TableError(f"{name}: there is no p(x={seen}|z); the observations are {', '.join(columns)}")
        return cls(name, shape, labels, column, columns, _q_columns(name, q, shape, labels, columns), seen)

    def __len__(self) -> int:
        return len(self.prior)

    @property
    def observations(self) -> tuple[str, ...]:
        """The observations with a column, in the order given."""
        return tuple(self.likelihood)

    def column(self, observation: str) -> Column:
        """`p(x = observation | z)`. Raises `TableError` for an observation that the table does not have."""
        if observation not in self.likelihood:
            known = ", ".join(self.observations)
            raise TableError(f"{self.name}: there is no p(x={observation}|z); the observations are {known}")
        return self.likelihood[observation]

    def q(self, observation: str) -> Column | None:
        """`q(z | x = observation)`, or `q(z)`, or None if the table gives neither."""
        return self.qs.get(observation, self.qs.get(None))

    def joint(self, observation: str) -> tuple[Fraction, ...]:
        """`p(x = observation, z)` for every state, exact."""
        return tuple(p * l for p, l in zip(self.prior, self.column(observation), strict=True))

    def evidence(self, observation: str) -> Fraction:
        """`p(x = observation)`, exact."""
        column = self.column(observation)
        if self.prior.scale != 1 or column.scale != 1:
            total = sum(p * l for p, l in zip(self.prior.atoms, column.atoms, strict=True))
            value = total if isinstance(total, int) else Fraction(int(total.p), int(total.q))
            return value * self.prior.scale * column.scale
        return exact_sum(self.joint(observation))

    def posterior(self, observation: str) -> tuple[Fraction, ...]:
        """`p(z | x = observation)`, exact. Raises `TableError` if the observation has probability zero."""
        evidence = self.evidence(observation)
        if not evidence:
            raise TableError(f"{self.name}: x={observation} has probability zero, so there is no posterior for it")
        return tuple(value / evidence for value in self.joint(observation))

    def distribution(self, values: Any, what: str = "q(z)") -> Column:
        """A distribution over this table's states from nested or flat exact numbers, checked."""
        return _over_states(values, self.shape, self.states, f"{self.name}: {what}")


def _seen_binary(columns: Mapping[str, Column]) -> bool:
    """Whether the only observation is one of the two values of a binary variable, so that its complement is known."""
    return next(iter(columns)) in ("0", "1")


def _with_complement(columns: dict[str, Column]) -> dict[str, Column]:
    (label, column), = columns.items()  # fmt: skip
    return {label: column, "10"[int(label)]: Column.of(1 - value for value in column)}


def _flatten(nest: Any, where: str) -> tuple[tuple[int, ...], list[Fraction]]:
    """Shape and entries of nested lists. Raises `TableError` for ragged or empty nests."""
    if not isinstance(nest, (list, tuple, Column)):
        return (), [exact_entry(nest, where)]
    if not nest:
        raise TableError(f"{where}: an empty list is not a table")
    if not isinstance(nest[0], (list, tuple)):
        if any(isinstance(part, (list, tuple)) for part in nest):
            raise TableError(f"{where}: numbers and lists stand side by side")
        return (len(nest),), [exact_entry(part, where) for part in nest]
    shapes, flat = [], list[Fraction]()
    for part in nest:
        shape, entries = _flatten(part, where)
        shapes.append(shape)
        flat += entries
    if len(set(shapes)) > 1:
        raise TableError(f"{where}: the lists inside are of different shapes, {shapes[0]} and {_other(shapes)}")
    return (len(nest), *shapes[0]), flat


def _other(shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    return next(shape for shape in shapes if shape != shapes[0])


def _distribution(flat: Sequence[Fraction], where: str) -> Column:
    column = _probabilities(flat, where)
    total = column.total()
    if total != 1:
        raise TableError(f"{where}: the entries sum to {_brief(total)}, not 1")
    return column


def _probabilities(flat: Sequence[Fraction], where: str) -> Column:
    for index, value in enumerate(flat):
        if not 0 <= value <= 1:
            raise TableError(f"{where}: entry {index} is {_brief(value)}, not a probability between 0 and 1")
    return Column.of(flat)


def _brief(value: Fraction) -> str:
    """A fraction and its decimal, the fraction left out when it is too long to help."""
    decimal = certain_digits(value, value, 12).text
    decimal = decimal.rstrip("0").rstrip(".") if "." in decimal and "e" not in decimal else decimal
    if value.denominator == 1 or value.denominator.bit_length() > _BRIEF_BITS:
        return decimal
    return f"{value} ({decimal})"


def _unname(nest: Any, where: str, labels: Sequence[str] | None) -> tuple[Any, tuple[str, ...] | None]:
    """A mapping from state to entry as a list, in its own order or in that of `labels`; lists pass through."""
    if not isinstance(nest, Mapping):
        return nest, None
    if labels is None:
        return list(nest.values()), tuple(str(key) for key in nest)
    given = {str(key): value for key, value in nest.items()}
    if missing := [label for label in labels if label not in given]:
        raise TableError(f"{where}: there is no entry for z={missing[0]}")
    if extra := [label for label in given if label not in labels]:
        raise TableError(f"{where}: z={extra[0]} is not a state of p(z); the states are {', '.join(labels[:12])}")
    return [given[label] for label in labels], None


def _state_names(name: str, shape: tuple[int, ...], names: Sequence[str] | None) -> tuple[str, ...]:
    if not shape:
        raise TableError(f"{name}: p(z): a list of probabilities is needed, one for each state")
    if names is None:
        return tuple(",".join(map(str, index)) for index in product(*map(range, shape)))
    if len(names) != prod(shape):
        raise TableError(f"{name}: {len(names)} states are named, but p(z) has {prod(shape)} entries")
    if len(set(names)) != len(names):
        raise TableError(f"{name}: two states have the same name")
    return tuple(str(label) for label in names)


def _over_states(values: Any, shape: tuple[int, ...], states: Sequence[str], where: str) -> Column:
    return _distribution(_shaped(values, shape, states, where), where)


def _shaped(values: Any, shape: tuple[int, ...], states: Sequence[str], where: str) -> list[Fraction]:
    values, _ = _unname(values, where, states)
    found, flat = _flatten(values, where)
    if found not in (shape, (len(states),)):
        raise TableError(f"{where}: the shape is {found}, but p(z) has the shape {shape}")
    return flat


def _likelihood(
    name: str, likelihood: Any, shape: tuple[int, ...], states: Sequence[str], observations: Sequence[str] | None
) -> dict[str, Column]:
    if isinstance(likelihood, Mapping):
        columns = {
            str(label): _probabilities(
                _shaped(values, shape, states, f"{name}: p(x={label}|z)"), f"{name}: p(x={label}|z)"
            )
            for label, values in likelihood.items()
        }
        _check_rows(name, columns, states, complete=False)
        return columns
    where = f"{name}: p(x|z)"
    found, flat = _flatten(likelihood, where)
    if found[:-1] not in (shape, (len(states),)) or len(found) < 2:
        raise TableError(f"{where}: every state of p(z) (shape {shape}) needs a list over x; the shape is {found}")
    labels = [str(label) for label in observations] if observations else [str(k) for k in range(found[-1])]
    if len(labels) != found[-1]:
        raise TableError(f"{where}: {len(labels)} observations are named, but every row has {found[-1]} entries")
    columns = {label: _probabilities(flat[k :: found[-1]], where) for k, label in enumerate(labels)}
    _check_rows(name, columns, states, complete=True)
    return columns


def _check_rows(name: str, columns: Mapping[str, Column], states: Sequence[str], *, complete: bool) -> None:
    if not columns:
        raise TableError(f"{name}: there is no p(x|z) and no p(x=...|z)")
    for label, row in zip(states, zip(*(column.entries for column in columns.values()), strict=True), strict=True):
        total = sum(row, Fraction(0))
        if (complete and total != 1) or total > 1:
            wanted = "not 1" if complete else "more than 1"
            raise TableError(f"{name}: p(x|z={label}): the entries sum to {_brief(total)}, {wanted}")


def _q_columns(
    name: str, q: Any, shape: tuple[int, ...], states: Sequence[str], columns: Mapping[str, Column]
) -> dict[str | None, Column]:
    if q is None:
        return {}
    if isinstance(q, Mapping) and not _is_flat(q):
        found: dict[str | None, Column] = {}
        for key, values in q.items():
            where = f"{name}: q(z)" if key is None else f"{name}: q(z|x={key})"
            if key is not None and str(key) not in columns:
                raise TableError(f"{where} belongs to no observation; the observations are {', '.join(columns)}")
            found[None if key is None else str(key)] = _over_states(values, shape, states, where)
        return found
    return {None: _over_states(q, shape, states, f"{name}: q(z)")}


def _is_flat(mapping: Mapping[Any, Any]) -> bool:
    return not any(isinstance(value, (list, tuple, Mapping, Column)) for value in mapping.values())
