"""What is worked out for a context once and used by every claim in it: the claims of a document share one desk."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from symelbo.calculus.measures.remembered import Memory
from symelbo.calculus.sequences.chains import is_chain
from symelbo.calculus.structure import Structure, is_even
from symelbo.language import Attained, Context, Definition, Density, Sign
from symelbo.language.context import Assumption
from symelbo.language.definitions import Unfolding

__all__ = ["Desk"]


@dataclass(slots=True)
class Desk:
    """The structures of contexts, forms that were worked out under some of the rules, terms with definitions put in.

    It saves work and decides nothing: with a new desk for every claim, all verdicts are the same.

    >>> from symelbo.language import context
    >>> desk = Desk()
    >>> desk.structure(context()) is desk.structure(context())
    True
    """

    _places: dict[tuple[Assumption, ...], tuple[Structure, Memory]] = field(default_factory=dict)
    _unfoldings: dict[tuple[Definition, ...], Unfolding] = field(default_factory=dict)
    _derived: dict[tuple[Hashable, ...], tuple[Definition, ...]] = field(default_factory=dict)

    def structure(self, assumed: Context) -> Structure:
        """The structure that a context declares."""
        return self._place(assumed)[0]

    def memory(self, assumed: Context) -> Memory:
        """The forms of terms in a context of this structure, by the rules that they took."""
        return self._place(assumed)[1]

    def unfolding(self, names: tuple[Definition, ...]) -> Unfolding:
        """What some definitions make of terms."""
        known = self._unfoldings.get(names)
        if known is None:
            known = self._unfoldings[names] = Unfolding(names)
        return known

    def derived(
        self,
        laws: tuple[Definition, ...],
        wanted: tuple[Density, ...],
        assumed: Context,
        search: Callable[[Structure], tuple[Definition, ...]],
    ) -> tuple[Definition, ...]:
        """The laws of densities that a search finds from explicit ones, in the structure that a context declares."""
        key = (laws, wanted, _said(assumed))
        known = self._derived.get(key)
        if known is None:
            known = self._derived[key] = search(self.structure(assumed))
        return known

    def _place(self, assumed: Context) -> tuple[Structure, Memory]:
        said = _said(assumed)
        known = self._places.get(said)
        if known is None:
            known = self._places[said] = (Structure.of(assumed), Memory())
        return known


def _said(assumed: Context) -> tuple[Assumption, ...]:
    """What a context says of structure."""
    return tuple(item for item in assumed.assumptions if _is_structure(item))


def _is_structure(item: Assumption) -> bool:
    """Whether a structure may rest on an assumption: of definitions, only on products over an index and on numbers."""
    if isinstance(item, Definition):
        return is_chain(item) or is_even(item)
    return not isinstance(item, Sign | Attained)
