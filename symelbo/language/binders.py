"""What binds a variable: renaming that never captures, and replacement that stays outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Expr, Symbol, Tuple
from sympy.core.symbol import Str

from symelbo.language.names import Entry, is_variable

__all__ = ["Binder", "fresh_name", "to_power"]


class Binder(Expr):
    """An operator with bound variables: they do not count as free and are never replaced from outside."""

    is_commutative = True
    is_real = True

    @property
    def bound(self) -> tuple[Expr, ...]:
        """The variables that the operator binds."""
        raise NotImplementedError

    @property
    def free_symbols(self) -> set[Any]:
        """What the operator's value depends on."""
        inside: set[Any] = set().union(*(part.free_symbols for part in self.args if not isinstance(part, Str)))
        return inside - set(self.bound)

    def renamed(self, names: Mapping[Any, Any]) -> Expr:
        """The same value with bound variables renamed throughout the operator."""
        from symelbo.language.scope import replace_free

        return self.func(*(part if isinstance(part, Str) else replace_free(part, names) for part in self.args))

    def _xreplace(self, rule: Any) -> tuple[Any, bool]:
        if self in rule:
            return rule[self], True
        if not isinstance(rule, Mapping):  # SymPy's simplifiers pass a function that rewrites parts of a term
            parts = [part._xreplace(rule) for part in self.args]
            return self.func(*(part for part, _ in parts)), any(changed for _, changed in parts)
        outside = {old: new for old, new in rule.items() if old not in self.bound}
        # Replacing a name must not capture; replacing a larger part is literal, as the caller sees both sides of it.
        entering = {old: new for old, new in outside.items() if is_variable(old) and old in self.free_symbols}
        incoming = set().union(*(getattr(new, "free_symbols", set()) for new in entering.values()))
        caught = set(self.bound) & incoming
        if caught:
            fresh = {name: fresh_name(name, incoming | self.free_symbols) for name in caught}
            return self.renamed(fresh)._xreplace(outside)[0], True
        kept = Tuple(*self.bound)
        parts = [
            (part, False) if part == kept or isinstance(part, Str) else part._xreplace(outside) for part in self.args
        ]
        if any(changed for _, changed in parts):
            return self.func(*(part for part, _ in parts)), True
        return self, False

    def _eval_subs(self, old: Any, new: Any) -> Any:
        if old in self.bound:
            return self
        caught = set(self.bound) & getattr(new, "free_symbols", set())
        if caught and old in self.free_symbols:
            fresh = {name: fresh_name(name, new.free_symbols | self.free_symbols) for name in caught}
            return self.renamed(fresh)._subs(old, new)
        return None


def fresh_name(name: Expr, taken: Iterable[Any]) -> Expr:
    """A primed copy of a name that is not among those taken."""
    base = name.args[0] if isinstance(name, Entry) else name
    stem, taken_names = str(base), {str(item) for item in taken}
    while True:
        stem += "'"
        if stem not in taken_names:
            return base.func(stem, **base.assumptions0) if isinstance(base, Symbol) else Symbol(stem, real=True)


def to_power(text: str, exp: str | None, *, enclosed: bool) -> str:
    """LaTeX with the exponent that SymPy's printer asks for; what is not enclosed by itself gets parentheses."""
    if exp is None:
        return text
    return rf"{text}^{{{exp}}}" if enclosed else rf"\left({text}\right)^{{{exp}}}"
