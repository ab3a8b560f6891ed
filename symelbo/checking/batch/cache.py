"""What was judged before: reports by content and version, in one SQLite file that several runs may share."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from time import time
from types import TracebackType
from typing import Final

from symelbo import __version__
from symelbo.checking.batch.stored import from_plain, to_plain
from symelbo.checking.report import FileReport
from symelbo.checking.sources import Source

__all__ = ["Cache", "default_cache_path", "engine"]

_PATIENCE: Final = 60.0
"""Seconds to wait for another writer."""
_TABLE: Final = "CREATE TABLE IF NOT EXISTS reports (key TEXT PRIMARY KEY, report TEXT NOT NULL, used REAL NOT NULL)"
_LIBRARIES: Final = ("sympy", "python-flint", "mpmath")
_FORGET: Final = "DELETE FROM reports WHERE key IN (SELECT key FROM reports ORDER BY used DESC LIMIT -1 OFFSET ?)"
_KEPT: Final = 200_000
"""Reports kept; the least recently used go first."""


def default_cache_path() -> Path:
    """`$SYMELBO_CACHE`, or a file in the user's folder for caches."""
    named = os.environ.get("SYMELBO_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("symelbo", appauthor=False) / "reports.sqlite"


def engine() -> str:
    """What decides verdicts: versions, and the program's own files, which change without a version in development."""
    package = Path(sys.modules["symelbo"].__file__ or ".").parent
    marks = sorted(
        (str(file.relative_to(package)), (found := file.stat()).st_size, found.st_mtime_ns)
        for file in package.rglob("*.py")
    )
    parts = (__version__, *map(version, _LIBRARIES), sys.version_info[:2], marks)
    return sha256(repr(parts).encode()).hexdigest()


class Cache:
    """Reports of documents by what they say, not by where they lie.

    A cache never changes what a run says: one that cannot be read or written is passed over, and `problem` tells why.
    """

    def __init__(self, path: Path, options: str = "") -> None:
        self.path = path
        self.problem: str | None = None
        self._engine = f"{engine()}\n{options}"
        self._connection: sqlite3.Connection | None = None
        self._grown = False
        with self._guarded():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
            # Readers go on while one process writes.
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(_TABLE)

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; where reports were added, drop what was not used for longest."""
        with self._guarded():
            if self._connection is not None:
                with closing(self._connection) as connection:
                    if self._grown:
                        connection.execute(_FORGET, (_KEPT,))
        self._connection = None

    def get(self, source: Source) -> FileReport | None:
        """The report of a document that says the same, or None."""
        with self._guarded():
            if self._connection is not None:
                key = self._key(source)
                row = self._connection.execute("SELECT report, used FROM reports WHERE key = ?", (key,)).fetchone()
                if row is not None:
                    report = self._restored(row[0], source.path)
                    if report is not None and time() - row[1] > 86_400:
                        self._connection.execute("UPDATE reports SET used = ? WHERE key = ?", (time(), key))
                    return report
        return None

    def put(self, source: Source, report: FileReport) -> None:
        """Keep a report."""
        with self._guarded():
            if self._connection is not None:
                text = json.dumps(to_plain(report), ensure_ascii=False)
                row = (self._key(source), text, time())
                self._connection.execute("INSERT OR REPLACE INTO reports VALUES (?, ?, ?)", row)
                self._grown = True

    def _key(self, source: Source) -> str:
        # The ending of the name says how a document is read; nothing else of the name matters.
        return sha256(f"{self._engine}\n{Path(source.path).suffix}\n{source.text}".encode()).hexdigest()

    @staticmethod
    def _restored(text: str, path: str) -> FileReport | None:
        try:
            return from_plain(json.loads(text), path)
        except (KeyError, TypeError, ValueError):
            return None  # a damaged entry is as good as none: the document is judged anew

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            self.problem = f"the cache {self.path} is not used: {error}"
            self._connection = None
