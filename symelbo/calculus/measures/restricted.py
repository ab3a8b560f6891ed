"""The measure normal form with some of its rules switched off, to see which rules a step needs.

With every rule switched on it is the normal form itself; with none, only arithmetic and the renaming of bound
variables are left. A restricted form is a coarser description of the same value, so that two terms with equal
restricted forms are equal by the rules that were left on, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from fractions import Fraction
from functools import cached_property

from sympy import Expr
from sympy.core.symbol import Str

from symelbo.calculus.budget import Budget
from symelbo.calculus.forms.atoms import Exponential, Logarithm, Opaque, Root, SumOver
from symelbo.calculus.forms.content import primitive
from symelbo.calculus.forms.form import (
    EMPTY,
    ONE,
    ZERO,
    Atom,
    Form,
    Marker,
    Monomial,
    of_atom,
    of_monomial,
    rename_monomial,
    sum_of,
    times,
)
from symelbo.calculus.forms.mentions import touches
from symelbo.calculus.forms.signs import is_positive_form
from symelbo.calculus.measures.measure import Normaliser, spaces_of
from symelbo.calculus.measures.remembered import Course, Kept, Memory
from symelbo.calculus.measures.switched import Switched
from symelbo.calculus.structure import Structure, unparametrised
from symelbo.language import (
    KL,
    Binder,
    Block,
    CrossEntropy,
    Density,
    Entropy,
    Family,
    MutualInformation,
    slot_of,
    value_of,
)
from symelbo.language.functionals import Gradient

__all__ = ["SWITCHES", "Restricted"]

SWITCHES = (
    "FACTORISATION",
    "PRODUCT-RULE",
    "MUTUAL-INFORMATION",
    "ENTROPY",
    "KL-DEFINITION",
    "INDEX-SHIFT",
    "GRADIENT",
    "MARGINALISATION",
    "NORMALISATION",
    "LINEARITY",
    "LOG-PRODUCT",
)
"""The rules that can be switched off, those first that a step is likelier to do without."""

_HELD: tuple[tuple[type, str], ...] = (
    (KL, "KL-DEFINITION"),
    (Entropy, "ENTROPY"),
    (CrossEntropy, "ENTROPY"),
    (MutualInformation, "MUTUAL-INFORMATION"),
    (Gradient, "GRADIENT"),
)


_QUOTIENT = "KL-DEFINITION as of a quotient"


class Bundle(Atom):
    """A sum, or a constant, that stays together under an integral; `anchor` is a name that it is kept under."""

    def __init__(self, form: Form, anchor: frozenset[Expr] = frozenset()) -> None:
        self.form, self.anchor = form, anchor
        super().__init__((form, anchor))

    @cached_property
    def names(self) -> frozenset[Expr]:
        """Names inside, and the anchor."""
        return self.form.names | self.anchor

    def renamed(self, values: Mapping[Expr, Expr]) -> Bundle:
        """The same sum at other values."""
        return Bundle(self.form.renamed(values), frozenset(values.get(name, name) for name in self.anchor))

    def children(self) -> Iterable[Form]:
        """The sum."""
        return (self.form,)


class Held(Atom):
    """A divergence, an entropy or a derivative that is not opened: its parts, and the names that it binds."""

    def __init__(self, kind: str, parts: tuple[Form, ...], bound: tuple[Expr, ...]) -> None:
        self.kind, self.parts, self.bound = kind, parts, bound
        super().__init__((kind, parts, bound))

    @cached_property
    def names(self) -> frozenset[Expr]:
        """Names of the parts; markers are kept, as they tell the depth."""
        inside = frozenset[Expr]().union(*(part.names for part in self.parts))
        return inside - {name for name in self.bound if not isinstance(name, Marker)}

    def renamed(self, values: Mapping[Expr, Expr]) -> Held:
        """The same at other values."""
        outside = {old: new for old, new in values.items() if old not in self.bound}
        return Held(self.kind, tuple(part.renamed(outside) for part in self.parts), self.bound)

    def children(self) -> Iterable[Form]:
        """The parts."""
        return self.parts


class Restricted(Normaliser):
    """A normaliser that may only use some rules; `fired` has those that it has used.

    What it works out goes into `memory`, and what stands there already is taken from it. Normalisers with one memory
    have one structure, whether they may use it or not. `wavers` says that a form came out as it did because of what
    had been worked out before it: then only a normaliser without a memory of others finds what it would find alone.
    """

    def __init__(
        self,
        structure: Structure,
        budget: Budget,
        allowed: Iterable[str],
        quotient: bool = True,
        *,
        floor: int | None = None,
        memory: Memory | None = None,
    ) -> None:
        # A divergence is opened as the mean of one logarithm, not of a difference, by what goes as a rule here.
        self.allowed = frozenset((*allowed, _QUOTIENT)) if quotient else frozenset(allowed)
        self.wavers = False
        self._memory = memory if memory is not None else Memory()
        self._courses = [Course()]  # of what is being worked out, the innermost last
        self._course_of: dict[Expr, Course] = {}  # of the forms by their terms
        self._course_of_log: dict[Form, Course] = {}
        structured = "FACTORISATION" in self.allowed
        evenly = bool(structure.counted or structure.constants)  # asked everywhere, so that all rests on it
        if not evenly and not structure.is_plain:
            structure = Switched(structure, lambda: self._has("FACTORISATION"), structured)
        super().__init__(structure if structured or not evenly else self._memory.plain, budget)
        self.floor, self._at_floor = floor, f"sums begin at {floor}"
        self.allowed |= {self._at_floor}
        self._setting = (structured and evenly,)

    @property
    def fired(self) -> set[str]:
        """The rules that were used."""
        return self._courses[0].fired

    def may(self, rule: str) -> bool:
        """Whether a rule may be used here; notes that it is."""
        if self._has(rule):
            self._courses[-1].fired.add(rule)
            return True
        return False

    def _has(self, rule: str) -> bool:
        """Whether a rule is among those that may be used; that it was asked for is noted, not that it is used."""
        course, granted = self._courses[-1], rule in self.allowed
        (course.granted if granted else course.refused).add(rule)
        return granted

    def _follow(self, made: Callable[[], Form]) -> Kept:
        """Work something out and note what happens on the way."""
        course = Course()
        self._courses.append(course)
        try:
            form = made()
        finally:
            self._courses.pop()
            self._courses[-1].take_in(course)
        return Kept(form, course)

    def form(self, term: Expr) -> Form:
        """The form of a term by the rules that are allowed."""
        known = self._forms.get(term)
        if known is not None:
            self._courses[-1].take_in(self._course_of[term])
            return known
        kept = self._recalled(term, lambda: self._new_form(term))
        self._forms[term], self._course_of[term] = kept.form, kept.course
        return kept.form

    def _recalled(self, what: Hashable, made: Callable[[], Form]) -> Kept:
        """A form from the memory; what is not there is worked out and kept."""
        kept = self._memory.find(self._setting, what, self.allowed)
        if kept is None:
            kept = self._follow(made)
            self._memory.keep(self._setting, what, kept)
        else:
            self._courses[-1].take_in(kept.course)
        return kept

    def _new_form(self, term: Expr) -> Form:
        switch = next((rule for kind, rule in _HELD if isinstance(term, kind)), None)
        if isinstance(term, Density):
            return self.density(term)
        if switch is not None:
            return self._opened(term) if self.may(switch) else self._held(term, switch)
        return super().form(term)

    def _entangled(self, term: Binder) -> bool:
        known = self._memory.entangled.get(term)
        if known is None:
            known = self._memory.entangled[term] = super()._entangled(term)
        return known

    def _depends_on_order(self) -> None:
        self.wavers = self._courses[-1].alone = True

    def _positive(self, form: Form) -> bool:
        if is_positive_form(form):
            return True
        self._depends_on_order()
        return super()._positive(form)

    def _opened(self, term: Expr) -> Form:
        match term:
            case KL() if not self._has("LOG-PRODUCT") and self._has(_QUOTIENT):
                left, right = self.form(term.left), self.form(term.right)
                ratio = left * self.power(right, Fraction(-1))
                return self.integrate(left * self.log(ratio), term.bound, spaces_of(term))
            case Entropy():
                law = self.form(term.law)
                return -self.integrate(law * self.log(law), term.bound, spaces_of(term))
            case CrossEntropy():
                right = self.form(term.right)
                return -self.integrate(self.form(term.left) * self.log(right), term.bound, spaces_of(term))
        return Normaliser.form(self, term)

    def _held(self, term: Expr, kind: str) -> Form:
        if isinstance(term, MutualInformation):
            return of_atom(Held(f"{kind} {term}", (), ()))
        parts = tuple(self.form(part) for part in term.args if isinstance(part, Expr) and not isinstance(part, Str))
        bound = tuple(term.bound) if isinstance(term, Binder) else ()
        if all(name.is_Symbol for name in bound):
            depth = 1 + max((atom.depth for part in parts for atom in part.atoms()), default=0)
            markers = {name: Marker(depth, place) for place, name in enumerate(bound)}
            parts, bound = tuple(part.renamed(markers) for part in parts), tuple(markers.values())
        return of_atom(Held(f"{kind} {type(term).__name__}", parts, bound))

    # Densities: a conditional is a ratio only by the product rule, else a density of its own.

    def density(self, term: Density) -> Form:
        """A density; a conditional one is opened by the product rule."""
        if not term.given:
            return super().density(term)
        if self.may("PRODUCT-RULE"):
            return super().density(term)
        given = tuple(sorted(term.given_slots, key=str))
        name = f"{term.family.name}|{','.join(map(str, given))}"
        own = Family(name, term.family.parameters, term.family.indices)
        self._memory.conditionals[unparametrised(own)] = frozenset(given)
        values = {slot_of(item): value_of(item) for item in (*term.of, *term.given)}
        return of_atom(Root(own, frozenset(values.items())))

    def root(self, family: Family, values: dict[Expr, Expr]) -> Monomial:
        """A joint density; of a conditional one, what is left when variables before its bar are integrated out."""
        given = self._memory.conditionals.get(unparametrised(family))
        if given is None:
            made = super().root(family, values)
            if len(made) > 1 or any(len(atom.slots) != len(values) for atom, _ in made if isinstance(atom, Root)):
                self._courses[-1].fired.add("FACTORISATION")
            return made
        return EMPTY if set(values) <= given else frozenset({(Root(family, frozenset(values.items())), Fraction(1))})

    def _log_of_sequence(self, atom: Root) -> Form | None:
        if atom in self._unfolding:
            self._depends_on_order()
        made = super()._log_of_sequence(atom)
        if made is not None:
            self._courses[-1].fired.add("FACTORISATION")
        return made

    def _is_conditional(self, atom: Atom) -> bool:
        return isinstance(atom, Root) and unparametrised(atom.family) in self._memory.conditionals

    def _eliminate(self, monomial: Monomial, name: Expr) -> Monomial | None:
        for atom, _ in monomial:
            if isinstance(atom, Root) and self._is_conditional(atom):
                given = self._memory.conditionals[unparametrised(atom.family)]
                if any(name in value.free_symbols and slot in given for slot, value in atom.slots):
                    return None
        reduced = super()._eliminate(monomial, name)
        if reduced is None:
            return None
        before, after = (sum(isinstance(atom, Root) for atom, _ in each) for each in (monomial, reduced))
        return reduced if self.may("NORMALISATION" if after < before else "MARGINALISATION") else None

    def _eliminate_part(self, monomial: Monomial, name: Expr) -> Monomial | None:
        if any(self._is_conditional(atom) for atom, _ in monomial):
            return None
        return super()._eliminate_part(monomial, name)

    def _open_blocks(self, monomial: Monomial, waiting: list[Expr]) -> tuple[Monomial, list[Expr]]:
        if not any(isinstance(name, Block) for name in waiting):
            return monomial, waiting
        if any(self._is_conditional(atom) for atom, _ in monomial) or not self._has("MARGINALISATION"):
            return monomial, waiting
        opened = super()._open_blocks(monomial, waiting)
        if opened[0] != monomial:
            self._courses[-1].fired.add("MARGINALISATION")
        return opened

    # Logarithms and sums.

    def log(self, argument: Form) -> Form:
        """The logarithm; of products and quotients as one atom, where it may not be split."""
        if argument == ONE:
            return ZERO
        whole = of_atom(Logarithm(argument))
        single = argument.single()
        if single is not None and single[1] == 1 and all(isinstance(a, Exponential) for a, _ in single[0]):
            return self._plain_log(argument)  # log exp u = u
        made = self._plain_log(argument)
        if made == whole or (single is not None and _is_one_factor(*single)):
            return made
        return made if self.may("LOG-PRODUCT") else whole

    def _plain_log(self, argument: Form) -> Form:
        if argument in self._logs:
            self._courses[-1].take_in(self._course_of_log[argument])
            return self._logs[argument]
        kept = self._recalled(("log", argument), lambda: Normaliser.log(self, argument))
        self._logs[argument] = kept.form
        self._course_of_log[argument] = kept.course
        return kept.form

    def integrate(self, form: Form, bound: Iterable[Expr], spaces: Mapping[Expr, Expr] | None = None) -> Form:
        """The integral; of a sum as one integral, where it may not be taken term by term."""
        names = tuple(bound)
        plain = form.single()
        if plain is not None and plain[1] == 1 and all(touches(atom, names) for atom, _ in plain[0]):
            return super().integrate(form, names, spaces)
        if self.may("LINEARITY"):
            return super().integrate(form, names, spaces)
        (common, content), rest = primitive(form)
        # densities stay under the integral, where those of a law cancel
        free: Monomial = frozenset((a, e) for a, e in common if not isinstance(a, Root) and not touches(a, names))
        outside = of_monomial(free, content)
        moving = common - free
        alone = super().integrate(of_monomial(moving), names, spaces)
        done = not any(isinstance(atom, Opaque) for atom in alone.atoms())
        if done and not any(touches(atom, names) for atom in rest.atoms()):
            return alone * outside * rest
        together = outside * rest
        anchor = next((n for n in names if any(n in a.names for a, _ in moving)), names[0]) if names else None
        if any(touches(atom, names) for atom in together.atoms()) or anchor is None:
            bundle = Bundle(together)
        else:
            bundle = Bundle(together, frozenset({anchor}))
        return super().integrate(of_monomial(times(moving, frozenset({(bundle, Fraction(1))}))), names, spaces)

    def _integrate_monomial(self, monomial: Monomial, names: tuple[Expr, ...], spaces: Mapping[Expr, Expr]) -> Form:
        made = super()._integrate_monomial
        what = (monomial, names, tuple(spaces.items()))
        return self._recalled(what, lambda: made(monomial, names, spaces)).form

    def sum_over(self, form: Form, index: Expr, lower: Expr, upper: Expr) -> Form:
        """The sum over an index; of a sum of terms as one, where it may not be taken apart."""
        plain = form.single()
        if plain is not None and plain[1] == 1 and all(index in atom.names for atom, _ in plain[0]):
            return super().sum_over(form, index, lower, upper)
        if index not in form.names or self.may("LINEARITY"):
            return super().sum_over(form, index, lower, upper)
        bundle: Monomial = frozenset({(Bundle(form), Fraction(1))})
        return super().sum_over(of_monomial(bundle), index, lower, upper)

    def _sum_monomial(self, body: Monomial, index: Expr, lower: Expr, upper: Expr) -> Form:
        marker = Marker(1 + max(atom.depth for atom, _ in body), 0)
        written = SumOver(rename_monomial(body, {index: marker}), marker, lower, upper)
        if "INDEX-SHIFT" not in self.allowed:
            self._has("INDEX-SHIFT")
            return of_atom(written)
        made = super()._sum_monomial

        def new() -> Form:
            shifted, as_written = made(body, index, lower, upper), of_atom(written)
            if shifted != as_written:
                self.may("INDEX-SHIFT")
            return shifted

        return self._recalled(("sum", written), new).form

    def _reference(self, lower: Expr) -> Expr:
        if lower.is_Integer:
            self._courses[-1].granted.add(self._at_floor)
        return super()._reference(lower)

    def _refreshed(self, atom: Atom) -> Form:
        return self._recalled(atom, lambda: self._again(atom)).form

    def _again(self, atom: Atom) -> Form:
        if isinstance(atom, Bundle):
            opened = sum_of(self.refresh(monomial).scaled(c) for monomial, c in atom.form)
            return of_atom(Bundle(opened, atom.anchor))
        if self._is_conditional(atom):
            return of_atom(atom)
        return super()._refreshed(atom)


def _is_one_factor(monomial: Monomial, coefficient: Fraction) -> bool:
    """Whether there is nothing to take apart: a number, or one atom."""
    return not monomial or (coefficient == 1 and len(monomial) == 1 and all(e == 1 for _, e in monomial))
