"""A package for Anki: the cards on the theory, and a card for each question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zlib import crc32

from symelbo.errors import SymelboError
from symelbo.practice.exercise import Exercise
from symelbo.practice.texts import to_html
from symelbo.practice.theory import CARDS

__all__ = ["anki"]

_DECK: Final = 1_720_413_907
_MODEL: Final = 1_720_413_908


def anki(sheet: Sequence[Exercise]) -> bytes:
    """The deck as an `.apkg` file. Raises `SymelboError` if genanki is not installed."""
    try:
        import genanki
    except ImportError as error:
        raise SymelboError("Anki packages need genanki: pip install 'symelbo[practice]'") from error
    model = genanki.Model(
        _MODEL,
        "symelbo",
        fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[{"name": "Card", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}],
    )
    deck = genanki.Deck(_DECK, "Evidence lower bound")
    for front, back in _sides(sheet):
        # The same card in a later package replaces this one, so learners keep their progress.
        note: Any = genanki.Note(model, [front, back], guid=f"symelbo-{crc32(front.encode()):08x}")
        deck.add_note(note)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        # Times and the numbers that follow from them are fixed: the same seed makes the same deck.
        genanki.Package(deck).write_to_file(path, timestamp=1_700_000_000)
        return path.read_bytes()


def _sides(sheet: Sequence[Exercise]) -> list[tuple[str, str]]:
    cards = [(to_html(card.front), to_html(card.back)) for card in CARDS]
    for made in sheet:
        for question in made.questions:
            options = "".join(f"<li>{to_html(option)}</li>" for option in question.options)
            front = to_html(made.given) + to_html(question.ask) + (f"<ol>{options}</ol>" if options else "")
            cards.append((front, to_html(question.solution)))
    return cards
