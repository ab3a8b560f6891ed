"""Our `dataclass` and the standard one make the same of every kind of field; where one refuses, so does the other."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, fields, replace
from typing import Any

import pytest

from symelbo import values

Maker = Callable[..., Callable[[type], type]]


def family(make: Maker, **options: bool) -> dict[str, type]:
    """Classes with all kinds of fields, made by one of the decorators."""

    @make(**options)
    class Empty:
        """Without fields."""

    @make(**options)
    class Placed:
        """With a field that says nothing about the value."""

        place: int = field(kw_only=True, compare=False, repr=False)

    @make(**options)
    class One(Placed):
        """Inherits it."""

        only: str

    @make(**options)
    class Many(Placed):
        """A field of every kind."""

        name: str
        parts: tuple[object, ...] = ()
        seen: frozenset[str] = field(default_factory=frozenset)
        kept: list[int] = field(init=False, repr=False, compare=False, default_factory=list)
        fixed: int = field(init=False, default=7)

        def __post_init__(self) -> None:
            self.kept.append(len(self.parts))

    @make(**options)
    class Own:
        """Has methods of its own."""

        size: int

        def __repr__(self) -> str:
            return f"of size {self.size}"

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own) and self.size % 10 == other.size % 10

    return {kind.__name__: kind for kind in (Empty, Placed, One, Many, Own)}


KINDS = [
    pytest.param(options, id=name)
    for name, options in {
        "frozen with slots": {"frozen": True, "slots": True},
        "frozen": {"frozen": True},
        "with slots": {"slots": True},
        "plain": {},
    }.items()
]


def facts(kinds: dict[str, type]) -> list[object]:
    """What can be seen of the classes and their values."""
    many, one = kinds["Many"], kinds["One"]
    first, same, other = many("a", (1,), place=1), many("a", (1,), place=2), many("b", seen={"x"}, place=1)
    found: list[object] = [first == same, first == other, first == one("a", place=1), one("a", place=1) != 3]
    found += [repr(value) for value in (kinds["Empty"](), one("a", place=1), first, other, kinds["Own"](3))]
    found += [other.seen, first.kept, first.kept is same.kept, kinds["Own"](13) == kinds["Own"](3)]
    found += [replace(other, name="c").name, dataclasses.asdict(first), dataclasses.astuple(other)]
    found += [copy.copy(first) == first, copy.deepcopy(other).place]
    for kind in kinds.values():
        init = inspect.signature(kind.__init__)
        found += [[(item.name, item.kind, item.annotation) for item in init.parameters.values()], kind.__doc__]
        found += [kind.__match_args__, kind.__init__.__qualname__, getattr(kind, "__slots__", None)]
        found += [[(item.name, item.type, item.kw_only) for item in fields(kind)]]
    return found


def refusals(kinds: dict[str, type]) -> list[object]:
    """How wrong uses end."""

    def assign() -> None:
        kinds["One"]("a", place=1).only = "b"

    def delete() -> None:
        del kinds["One"]("a", place=1).only

    wrong: list[Callable[[], object]] = [
        lambda: kinds["Many"](place=1),
        lambda: kinds["Many"]("a"),
        lambda: kinds["One"]("a", 1),
        lambda: kinds["Many"]("a", fixed=3, place=1),
        lambda: replace(kinds["Many"]("a", place=1), fixed=3),
        lambda: hash(kinds["One"]("a", place=1)) == hash(kinds["One"]("a", place=2)),
        lambda: hash(kinds["Empty"]()),
        assign,
        delete,
    ]
    ends: list[object] = []
    for call in wrong:
        try:
            ends.append(call())
        except Exception as error:
            ends.append(type(error) if isinstance(error, AttributeError) else (type(error), str(error)))
    return ends


@pytest.mark.parametrize("options", KINDS)
def test_both_decorators_make_the_same(options: dict[str, bool]) -> None:
    assert facts(family(values.dataclass, **options)) == facts(family(dataclasses.dataclass, **options))


@pytest.mark.parametrize("options", KINDS)
def test_both_decorators_refuse_the_same(options: dict[str, bool]) -> None:
    assert refusals(family(values.dataclass, **options)) == refusals(family(dataclasses.dataclass, **options))


@values.dataclass(frozen=True, slots=True)
class Point:
    """Where a pickle can find it."""

    x: int
    inner: Point | None = None


def test_frozen_values_travel_and_do_not_change() -> None:
    point = Point(1, Point(2))
    assert pickle.loads(pickle.dumps(point)) == point
    assert hash(point) == hash((1, Point(2))) == hash(Point(1, Point(2)))
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
        point.x = 3  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'x'"):
        del point.x
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'z'"):
        point.z = 3  # type: ignore[attr-defined]


def test_options_are_optional() -> None:
    @values.dataclass
    class Noted:
        text: str = ""

    noted = Noted()
    noted.text = "a"
    assert noted == Noted("a") != Noted("b")
    assert Noted.__hash__ is None


def test_fields_that_would_be_shared_or_missed_are_refused() -> None:
    shared: dict[str, Any] = {"__annotations__": {"items": "list"}, "items": []}
    with pytest.raises(ValueError, match="mutable default"):
        values.dataclass(frozen=True)(type("Shared", (), shared))
    missed: dict[str, Any] = {"__annotations__": {"a": "int", "b": "int"}, "a": 1}
    with pytest.raises(SyntaxError):
        values.dataclass(frozen=True)(type("Missed", (), missed))
