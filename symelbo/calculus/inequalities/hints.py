"""Non-negative terms that a claim's own words suggest, beside those that its normal form shows."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, Mul

from symelbo.calculus.inequalities.candidates import divergence_of
from symelbo.calculus.inequalities.certificates import Knowledge
from symelbo.calculus.inequalities.grounds import WrittenDivergence
from symelbo.calculus.inequalities.jensen import averages_in, jensen_of, outer_gaps, squares_of
from symelbo.calculus.inequalities.nonnegative import Nonnegative
from symelbo.calculus.inequalities.samples import samples_of
from symelbo.language import KL, Block, Density, Entropy, Family, base_of
from symelbo.language.walks import found_in

__all__ = ["hints_of"]


def hints_of(terms: tuple[Expr, ...], known: Knowledge) -> Iterable[Nonnegative]:
    """Non-negative terms that the claim's own words suggest.

    Jensen gaps of its expectations, and for sequences, whose joint density does not survive in the normal form,
    divergences from the laws that the claim averages under to the joint densities of its other families.
    """
    for divergence in sorted({n for term in terms for n in found_in(term, KL)}, key=str):
        written = WrittenDivergence(divergence)
        gap = written.form(known)
        if gap is not None:
            yield Nonnegative.by(written, gap)
    means = sorted({n for term in terms for n in averages_in(term)}, key=str)
    for node in means:
        yield from jensen_of(node, known)
    laws_written = sorted({density for term in terms for density in found_in(term, Density)}, key=str)
    for term in terms:
        yield from outer_gaps(term, known, laws_written)
        yield from squares_of(term, known)
    yield from samples_of(means, known)
    laws = {node.law for node in means if isinstance(node.law, Density)}
    laws |= {node.left for term in terms for node in found_in(term, KL) if isinstance(node.left, Density)}
    laws |= {node.law for term in terms for node in found_in(term, Entropy) if isinstance(node.law, Density)}
    chains = known.normaliser.structure.chains.values()
    joints = [(chain.joint, _like_family(chain.joint, laws_written)) for chain in chains]
    joints += [(d, d.family) for d in laws_written if not d.given and any(isinstance(s, Block) for s in d.of_slots)]
    joints += [(part, family) for joint, family in joints if (part := _part_written(joint, laws_written)) is not None]
    averaged = {law.family.name for law in laws}  # under a part of a sequence, which is one under all of it
    laws |= {Density(family, j.of, j.given) for j, family in joints if j.family.name in averaged}
    factors = {d for node in means for d in Mul.make_args(node.law) if isinstance(d, Density)}
    for law in sorted(laws | factors, key=str):
        if any(isinstance(slot, Block) for slot in law.of_slots):
            above = [d for d in sorted(factors, key=str) if set(d.of_slots) <= set(law.given_slots)]
            for joint, family in joints:
                for under in (None, *above) if law.family.name != joint.family.name else ():
                    slots = (*joint.of_slots, *joint.given_slots)
                    found = divergence_of(law, family, slots, known.normaliser, under)
                    if found is not None:
                        yield found
    for node in means:
        if not isinstance(node.law, Density) and any(isinstance(name, Block) for name in node.bound):
            for posterior in sorted(_posteriors(laws_written, node.bound), key=str):
                written = WrittenDivergence(KL(node.law, posterior, node.bound))
                gap = written.form(known)
                if gap is not None:
                    yield Nonnegative.by(written, gap)


def _part_written(joint: Density, written: Iterable[Density]) -> Density | None:
    """A joint density without the sequences that no density of the claim is about; None where it has none of these."""
    own = (density for density in written if density.family.name == joint.family.name)
    names = {base_of(slot) for density in own for slot in (*density.of_slots, *density.given_slots)}
    of = [slot for slot in joint.of if base_of(slot) in names]
    return Density(joint.family, of, joint.given) if of and len(of) < len(joint.of) else None


def _posteriors(written: Iterable[Density], names: tuple[Expr, ...]) -> set[Density]:
    """The conditionals of some names given all else that one of the densities is about."""
    found: set[Density] = set()
    for density in written:
        slots = {*density.of_slots, *density.given_slots}
        if set(names) < slots and density.of != names:
            found.add(Density(density.family, names, sorted(slots - set(names), key=str)))
    return found


def _like_family(joint: Density, written: Iterable[Density]) -> Family:
    """The family of a joint density as the claim writes it, with the parameters that it has there."""
    return next((d.family for d in written if d.family.name == joint.family.name), joint.family)
