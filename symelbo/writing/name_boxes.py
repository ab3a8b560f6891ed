r"""Names as boxes: `\bar{\alpha}_{t}` and `z^{(k)}` taken apart into letters, accents and scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from symelbo.writing.boxes import Box, Name, Number, Row, Script, Sign, Word, row

__all__ = ["letters", "name_box"]

_ROMAN: Final = ("\\mathrm", "\\text", "\\operatorname", "\\textrm")


def name_box(tex: str) -> Box:
    r"""The box of a name in LaTeX; what is not understood stays one name as it stands.

    >>> name_box(r"\bar{\alpha}_{t}")
    Script(base=Name(tex='\\bar{\\alpha}'), below=Name(tex='t'), above=None)
    """
    reader = _Reader(tex)
    made = reader.row("")
    return made if made is not None and reader.place == len(tex) else Name(tex)


def letters(tex: str) -> tuple[str, str]:
    r"""A name's LaTeX as its command and its argument: `\mathcal{L}` is (`\mathcal`, `L`), `x` is (``, `x`)."""
    if tex.startswith("\\") and tex.endswith("}") and "{" in tex:
        command, _, inside = tex.partition("{")
        return command, inside[:-1]
    return "", tex


@dataclass(slots=True)
class _Reader:
    """One pass over a name's LaTeX."""

    text: str
    place: int = 0

    def row(self, stop: str) -> Box | None:
        """Boxes up to the stop, or to the end; None where something is not understood."""
        parts: list[Box] = []
        while self.place < len(self.text) and self.text[self.place] != stop:
            char = self.text[self.place]
            if char in "_^":
                self.place += 1
                inside = self.group()
                if inside is None or not parts:
                    return None
                parts[-1] = _scripted(parts[-1], char, inside)
            elif char == " ":
                self.place += 1
            else:
                part = self.one()
                if part is None:
                    return None
                parts.append(part)
        return row(*parts) if parts else None

    def group(self) -> Box | None:
        if self.text[self.place : self.place + 1] != "{":
            return self.one()
        self.place += 1
        inside = self.row("}")
        self.place += 1
        return inside

    def one(self) -> Box | None:
        char = self.text[self.place : self.place + 1]
        if char == "\\":
            return self.command()
        start = self.place
        self.place += 1
        if char.isdigit():
            while self.text[self.place : self.place + 1].isdigit():
                self.place += 1
            return Number(self.text[start : self.place])
        if char.isalpha():
            while self.text[self.place : self.place + 1] == "'":
                self.place += 1
            return Name(self.text[start : self.place])
        return Sign(char) if char and char in "-+,:*()" else None

    def command(self) -> Box | None:
        start = self.place
        self.place += 1
        while self.text[self.place : self.place + 1].isalpha():
            self.place += 1
        command = self.text[start : self.place]
        if self.text[self.place : self.place + 1] == "{":
            close = self._closing()
            if close is None:
                return None
            inside = self.text[self.place + 1 : close]
            self.place = close + 1
            whole = self.text[start : self.place]
            return Word(whole, inside) if command in _ROMAN and len(inside) > 1 else Name(whole)
        while self.text[self.place : self.place + 1] == "'":
            self.place += 1
        return Name(self.text[start : self.place]) if len(command) > 1 else None

    def _closing(self) -> int | None:
        depth = 0
        for place in range(self.place, len(self.text)):
            depth += {"{": 1, "}": -1}.get(self.text[place], 0)
            if depth == 0:
                return place
        return None


def _scripted(base: Box, sign: str, inside: Box) -> Box:
    below, above = (inside, None) if sign == "_" else (None, inside)
    if isinstance(base, Script):
        free = base.below is None if sign == "_" else base.above is None
        if free:
            return Script(base.base, below or base.below, above or base.above)
        return Script(Row((base,)), below, above)
    return Script(base, below, above)
