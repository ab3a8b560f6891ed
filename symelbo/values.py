"""`dataclass` as in the standard library, with the same classes made in a quarter of the time.

The package has some three hundred classes of values, and a program that starts defines all that it needs. The standard
decorator writes up to eight methods of each as text and compiles them one by one, which was half of what the package's
own modules took to import. Here only `__init__` is compiled; the other methods are shared, or know the names of the
fields. Type checkers see the standard decorator, and `fields`, `field` and `replace` are used from there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError
from functools import partial
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["dataclass"]

Fields = tuple[Field[Any], ...]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls: type | None = None, /, *, frozen: bool = False, slots: bool = False) -> Any:
        """A class of values from its annotated fields, with what `dataclasses.dataclass` gives with these options.

        `frozen` values cannot be changed and can be hashed; `slots` keeps their fields outside of a dictionary. Methods
        that the class has itself are left alone. Frozen classes inherit from frozen ones made here, not from those of
        the standard decorator.

        >>> from symelbo.values import dataclass
        >>> @dataclass(frozen=True, slots=True)
        ... class Point:
        ...     x: int
        ...     y: int = 0
        >>> Point(1), Point(1) == Point(1, 0)
        (Point(x=1, y=0), True)
        """
        return partial(_made, frozen=frozen, slots=slots) if cls is None else _made(cls, frozen, slots)


def _made(cls: type, frozen: bool, slots: bool) -> type:
    made: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    fields = dataclasses.fields(made)
    methods: dict[str, Any] = {
        "__init__": _init(made, fields, frozen),
        "__repr__": _repr,
        **_comparison(fields, frozen),
    }
    if frozen:
        methods |= _UNCHANGING | (_STATE if slots else {})
    for name, method in methods.items():
        if made.__dict__.get(name) is None:  # a class that has `__eq__` alone has None for `__hash__`
            setattr(made, name, method)
    return made


def _init(cls: type, fields: Fields, frozen: bool) -> Callable[..., None]:
    """The method that sets the fields; its text holds names of fields, and all else is handed to it as a value."""
    given: dict[str, Any] = {"_set": object.__setattr__, "_missing": MISSING}
    parameters: list[str] = []
    by_name: list[str] = []
    lines: list[str] = []
    for item in fields:
        name = value = item.name
        default = ""
        if item.default_factory is not MISSING:
            given[f"_new_{name}"] = item.default_factory
            value = f"_new_{name}() if {name} is _missing else {name}" if item.init else f"_new_{name}()"
            default = "=_missing"
        elif item.default is not MISSING:
            given[f"_default_{name}"] = item.default
            value = name if item.init else f"_default_{name}"
            default = f"=_default_{name}"
        elif not item.init:
            continue
        if item.init:
            (by_name if item.kw_only else parameters).append(name + default)
        lines.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    head = ", ".join(["self", *parameters, *(["*", *by_name] if by_name else [])])
    body = "; ".join(lines) or "pass"
    space: dict[str, Any] = {}
    exec(f"def maker({', '.join(given)}):\n def __init__({head}): {body}\n return __init__", space)
    method: Callable[..., None] = space["maker"](**given)
    method.__qualname__, method.__module__ = f"{cls.__qualname__}.__init__", cls.__module__
    method.__annotations__ = {item.name: item.type for item in fields if item.init} | {"return": None}
    return method


def _comparison(fields: Fields, frozen: bool) -> dict[str, Any]:
    names = [item.name for item in fields if item.compare]
    key: Callable[[Any], Any] = attrgetter(*names) if len(names) > 1 else partial(_few, names)

    def __eq__(self: Any, other: object) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(key(self))

    return {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}


def _few(names: list[str], value: object) -> tuple[Any, ...]:
    return tuple([getattr(value, name) for name in names])


@recursive_repr()
def _repr(self: Any) -> str:
    shown = [f"{item.name}={getattr(self, item.name)!r}" for item in dataclasses.fields(self) if item.repr]
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _setattr(self: object, name: str, value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, item.name) for item in dataclasses.fields(self)]


def _setstate(self: Any, state: list[Any]) -> None:
    for item, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, item.name, value)


_UNCHANGING: dict[str, Any] = {"__setattr__": _setattr, "__delattr__": _delattr}
# Who copies a value with slots, or sends it to a process, could not set its fields one by one.
_STATE: dict[str, Any] = {"__getstate__": _getstate, "__setstate__": _setstate}
