r"""Densities along concrete maps: of the input, of what it is mapped to, and means under them.

What a family is the density of is read off its use: one family of the input and one of the output are the laws of one
random point; further families are densities at will. Where that is not clear, nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sympy import Abs, Expr, Matrix, Mul, exp, log, pi, sqrt
from sympy.core.function import AppliedUndef
from sympy.matrices import MatrixBase

from symelbo.errors import NotSupported
from symelbo.language import (
    KL,
    At,
    Context,
    CrossEntropy,
    Density,
    Entropy,
    Entry,
    Expectation,
    Integral,
    Known,
    Variable,
    base_of,
    replace_free,
    slot_of,
    value_of,
)
from symelbo.language.definitions import match_definition
from symelbo.language.links import Wiring, label_of, partners
from symelbo.language.walks import found_in
from symelbo.semantics.maps.wired import Setting, Value, as_column, determinant

__all__ = ["Laws"]


class Laws:
    """Values of terms with densities at a setting. Raises `NotSupported` where families are used in unclear ways."""

    def __init__(self, setting: Setting, wiring: Wiring, assumed: Context, sides: Sequence[Expr]) -> None:
        self.setting = setting
        self.assumed = assumed
        self.wiring = wiring
        self.layered = {link.output.base for link in wiring.links if link.layered}
        self.inputs = set(wiring.inputs) | {base_of(name) for name in wiring.inputs}
        self.inputs -= self.layered
        self.outputs = set(wiring.outputs) - self.layered
        self.links = wiring.links
        self.explicit = tuple(
            item for item in assumed.definitions if isinstance(item.name, Density) and item.value.has(Known)
        )
        self._pair(sides)
        self.moments = [(setting.number(), setting.number(True)) for _ in setting.entries]
        self.others: dict[tuple[str, Expr], list[tuple[Expr, Expr]]] = {}
        setting.handlers = (
            (Density, self._density),
            (Known, self._known),
            (Expectation, self._expectation),
            ((KL, Entropy, CrossEntropy), self._functional),
        )

    def value(self, term: Expr) -> Value:
        """The value of a side of a claim."""
        if term.has(Integral):
            raise NotSupported("integrals beside a map are not evaluated")
        return self.setting.value(term)

    # Which family is the density of what.

    def _role(self, term: Density) -> str | None:
        """Whether it is a density of the input or of an output alone; None for a density of something else."""
        if len(term.of) != 1:
            return None
        slot = term.of_slots[0]
        if isinstance(slot, Entry) and slot.base in self.layered:
            return "layer"
        if base_of(slot) not in self.inputs | self.outputs:
            return None
        if slot != base_of(slot) and base_of(slot) in self.setting.values:
            raise NotSupported(f"{term} is a density of a part of a vector")
        return "input" if base_of(slot) in self.inputs else "output"

    def _pair(self, sides: Sequence[Expr]) -> None:
        found = [node for side in sides for node in found_in(side, Density)]
        self.used = found
        terms = [*found, *(item.name for item in self.explicit)]
        for term in terms:
            self._role(term)
        pairs = partners(terms, self.wiring)
        self.paired = {label_of(family) for pair in pairs for family in pair if family is not None}
        self.place = {label_of(f): k for k, pair in enumerate(pairs) for f in pair if f is not None}
        chains = {term.family.name for term in found if self._role(term) == "layer" and term.family.indices}
        if len(chains) > 1:
            raise NotSupported("several families are densities of the layers of a flow")
        self.chain = next(iter(chains), None)
        many = [t.family for t in found if len(t.of) > 1 or (t.given and self._wired(t.given_slots))]
        if any(label_of(family) in self.paired or family.name in chains for family in many):
            raise NotSupported("a density of the input or output of a map is one of other variables as well")

    def _wired(self, slots: Iterable[Expr]) -> bool:
        return any(base_of(slot) in self.inputs | self.outputs | self.layered for slot in slots)

    # Densities.

    def _density(self, term: Density) -> Value:
        role = self._role(term)
        value = self.setting.value(value_of(term.of[0])) if len(term.of) == 1 else None
        if role == "layer" and term.family.name == self.chain:
            return self._of_layer(term, value)
        if role == "input" and label_of(term.family) in self.paired:
            return self._of_input(term, value)
        if role == "output" and label_of(term.family) in self.paired:
            return self._of_output(term, value)
        if role is not None and any(self._same(item.name, term) for item in self.explicit):
            return self._by_definition(term)
        return self._elsewhere(term)

    def _same(self, name: Density, term: Density) -> bool:
        return name.family.name == term.family.name and name.of_slots == term.of_slots

    def _by_definition(self, term: Density) -> Value:
        for item in self.explicit:
            made = match_definition(term, item)
            if made is not None:
                return self.setting.value(made)
        raise NotSupported(f"{term} has no value that the context says")

    def _elsewhere(self, term: Density) -> Value:
        """A density of something that is no end of a map, or of more than that: left to be put in later."""

        def moved(value: Expr) -> Expr:
            made = self.setting.value(value) if self._mentions(value) else value
            if isinstance(made, MatrixBase):
                raise NotSupported(f"{term} is a density of a vector")
            return made

        of, given = ([self._renamed(item, moved(value_of(item))) for item in items] for items in (term.of, term.given))
        return Density(type(term.family)(term.family.name), of, given)

    def _renamed(self, item: Expr, value: Expr) -> Expr:
        slot = slot_of(item)
        return At(Variable(f"{base_of(slot)}") if isinstance(slot, Entry) else slot, value)

    def _mentions(self, value: Expr) -> bool:
        names = {base_of(name) for name in value.free_symbols}
        return bool(names & (self.inputs | self.outputs | self.layered)) or value.has(AppliedUndef)

    def _gaussian(self, family: str, value: Value) -> Expr:
        """The law of the input."""
        shift = self.place.get(family, 0)
        entries = as_column(value)
        if len(entries) != len(self.moments):
            raise NotSupported("a density of the input is taken at something that is no input")
        return Mul(
            *(
                exp(-((entry - mean - shift) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)
                for entry, (mean, variance) in zip(entries, self.moments, strict=True)
            )
        )

    def _start(self) -> Value:
        entries = self.setting.entries
        return Matrix(entries) if len(entries) > 1 else entries[0]

    def _of_input(self, term: Density, value: Value) -> Expr:
        if any(self._same(item.name, term) for item in self.explicit):
            return self._by_definition(term)
        output = self._explicit_output()
        if output is None:
            return self._gaussian(label_of(term.family), value)
        if value != self._start():
            raise NotSupported("the density of the input is known at its own value only")
        return self._by_definition(output) * Abs(self._stretch(output.of_slots[0]))

    def _explicit_output(self) -> Density | None:
        for item in self.explicit:
            if self._role(item.name) == "output" and label_of(item.name.family) in self.paired:
                name = item.name
                return Density(name.family, name.of_slots, name.given)
        return None

    def _explicit_input(self) -> Density | None:
        for item in self.explicit:
            if self._role(item.name) == "input" and label_of(item.name.family) in self.paired:
                return Density(item.name.family, item.name.of_slots, item.name.given)
        return None

    def _at_start(self, family: str) -> Expr:
        known = self._explicit_input()
        return self._gaussian(family, self._start()) if known is None else self._by_definition(known)

    def _value_of(self, output: Expr) -> Value:
        """What the input is mapped to, also where a derivative holds it fixed."""
        return self.setting.held.get(output, self.setting.values[output])

    def _stretch(self, output: Expr) -> Expr:
        """The determinant of the Jacobian of an output."""
        column = as_column(self._value_of(output))
        if len(column) != len(self.setting.entries):
            raise NotSupported(f"{output} has another number of entries than what it is made of")
        return determinant(Matrix(column).jacobian(self.setting.entries))

    def _of_output(self, term: Density, value: Value) -> Expr:
        if any(self._same(item.name, term) for item in self.explicit):
            return self._by_definition(term)
        output = term.of_slots[0]
        own = self._at_start(label_of(term.family)) / Abs(self._stretch(output))
        if value == self._value_of(output):
            return own
        back = self._inverse(output, value)
        return own.subs(dict(zip(self.setting.entries, as_column(back), strict=True)), simultaneous=True)

    def _inverse(self, output: Expr, value: Value) -> Value:
        """The input that is mapped to a value, for an opaque map and for a map that is linear in one number."""
        for link in self.links:
            if link.output == output and link.function is not None and len(self.links) == 1:
                back = self.setting.functions[link.function, ()].back
                if back is not None:
                    return back(value)
        made, entries = Matrix(as_column(self._value_of(output))), self.setting.entries
        slope = made.jacobian(entries)
        if not slope.free_symbols & set(entries) and slope.rows == slope.cols == len(as_column(value)):
            shift = made.subs(dict.fromkeys(entries, 0))
            back = slope.inv() * (Matrix(as_column(value)) - shift)
            return back if len(entries) > 1 else back[0, 0]
        raise NotSupported(f"the inverse of the map to {output} is not known")

    def _of_layer(self, term: Density, value: Value) -> Expr:
        setting, slot = self.setting, term.of_slots[0]
        (index,) = (setting.value(part) for part in slot.indices)
        labels = [setting.value(part) for part in term.family.indices]
        if labels != [index] or value != setting.values.get(Entry(slot.base, index)):
            raise NotSupported(f"{term} is not the density of one layer's output at its own value")
        start = self._gaussian(term.family.name, self._start())
        if index == 0:
            return start
        column = as_column(setting.values[Entry(slot.base, index)])
        return start / Abs(determinant(Matrix(column).jacobian(setting.entries)))

    def _known(self, law: Known) -> Value:
        """A law at a value; a Gaussian of a vector written out."""
        value = self.setting.value(law.value)
        parameters = [self.setting.value(part) for part in law.parameters]
        if not isinstance(value, MatrixBase) and law.name != "MultivariateNormal":
            if any(isinstance(part, MatrixBase) for part in parameters):
                raise NotSupported(f"the parameters of {law} are no numbers")
            return Known(law.name, (value,), parameters)
        entries = as_column(value)
        if law.name not in ("Normal", "MultivariateNormal"):
            raise NotSupported(f"{law} is a law of numbers, not of vectors")
        mean, spread = parameters
        means = as_column(mean) if isinstance(mean, MatrixBase) else [mean] * len(entries)
        if len(entries) == 1 or law.name == "Normal":
            spread = [spread] * len(entries) if not isinstance(spread, MatrixBase) else as_column(spread)
        elif isinstance(spread, MatrixBase) and spread.is_diagonal() and spread.cols == len(entries):
            spread = [spread[k, k] for k in range(len(entries))]
        elif found_in(law.parameters[1], type(law)) or not isinstance(spread, MatrixBase):
            raise NotSupported(f"the covariance of {law} is not a matrix")
        else:
            gap = Matrix([e - m for e, m in zip(entries, means, strict=True)])
            square = (gap.T * spread.inv() * gap)[0, 0]
            return exp(-square / 2) / sqrt((2 * pi) ** len(entries) * spread.det())
        return Mul(
            *(exp(-((e - m) ** 2) / (2 * v)) / sqrt(2 * pi * v) for e, m, v in zip(entries, means, spread, strict=True))
        )

    # Means.

    def _functional(self, term: Any) -> Value:
        laws = (term.law, term.law) if isinstance(term, Entropy) else (term.left, term.right)
        gain = log(laws[0]) - log(laws[1]) if isinstance(term, KL) else -log(laws[1])
        if not isinstance(laws[0], Density):
            raise NotSupported(f"{term} beside a map is not evaluated")
        return self.setting.value(Expectation(gain, laws[0], term.bound or None))

    def _expectation(self, term: Expectation) -> Value:
        law, setting = term.law, self.setting
        if isinstance(law, Known) and len(term.bound) == 1 and term.bound[0] in setting.values:
            return self._under_known(term, law)
        if not isinstance(law, Density) or law.given or tuple(law.of) != tuple(term.bound):
            raise NotSupported(f"the mean {term} beside a map is not evaluated")
        role = self._role(law)
        if role is None:
            body = setting.value(term.body)
            return Expectation(body, law, term.bound)
        if role == "input" and label_of(law.family) not in self.paired:
            return self._under_another(term, law)
        if len(setting.entries) != 1:
            raise NotSupported("means over vectors beside a map are not evaluated")
        own = law.family.name == self.chain if role == "layer" else label_of(law.family) in self.paired
        if not own:
            raise NotSupported(f"the mean under {law} beside a map is not evaluated")
        body = setting.value(term.body)
        (entry,) = setting.entries
        local = Variable(f"{entry}_mean")
        start = self._explicit_input()
        if start is not None and role != "layer":
            there: Expr = self._by_definition(start)
            if not isinstance(there, Known):
                raise NotSupported(f"the mean under {law} beside a map is not evaluated")
            there = replace_free(there, {entry: local})
        elif self._explicit_output() is not None:
            raise NotSupported("means beside a map with an explicit output are not evaluated")
        else:
            ((mean, variance),) = self.moments
            shift = self.place.get(label_of(law.family), 0)
            there = Known("Normal", (local,), (mean + shift, variance))
        return Expectation(replace_free(body, {entry: local}), there)

    def _under_another(self, term: Expectation, law: Density) -> Expr:
        """A mean over the input under a density at will, such as that of the data."""
        setting = self.setting
        if len(setting.entries) != 1 or any(t.family.name == law.family.name and len(t.of) > 1 for t in self.used):
            raise NotSupported(f"the mean under {law} beside a map is not evaluated")
        (entry,) = setting.entries
        local = Variable(f"{entry}_mean")
        body = replace_free(setting.value(term.body), {entry: local})
        return Expectation(body, Density(type(law.family)(law.family.name), [At(law.of[0], local)]), [local])

    def _under_known(self, term: Expectation, law: Known) -> Value:
        """A mean over the input under an explicit law that is written in its place."""
        setting, name = self.setting, term.bound[0]
        if name not in setting.parts or len(setting.entries) != 1 or law.value != name:
            raise NotSupported(f"the mean {term} beside a map is not evaluated")
        (entry,) = setting.entries
        local = Variable(f"{entry}_mean")
        moved = self._known(law)
        return Expectation(replace_free(setting.value(term.body), {entry: local}), replace_free(moved, {entry: local}))
