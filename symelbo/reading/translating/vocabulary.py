"""What the names of a document are: families of densities, variables, functions, functionals."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import FamilyKey, family_key, name_key, plain_key

__all__ = ["Bounds", "Signature", "Vocabulary"]

Bounds = tuple[sx.Node, sx.Node]


@dataclass(frozen=True, slots=True)
class Signature:
    """One way in which a family was written: the names before and after the bar."""

    family: FamilyKey
    of: tuple[sx.Node, ...]
    given: tuple[sx.Node, ...]
    call: sx.Call


@dataclass(slots=True)
class Vocabulary:
    """The names of a document by role.

    `indices` count (and `counts` are their upper ends), `positive` are quantities that stand where only positive ones
    can, `first` is the lowest index seen of a base, `bounds` the limits an index was given somewhere, `plain` the
    names that occur as numbers, `euler` whether the letter e is Euler's number, `own_pi` whether pi is a letter of
    the document and not the number, `constants` letters that stand for any constant, `vectors` the names that a
    factorisation takes apart into entries, `entries` the index that a name is used with, `bare` the names that occur
    without brackets, `numbered` the functionals whose subscript is a number that varies, `headed` those that an
    equation of the document begins with, `meant` the arguments that a bare family has where a divergence of it is
    written out, `summed` what a sum without bounds is over, `integrated` what an integral is over. `copied` has a
    family with a base whose entries are draws from one law, as in `p(x_n, z_n)` for every `n`, `drawn` those that the
    family has independent draws of, as in `q(z_{1:K})`, `linked` the bases of which one entry is given another
    somewhere, as in `p(z_{t-1} \\mid z_t)`, or copies that are given the original: variables of their own. `counted`
    are the slots whose values are counted, `numbers` are what something is divided by or is `> 0`, `algebraic` says
    that there are traces, determinants or transposes, `values_of` has the other letters for the count of a slot,
    `indexed` the letters that each name is indexed with at each place.
    """

    families: set[FamilyKey] = field(default_factory=set)
    signatures: list[Signature] = field(default_factory=list)
    functionals: set[str] = field(default_factory=set)
    numbered: set[str] = field(default_factory=set)
    headed: set[str] = field(default_factory=set)
    meant: dict[FamilyKey, str] = field(default_factory=dict)
    summed: set[str] = field(default_factory=set)
    integrated: set[str] = field(default_factory=set)
    slots: dict[FamilyKey, set[str]] = field(default_factory=dict)
    parameters: dict[FamilyKey, tuple[sx.Node, ...]] = field(default_factory=dict)
    split_by_parameters: set[FamilyKey] = field(default_factory=set)
    vectors: dict[str, Bounds] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)
    images: set[str] = field(default_factory=set)  # what a map makes of a variable, as a name with a prime
    listed: set[str] = field(default_factory=set)  # those whose few entries are written one by one
    called: set[str] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)
    indices: set[str] = field(default_factory=set)
    counts: set[str] = field(default_factory=set)
    positive: set[str] = field(default_factory=set)
    first: dict[str, int] = field(default_factory=dict)
    bounds: dict[str, Bounds] = field(default_factory=dict)
    matrices: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    algebraic: bool = False
    plain: set[str] = field(default_factory=set)
    euler: bool = False
    own_pi: bool = False
    entries: dict[str, str] = field(default_factory=dict)
    constants: set[str] = field(default_factory=set)
    declared_latent: set[str] = field(default_factory=set)
    also_quantities: set[FamilyKey] = field(default_factory=set)
    labels: set[tuple[str, str]] = field(default_factory=set)
    own_functions: set[str] = field(default_factory=set)
    copied: set[tuple[FamilyKey, str]] = field(default_factory=set)
    indexed: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    drawn: set[tuple[FamilyKey, str]] = field(default_factory=set)
    counted: dict[str, Bounds] = field(default_factory=dict)
    values_of: dict[tuple[FamilyKey, str], str] = field(default_factory=dict)
    averaged: str | None = None  # the letter of the density that a sentence says averages are under
    notes: list[str] = field(default_factory=list)

    def is_family(self, name: sx.Name) -> bool:
        """Whether a name is a family of densities."""
        return family_key(name) in self.families

    def has_slot(self, family: FamilyKey, key: str) -> bool:
        """Whether the plain name fills a slot of the family somewhere in the document."""
        return key in self.slots.get(family, ())

    def is_variable(self, key: str) -> bool:
        """Whether the plain name fills a slot of any family."""
        return any(key in slots for slots in self.slots.values())

    def calls(self, name: sx.Name) -> bool:
        """Whether the document calls a map of this name, with or without a number."""
        return name_key(name) in {key.split("_")[0] for key in self.called}

    def latent(self) -> set[str]:
        """Names that a density is of, and that the document also conditions on or integrates over."""
        if self.declared_latent:
            return self.declared_latent
        of = [{sx.outline(item) for item in s.of} for s in self.signatures if s.family.lower().startswith(("q", "r"))]
        return set().union(*of)

    @property
    def has_matrices(self) -> bool:
        """Whether anything in the document is a matrix."""
        return bool(self.matrices)

    def is_matrix(self, node: sx.Node) -> bool:
        """Whether a tree is about a matrix."""
        return any(isinstance(part, sx.Name) and name_key(part) in self.matrices for part in sx.walk(node))

    def labelled(self, base: sx.Name, exponent: sx.Node) -> bool:
        """Whether `\\theta^{t}` is a labelled copy and not a power: the base is conditioned on under several labels."""
        return (plain_key(base), sx.outline(exponent)) in self.labels

    def defines(self, name: sx.Name) -> bool:
        """Whether a special function's letter is the author's own: primed, or defined by standing alone on a side."""
        return name.primes > 0 or name.text in self.own_functions

    def signature_of(self, family: FamilyKey, of_like: tuple[str, ...] | None = None) -> Signature | None:
        """How a bare family name is meant: its most frequent full form, if need be one with given variables."""
        found = self.forms_of(family, of_like)
        return max(found.values(), key=len)[0] if found else None

    def forms_of(self, family: FamilyKey, of_like: tuple[str, ...] | None = None) -> dict[str, list[Signature]]:
        """The full forms of a family by their arguments, if need be those with given variables.

        A family that only ever stands at states, as in `q(z = 1) = 0.6`, is meant with the variables that have them.
        """
        own = [signature for signature in self.signatures if signature.family == family]
        plain = [signature for signature in own if not any(isinstance(item, sx.Relation) for item in signature.of)]
        found: dict[str, list[Signature]] = {}
        for signature in plain or [_without_states(signature) for signature in own]:
            names = tuple(sorted(sx.outline(item) for item in signature.of))
            if of_like is None or names == tuple(sorted(of_like)):
                found.setdefault(sx.outline(signature.call.arguments), []).append(signature)
        return found


def _without_states(signature: Signature) -> Signature:
    """The use of a family with its variables in place of their states; what it is given stays."""
    of = tuple(item.left if isinstance(item, sx.Relation) and item.sign == "=" else item for item in signature.of)
    call = signature.call
    return Signature(signature.family, of, signature.given, replace(call, arguments=replace(call.arguments, values=of)))
