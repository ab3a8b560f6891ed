"""Variables: plain (`z`), indexed (`z_1`, `x_{t-1}`), blocks of indices (`x_{1:T}`), and values filled into slots."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Expr, Symbol, sympify
from sympy.core.function import AppliedUndef

from symelbo.errors import IllFormed

__all__ = [
    "At",
    "Block",
    "Entry",
    "Given",
    "Variable",
    "base_of",
    "is_variable",
    "name_of",
    "slot_of",
    "value_of",
    "variables",
]


class Given:
    """What `z | x` builds between variables: the bar of a conditional density, only meaningful inside `p(...)`."""

    def __init__(self, left: Any, right: Any) -> None:
        self.left = left
        self.right = right

    def __repr__(self) -> str:
        return f"({self.left} | {self.right})"


class _Slot(Expr):
    """What may stand as an argument of a density."""

    is_commutative = True
    is_real = True
    _diff_wrt = True  # a quantity of its own: SymPy may differentiate by it

    def _eval_derivative(self, by: Any) -> Any:
        return sympify(1 if by == self else 0)

    def __or__(self, other: Any) -> Given:
        return Given(self, other)

    def at(self, value: Any) -> At:
        """This variable's slot filled with another value: `p(x, z.at(z_new))`."""
        return At(self, sympify(value))


class Variable(Symbol):
    """A random variable or parameter, ranging over a space with a measure.

    >>> from symelbo.language import Variable, family
    >>> x, z = Variable("x"), Variable("z")
    >>> family("p")(z | x)
    p(z | x)
    """

    def __new__(cls, name: str, **assumptions: Any) -> Variable:
        assumptions.setdefault("real", True)
        return Symbol.__new__(cls, name, **assumptions)

    def __or__(self, other: Any) -> Given:
        return Given(self, other)

    def __getitem__(self, index: Any) -> Expr:
        """`z[1]` is the entry z_1, `x[t - 1]` is x_{t-1}, `x[1:T]` is the block x_{1:T} (both ends included)."""
        if isinstance(index, slice):
            return Block(self, sympify(index.start), sympify(index.stop))
        indices = index if isinstance(index, tuple) else (index,)
        return Entry(self, *map(sympify, indices))

    def __iter__(self) -> Any:
        raise TypeError(
            f"the variable {self.name} is not a sequence; write {self.name}[1], {self.name}[t] or {self.name}[1:T]"
        )

    def at(self, value: Any) -> At:
        """This variable's slot filled with another value: `p(x, z.at(z_new))`."""
        return At(self, sympify(value))


class Entry(_Slot):
    """One member of an indexed name: `z_1`, `x_{t-1}`, `\\alpha_t`. The base is a symbol, indices are expressions."""

    def __new__(cls, base: Symbol, *indices: Any) -> Entry:
        return Expr.__new__(cls, base, *map(sympify, indices))

    @property
    def base(self) -> Symbol:
        """The name that is indexed."""
        return self.args[0]

    @property
    def indices(self) -> tuple[Expr, ...]:
        """The index expressions."""
        return self.args[1:]

    def _eval_is_positive(self) -> bool | None:
        return self.base.is_positive

    @property
    def free_symbols(self) -> set[Any]:
        """The entry itself and whatever its indices mention."""
        return {self}.union(*(index.free_symbols for index in self.indices))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        inner = ",".join(printer._print(index) for index in self.indices)
        base = printer._print(self.base)
        power = "" if exp is None else f"^{{{exp}}}"
        return f"{base}_{{{inner}}}{power}"

    def _sympystr(self, printer: Any) -> str:
        return f"{printer._print(self.base)}_{','.join(printer._print(index) for index in self.indices)}"


class Block(_Slot):
    """All entries from `lower` to `upper`, both included: `x_{1:T}`. Empty when `upper` is `lower - 1`."""

    def __new__(cls, base: Symbol, lower: Any, upper: Any) -> Block:
        return Expr.__new__(cls, base, sympify(lower), sympify(upper))

    @property
    def base(self) -> Symbol:
        """The name that is indexed."""
        return self.args[0]

    @property
    def lower(self) -> Expr:
        """First index."""
        return self.args[1]

    @property
    def upper(self) -> Expr:
        """Last index."""
        return self.args[2]

    def entries(self) -> tuple[Entry, ...] | None:
        """The entries, when both ends are integers."""
        if self.lower.is_Integer and self.upper.is_Integer:
            return tuple(Entry(self.base, k) for k in range(int(self.lower), int(self.upper) + 1))
        return None

    @property
    def free_symbols(self) -> set[Any]:
        """The block itself and whatever its ends mention."""
        return {self} | self.lower.free_symbols | self.upper.free_symbols

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return f"{printer._print(self.base)}_{{{printer._print(self.lower)}:{printer._print(self.upper)}}}"

    def _sympystr(self, printer: Any) -> str:
        return f"{printer._print(self.base)}_{printer._print(self.lower)}:{printer._print(self.upper)}"


class At(_Slot):
    """The slot of `variable` filled with `value`: `p(x = 1)`, `p(z' | x)`, `q(z = g(\\epsilon))`."""

    def __new__(cls, variable: Any, value: Any) -> Expr:
        value = sympify(value)
        return variable if value == variable else Expr.__new__(cls, variable, value)

    @property
    def variable(self) -> Expr:
        """The slot."""
        return self.args[0]

    @property
    def value(self) -> Expr:
        """What fills it."""
        return self.args[1]

    @property
    def free_symbols(self) -> set[Any]:
        """Those of the value: the slot itself is only a name."""
        return self.value.free_symbols

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return f"{printer._print(self.variable)} = {printer._print(self.value)}"

    def _sympystr(self, printer: Any) -> str:
        return f"{printer._print(self.variable)}={printer._print(self.value)}"


def is_variable(term: Any) -> bool:
    """Whether the term is a name that an integral can bind (a symbol, an entry or a block)."""
    return isinstance(term, Symbol | Entry | Block)


def slot_of(item: Expr) -> Expr:
    """The variable whose slot a density's argument fills."""
    return item.variable if isinstance(item, At) else item


def value_of(item: Expr) -> Expr:
    """The value that a density's argument puts into its slot."""
    return item.value if isinstance(item, At) else item


def variables(names: str | Iterable[str], **assumptions: Any) -> Any:
    """Variables from names separated by blanks or commas; one name gives one variable, several a tuple.

    >>> from symelbo import variables
    >>> x, z = variables("x z")
    """
    listed = names.replace(",", " ").split() if isinstance(names, str) else list(names)
    if not listed:
        raise IllFormed("variables() needs at least one name, such as variables('x z')")
    made = tuple(Variable(name, **assumptions) for name in listed)
    return made[0] if len(made) == 1 else made


def base_of(name: Any) -> Any:
    """The variable whose entry or block a name is; anything else is itself.

    >>> from symelbo import variables
    >>> z, k = variables("z k")
    >>> base_of(z[k])
    z
    """
    return name.base if isinstance(name, Entry | Block) else name


def name_of(term: Any) -> str:
    r"""The name of a quantity or a function as text, without indices and arguments.

    >>> from sympy import Function
    >>> from symelbo import variables
    >>> z, k = variables("z k")
    >>> name_of(z[k]), name_of(Function("f")(z))
    ('z', 'f')
    """
    base = base_of(term)
    if type(base) is Variable or type(base) is Symbol:
        return str(base.name)  # without the printer, which is asked for thousands of them
    return str(base.func.__name__ if isinstance(base, AppliedUndef) else base)
