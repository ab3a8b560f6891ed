"""From what a person names on the command line to the texts of documents."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from symelbo.checking.report import FileProblem

__all__ = ["SUFFIXES", "Source", "sources"]

SUFFIXES = (".tex", ".md", ".ipynb", ".txt")
"""What a folder is searched for."""
_LARGEST = 20_000_000
_PASSED_OVER = frozenset({"__pycache__", "node_modules", "venv", "site-packages", "dist", "build"})


@dataclass(frozen=True, slots=True)
class Source:
    """A document by its path as it will be shown, and its text; or the problem that kept it from being read."""

    path: str
    text: str = ""
    problem: FileProblem | None = None


def sources(paths: Iterable[str | os.PathLike[str] | Source]) -> Iterator[Source]:
    """The documents behind paths, each once, in the order given; folders are searched, sorted by name.

    What is a source already stays as it is.
    """
    seen: set[str] = set()
    for path in paths:
        if isinstance(path, Source):
            yield path
            continue
        name = os.fspath(path)
        for source in _folder(name) if os.path.isdir(name) else (_document(name),):
            if source.path not in seen:
                seen.add(source.path)
                yield source


def _folder(name: str) -> Iterator[Source]:
    found = False
    for folder, below, files in os.walk(name):
        below[:] = sorted(entry for entry in below if not entry.startswith(".") and entry not in _PASSED_OVER)
        for file in sorted(files):
            if file.endswith(SUFFIXES) and not file.startswith("."):
                found = True
                yield _document(os.path.join(folder, file))
    if not found:
        message = f"the folder {name} holds no document; symelbo reads {', '.join(SUFFIXES)}"
        yield Source(name, problem=FileProblem(message, usage=True))


def _document(name: str) -> Source:
    path = Path(name)
    if not path.exists():
        return Source(name, problem=FileProblem(f"there is no file {name}", usage=True))
    if not path.is_file():
        return Source(name, problem=FileProblem(f"{name} is not a file that can be read as a document"))
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            message = f"{name} has {size // 1_000_000} MB; documents up to {_LARGEST // 1_000_000} MB are read"
            return Source(name, problem=FileProblem(message))
        data = path.read_bytes()
    except OSError as error:
        return Source(name, problem=FileProblem(f"{name} cannot be opened: {error.strerror or error}"))
    return _decoded(name, data)


def _decoded(name: str, data: bytes) -> Source:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in data[:8192]:
        return Source(name, problem=FileProblem(f"{name} is a binary file, not a document"))
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Source(name, problem=FileProblem(f"{name} is not UTF-8 text (line {line}); save it as UTF-8", line, 1))
    return Source(name, text.replace("\r\n", "\n"))
