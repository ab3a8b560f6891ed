"""The book: every document of a folder in order, what is derived by the program beside it, and a table of contents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from symelbo.booklet.pages import front_matter, page
from symelbo.checking import check
from symelbo.checking.report import FileReport, Outcome
from symelbo.errors import SymelboError
from symelbo.writing.html_document import STYLE

__all__ = ["Book", "make_book"]

_MORE_STYLE: Final = """
nav ol { line-height: 1.7; } nav small, .assumed, .source { color: var(--faint); }
section { border-top: 1px solid var(--rule); margin-top: 3rem; }
.display td:last-child { padding-left: 1.6rem; } .badge { font: .82rem/1.3 system-ui, sans-serif; color: var(--faint);
  display: inline-block; white-space: normal; min-width: 9rem; }
.badge b { color: #17693a; margin-right: .3rem; } .badge.refuted b, .badge.unread b { color: #b3261e; }
.badge.unknown b { color: #7a5b00; } .badge.definition b, .badge.estimate b { color: #2a5f8f; }
aside { border-left: .25rem solid var(--rule); padding-left: 1rem; margin: 1.5rem 0; }
pre, .assumed { overflow-x: auto; overflow-y: hidden; } code { font-size: .92em; overflow-wrap: anywhere; }
table { border-collapse: collapse; } th, td { padding: .1rem .6rem .1rem 0; text-align: left; }
@media (prefers-color-scheme: dark) { .badge b { color: #6fd195; } .badge.refuted b, .badge.unread b { color: #ff8a80; }
  .badge.unknown b { color: #e6c25c; } .badge.definition b, .badge.estimate b { color: #8fc1ee; } }
@media (max-width: 40rem) { .display td:last-child { flex-basis: 100%; padding-left: 1.6rem; } }
"""


@dataclass(frozen=True, slots=True)
class Book:
    """The page, how many claims have which outcome, and the places of those that are not as they should be."""

    html: str
    counts: dict[str, int]
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Chapter:
    path: Path
    title: str
    fields: dict[str, str]
    text: str
    report: FileReport


def make_book(folder: Path, title: str = "Derivations") -> Book:
    """The book of the Markdown documents in a folder, in the order of their names.

    Folders called `slips` hold lines that are wrong on purpose and are left out.

    A document's front matter may give `title`, `source` and `derive`: arguments of `symelbo derive`, such as
    `elbo --by jensen`, divided by semicolons; what they derive is set beside the document.
    Raises `SymelboError` if there is no document, or a derivation cannot be made.
    """
    chapters = list(_chapters(folder))
    if not chapters:
        raise SymelboError(f"the folder {folder} holds no Markdown document to make a booklet of")
    counts: dict[str, int] = {}
    failures: list[str] = []
    for chapter in chapters:
        for problem in chapter.report.problems:
            failures.append(f"{chapter.path}:{problem.line or 1}: {problem.message}")
        for claim in chapter.report.claims:
            counts[claim.outcome.value] = counts.get(claim.outcome.value, 0) + 1
            if claim.failed or claim.outcome is Outcome.UNKNOWN:
                failures.append(f"{chapter.path}:{claim.line}:{claim.column}: {claim.outcome.value}")
    tally = ", ".join(f"{count} {name}" for name, count in counts.items())
    body = "\n".join(_section(number, chapter) for number, chapter in enumerate(chapters, 1))
    html = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}{_MORE_STYLE}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n"
        f"<p>Every line was judged when this page was made: {escape(tally)}.</p>\n{_contents(chapters)}\n{body}\n"
        "</body>\n</html>\n"
    )
    return Book(html, counts, tuple(failures))


def _chapters(folder: Path) -> Iterator[_Chapter]:
    for path in sorted(folder.rglob("*.md")):
        if "slips" in path.relative_to(folder).parts:
            continue
        text = path.read_text(encoding="utf-8")
        (file,) = check(path).files
        fields = front_matter(text)
        heading = next((line[2:].strip() for line in text.splitlines() if line.startswith("# ")), path.stem)
        yield _Chapter(path.relative_to(folder), fields.get("title", heading), fields, text, file)


def _contents(chapters: list[_Chapter]) -> str:
    items = []
    for number, chapter in enumerate(chapters, 1):
        claims = [claim for claim in chapter.report.claims if claim.outcome is not Outcome.DEFINITION]
        fine = sum(claim.outcome is Outcome.PROVED or claim.expected for claim in claims)
        link = f'<a href="#part-{number}">{escape(chapter.title)}</a>'
        items.append(f"<li>{link} <small>{fine} of {len(claims)} lines proved</small></li>")
    return f"<nav><ol>\n{chr(10).join(items)}\n</ol></nav>"


def _section(number: int, chapter: _Chapter) -> str:
    source = chapter.fields.get("source")
    parts = [f'<section id="part-{number}">']
    if not any(line.startswith("# ") for line in chapter.text.splitlines()):
        parts.append(f"<h2>{escape(chapter.title)}</h2>")
    parts.append(page(chapter.text, chapter.report))
    if source:
        parts.append(f'<p class="source">Source: {escape(source)}.</p>')
    parts += [f"<aside>\n{html}\n</aside>" for html in _derived(chapter)]
    return "\n".join([*parts, "</section>"])


def _derived(chapter: _Chapter) -> Iterator[str]:
    """What the program derives by itself about the same; every step was proved when it was made."""
    from symelbo.derive import CATALOGUE
    from symelbo.writing.html_document import html_body

    for command in filter(None, map(str.strip, chapter.fields.get("derive", "").split(";"))):
        name, *options = command.split()
        chosen = dict(zip(options[::2], options[1::2], strict=False))
        if name not in CATALOGUE or not set(chosen) <= {"--by"} or len(options) % 2:
            raise SymelboError(
                f"{chapter.path}: derive: '{command}' is none of {', '.join(CATALOGUE)} (with --by ROUTE)"
            )
        made = CATALOGUE[name].make(**{key.lstrip("-"): value for key, value in chosen.items()})
        yield f'<p class="source">Derived by the program:</p>\n{html_body(made.document(), "h3")}'
