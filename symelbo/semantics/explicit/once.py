"""What is worked out once and used again, refusals included."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from symelbo.errors import NotSupported

__all__ = ["Bench", "Once"]


class Once:
    """Results by key: what cannot be done for a key is not tried again.

    >>> once = Once()
    >>> once.of("answer", lambda: 42), once.of("answer", lambda: 43)
    (42, 42)
    >>> luck = Random(0)
    >>> once.of("luck", lambda: luck.random(), luck) == once.of("luck", lambda: luck.random(), luck)
    False
    """

    def __init__(self) -> None:
        self._made: dict[Any, tuple[Any, Exception | None]] = {}

    def of(self, key: Any, make: Callable[[], Any], random: Random | None = None) -> Any:
        """What `make` makes. It is not kept if it took a draw from `random`: then it is made anew each time."""
        if key in self._made:
            made, refusal = self._made[key]
        else:
            before = random.getstate() if random is not None else None
            made, refusal = None, None
            try:
                made = make()
            except (NotSupported, ValueError, TypeError, ArithmeticError) as raised:
                refusal = raised
            if random is None or random.getstate() == before:
                self._made[key] = made, refusal
        if refusal is not None:
            raise refusal.with_traceback(None)
        return made


class Bench(Once):
    """What evaluation works out once for all claims of a document: forms of terms, never anything that was drawn.

    It saves work and decides nothing: with a new bench for every claim, all verdicts are the same.
    """
