"""The command line. Everything that does mathematics is imported when a command needs it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symelbo import __version__

if TYPE_CHECKING:
    from rich.console import Console

    from symelbo.checking import Report

__all__ = ["main"]

_FORMAT = click.option(
    "--format",
    "style",
    type=click.Choice(["human", "json"]),
    default="human",
    show_default=True,
    help="How to print the report.",
)
_REPORT_FORMAT = click.option(
    "--format",
    "style",
    type=click.Choice(["human", "json", "jsonl", "sarif", "junit", "github", "markdown"]),
    default="human",
    show_default=True,
    help="For a person, a script (jsonl: a line a file, as done), a code host, a build server, a GitHub log, a wiki.",
)
_ASSUME = click.option(
    "--assume",
    "assumptions",
    multiple=True,
    metavar="MATH",
    help="Something that holds, such as 'p(x, z) = p(z) p(x | z)'. May be repeated.",
)

_YOUNG = 100_000
"""Objects made between two looks for circles: what modules define is some 70,000, and next to nothing of it goes."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="symelbo")
def main() -> None:
    """Check the mathematics of variational inference: every line proved, or refuted with a counterexample."""
    gc.set_threshold(_YOUNG)


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_REPORT_FORMAT
@click.option("--strict", is_flag=True, help="Claims that stay unknown count as failures too.")
@click.option("--verbose", "-v", is_flag=True, help="Show every claim, with the rules behind it.")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1),
    metavar="N",
    show_default="one a processor",
    help="Processes that judge at once.",
)
@click.option("--cluster", metavar="ADDRESS", help="Let a Dask cluster judge, such as tcp://10.0.0.1:8786.")
@click.option(
    "--max-step", type=click.IntRange(0), metavar="N", help="Report rows that take more than N rules as failures."
)
@click.option("--cache/--no-cache", default=True, help="Take documents that were judged before from the cache.")
@click.option("--repair/--no-repair", default=True, help="Look for the smallest edit that makes a false line true.")
@click.option("--fix", is_flag=True, help="Write these edits into the files, and show them.")
def check(paths: tuple[str, ...], style: str, strict: bool, verbose: bool, fix: bool, **options: Any) -> None:
    """Judge every claim in documents (.tex, .md, .ipynb, .txt) or in folders of them.

    Exit status: 0 if no claim is refuted or unread (with --max-step: and no step is larger), 1 if one is, 2 for wrong
    usage.
    """
    from symelbo.checking.check_command import CheckOptions, run, stream

    def say(text: str) -> None:
        click.echo(text, err=True)

    documents, how = tuple(map(Path, paths)), CheckOptions(**options)
    with _said(), _Progress() as progress:
        if fix and style == "jsonl":
            raise click.UsageError("--fix shows what it writes; use it with another --format than jsonl")
        if fix:
            from symelbo.checking.fix_command import run as repaired

            report = repaired(documents, _console(to_errors=style != "human"))
        elif style == "jsonl":
            report = stream(documents, how, progress.update, say, click.echo)
        else:
            report = run(documents, how, progress.update, say)
    if style != "jsonl":
        _print(report, style, strict=strict, verbose=verbose)
    raise SystemExit(report.exit_code(strict))


@main.command()
@click.argument("claim")
@_ASSUME
@_FORMAT
def prove(claim: str, assumptions: tuple[str, ...], style: str) -> None:
    """Judge one claim (or a chain of claims) in LaTeX or plain text.

    For example: symelbo prove 'log p(x) - KL(q(z|x) || p(z|x)) <= log p(x)'

    Exit status: 0 if everything is proved, 1 if not, 2 if there is no claim in the text.
    """
    from symelbo.checking.single import check_claim

    report = check_claim(claim, assumptions)
    claims = list(report.claims)
    if not claims and not any(file.problems for file in report.files):
        raise click.UsageError(f"there is no relation sign in '{claim}'; write a claim such as 'A = B' or 'A <= B'")
    _print(report, style, verbose=True)
    raise SystemExit(report.exit_code(strict=True))


@main.command()
@click.argument("answer")
@click.argument("key")
@_ASSUME
@_FORMAT
def grade(answer: str, key: str, assumptions: tuple[str, ...], style: str) -> None:
    """Is ANSWER the same quantity as KEY? Both in LaTeX or plain text.

    For example: symelbo grade -- '-D_KL + log p(x)' 'log p(x) - D_KL'

    Exit status: 0 if they are proved equal, 1 if not, 2 if one of them cannot be read.
    """
    from symelbo.grade import Standing, equivalent

    found = equivalent(answer, key, assumptions)
    if style == "json":
        import json

        click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
    else:
        click.echo(str(found))
    raise SystemExit(2 if found.standing is Standing.UNREAD else 0 if found.equal else 1)


@main.command()
@click.argument("name", required=False)
@click.option("--by", metavar="ROUTE", help="The way to the bound: jensen, importance, kl, free-energy or em.")
@click.option(
    "--model",
    metavar="MODEL",
    help="A file, or factorisations such as 'p(x,z) = p(z) p(x|z); q(z|x)', instead of the standard model.",
)
@click.option("--latent", metavar="NAME", help="The latent variable's name, such as z or '\\mathbf{h}'.")
@click.option("--data", metavar="NAME", help="The observed variable's name.")
@click.option("--p", metavar="NAME", help="The model's letter, such as p or 'p_\\theta'.")
@click.option("--q", metavar="NAME", help="The approximation's letter, such as q or 'q_\\phi'.")
@click.option("--discrete/--continuous", help="Sum or integrate over latent variables.")
@click.option("--detailed/--terse", help="Show every step, or only what a person would write.")
@click.option("--reasons/--no-reasons", default=True, help="Say why each step holds.")
@click.option("--names/--no-names", default=True, help="Name the terms of the result with braces.")
@click.option(
    "--to",
    "style",
    type=click.Choice(["text", "latex", "tex", "md", "myst", "html", "pdf"]),
    help="The format: 'latex' is a fragment, 'tex' a whole file. By default what the output's name says, else text.",
)
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def derive(name: str | None, output: Path | None, **rest: Any) -> None:
    """Write a derivation, every step of it proved. Without a NAME, list what there is.

    For example: symelbo derive elbo --model 'p(x,z1,z2) = p(z2) p(z1|z2) p(x|z1); q(z1,z2|x) = q(z1|x) q(z2|z1)'
    """
    from symelbo.derive.derive_command import DeriveOptions, listed, run

    if name is None:
        click.echo(listed())
        return
    with _said():
        made = run(name, DeriveOptions(**rest, output=output))
        if output is not None:
            output.write_bytes(made if isinstance(made, bytes) else made.encode("utf-8"))
        else:
            click.echo(made, nl=False)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def annotate(file: str, output: Path | None) -> None:
    """Give the document in FILE back with the reason found beside every row, and wrong rows marked."""
    from symelbo.checking.annotate import annotate as run

    with _said():
        text = run(file)
        if output is not None:
            output.write_text(text, encoding="utf-8")
        else:
            click.echo(text, nl=False)


@main.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False))
@click.option("--x", "observations", multiple=True, metavar="VALUE", help="The observation to report on, or 'all'.")
@click.option("--q", metavar="P,P,...", help="The q to use instead of the file's, such as 0.3,0.7.")
@click.option("--unit", type=click.Choice(["nats", "bits"]), help="Unit of display; the file's own by default.")
@click.option("--digits", type=int, default=50, show_default=True, help="Significant digits.")
@click.option(
    "--best", "families", multiple=True, metavar="FAMILY", help="Also the best q of a family; may be repeated."
)
@click.option("--plot", type=click.Path(dir_okay=False), help="Draw ELBO, evidence and gap to an .svg or .png file.")
@click.option("--growth", metavar="D,D,...", help="Instead: time the exact evidence for D binary latents.")
@_FORMAT
def table(file: str | None, growth: str | None, style: str, plot: str | None, **rest: Any) -> None:
    """Evidence, ELBO, its terms, posterior and gap of the concrete table in FILE (.toml or .json).

    Every printed digit is certain.
    """
    from symelbo.checking.table_command import TableOptions, run, run_growth

    with _said():
        if growth is not None:
            run_growth(_numbers(growth), _console(), as_json=style == "json")
        elif file is None:
            raise click.UsageError("name a table file, or ask for --growth")
        else:
            picture = None if plot is None else Path(plot)
            run(Path(file), TableOptions(**rest, as_json=style == "json", plot=picture), _console())


@main.command()
def lsp() -> None:
    """Serve an editor: claims are judged while they are typed (language server, over standard input and output)."""
    with _needs("the language server needs pygls", "lsp"):
        from symelbo.lsp.server import make_server
    make_server().start_io()


@main.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; others than this machine's may then use it.",
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Serve the page: paste a derivation and see it judged, and explore the bound of a binary model."""
    with _needs("the page needs Starlette and uvicorn", "page"):
        from symelbo.page.app import serve as run
    run(host, port, lambda address: click.echo(f"symelbo is at {address} (Ctrl+C stops it)"))


@main.command()
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="What to practise; may be repeated. By default all."
)
@click.option("--count", default=3, show_default=True, help="How many exercises.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same exercises.")
@click.option(
    "--to", "style", metavar="FORMAT", help="md, tex, ipynb, anki or moodle; by default what the output's name says."
)
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False), help="Write the exercises with their key to this file."
)
@click.option("--self-check", is_flag=True, help="Six questions on the theory, with model answers.")
@click.option("--cards", is_flag=True, help="Flashcards.")
def practice(style: str | None, output: str | None, self_check: bool, cards: bool, **rest: Any) -> None:
    """Exercises on the bound, made fresh from a seed and proved before they are asked.

    Kinds: evidence, elbo, gap, tight, wrong-line, order, direction.
    """
    from symelbo.practice import practice_command as command

    options = command.PracticeOptions(**rest)
    with _said():
        if self_check or cards:
            for text in (*(command.self_check() if self_check else ()), *(command.cards() if cards else ())):
                click.echo(text)
        elif output is not None:
            command.export(options, style, Path(output))
        elif style is not None:
            raise click.UsageError("--to needs a file to write: -o FILE")
        else:
            command.ask(options, click.echo, _read_line)


@contextmanager
def _said() -> Iterator[None]:
    """What a user can mend is said in a sentence, without a traceback."""
    from symelbo.errors import SymelboError

    try:
        yield
    except BrokenPipeError:
        raise  # nobody reads on: no error of the user
    except (SymelboError, OSError) as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _needs(what: str, extra: str) -> Iterator[None]:
    """An import that a plain installation does not have: the error names the extra."""
    try:
        yield
    except ImportError as error:
        raise click.ClickException(f"{what}: pip install 'symelbo[{extra}]'") from error


def _read_line(prompt: str) -> str:
    click.echo(prompt, nl=False)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False))
@click.option("--output", "-o", type=click.Path(dir_okay=False), default="booklet.html", show_default=True)
@click.option("--title", default="Derivations", show_default=True)
def booklet(folder: str, output: str, title: str) -> None:
    """Render the Markdown documents in FOLDER as one page, with a badge for every line that was judged.

    An output whose name ends in .pdf is printed by Chromium or Chrome.

    Exit status: 0 if every line is proved, 1 if one is not (the page is written all the same).
    """
    with _needs("a booklet needs markdown-it-py and more", "booklet"):
        from symelbo.booklet import make_book

    with _said():
        book = make_book(Path(folder), title)
        if output.lower().endswith(".pdf"):
            from symelbo.booklet.pdf import printed

            Path(output).write_bytes(printed(book.html))
        else:
            Path(output).write_text(book.html, encoding="utf-8")
    click.echo(f"{output}: {', '.join(f'{count} {name}' for name, count in book.counts.items())}")
    for failure in book.failures:
        click.echo(failure, err=True)
    raise SystemExit(int(bool(book.failures)))


def _numbers(text: str) -> list[int]:
    try:
        return [int(part) for part in text.replace(",", " ").split()]
    except ValueError as error:
        raise click.UsageError(f"--growth takes numbers such as 4,8,12, not '{text}'") from error


def _print(report: Report, style: str, *, strict: bool = False, verbose: bool = False) -> None:
    if style != "human":
        from symelbo.checking.formats import FORMATS

        click.echo(FORMATS[style](report))
        return
    from symelbo.checking.human import show

    show(report, _console(), strict=strict, verbose=verbose)


def _console(to_errors: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=to_errors, markup=False, highlight=False, emoji=False)


class _Progress:
    """One line on the error stream that says how far a long run is; only where a person watches."""

    def __init__(self) -> None:
        self.watched = sys.stderr.isatty()
        self.status: Any = None
        self.started = 0.0

    def __enter__(self) -> _Progress:
        from time import monotonic

        self.started = monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is not None:
            self.status.stop()

    def update(self, path: str, done: int, total: int) -> None:
        """Called with how many claims of a document are judged."""
        if not self.watched:
            return
        from time import monotonic

        if self.status is None:
            if monotonic() - self.started < 1:
                return
            from rich.console import Console
            from rich.live import Live

            # Drawn when something is said, not by a thread: a process with threads cannot be forked.
            console = Console(stderr=True, markup=False, highlight=False)
            self.status = Live(console=console, auto_refresh=False, transient=True)
            self.status.start()
        self.status.update(f"{path}: {done} of {total} claims judged", refresh=True)
