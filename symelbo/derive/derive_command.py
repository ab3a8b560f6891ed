"""What `symelbo derive` does: chooses a derivation, makes it, and writes it in a format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from symelbo.derive.catalogue import CATALOGUE
from symelbo.derive.derivation import Derivation
from symelbo.derive.model import Model, latent_variable_model, model
from symelbo.errors import DerivationError
from symelbo.writing import FORMATS, format_of, pdf, write

if TYPE_CHECKING:
    from symelbo.writing import Document

__all__ = ["DeriveOptions", "listed", "run"]

_SHOWN: Final = tuple(name for name in FORMATS if name != "display")


@dataclass(frozen=True, slots=True)
class DeriveOptions:
    """What the command line asks for: names of symbols, the size of the steps, the format and where it goes."""

    by: str | None = None
    model: str | None = None
    latent: str | None = None
    data: str | None = None
    p: str | None = None
    q: str | None = None
    discrete: bool = False
    detailed: bool = False
    reasons: bool = True
    names: bool = True
    style: str | None = None
    output: Path | None = None


def listed() -> str:
    """The names of all derivations, with what they show."""
    width = max(map(len, CATALOGUE))
    return "\n".join(f"{row.name:<{width}}  {row.says}" for row in CATALOGUE.values())


def run(name: str, options: DeriveOptions) -> str | bytes:
    """The derivation in the format that is asked for; bytes for a PDF. Raises `SymelboError`."""
    made = _made(name, options)
    document = made.document(
        detail="detailed" if options.detailed else "terse", reasons=options.reasons, names=options.names
    )
    return _written(document, options)


def _made(name: str, options: DeriveOptions) -> Derivation:
    entry = CATALOGUE.get(name)
    if entry is None:
        raise DerivationError(f"there is no derivation '{name}'; choose one of {', '.join(CATALOGUE)}")
    chosen: dict[str, object] = {}
    if entry.takes_model:
        chosen["model"] = _model(options)
    elif options.model is not None:
        raise DerivationError(f"'{name}' is about a model of its own; --model goes with the bound: symelbo derive elbo")
    else:
        given = {
            key: getattr(options, key) for key in ("latent", "data", "p", "q") if getattr(options, key) is not None
        }
        strange = [key for key in given if key not in entry.names]
        if strange:
            known = ", ".join(f"--{key}" for key in entry.names) or "no names"
            raise DerivationError(f"'{name}' has no --{strange[0]}; it takes {known}")
        chosen.update(given)
    if options.by is not None:
        if name != "elbo":
            raise DerivationError(f"--by is a way to the bound, so it goes with 'elbo', not with '{name}'")
        chosen["by"] = options.by
    return entry.make(**chosen)


def _model(options: DeriveOptions) -> Model | None:
    if options.model is None:
        names = {key: getattr(options, key) for key in ("latent", "data", "p", "q")}
        given = {key: value for key, value in names.items() if value is not None}
        return latent_variable_model(**given, discrete=options.discrete)
    for key in ("latent", "p", "q"):
        if getattr(options, key) is not None:
            raise DerivationError(f"--{key} names a symbol of the standard model; with --model, write it there")
    text = options.model
    looks_like_path = "(" not in text and "=" not in text
    if looks_like_path or (len(text) < 500 and Path(text).is_file()):
        return Model.read(text, data=options.data, discrete=options.discrete)
    return model(text, data=options.data, discrete=options.discrete)


def _written(document: Document, options: DeriveOptions) -> str | bytes:
    style = options.style
    if style is None:
        style = format_of(str(options.output)) if options.output is not None else "text"
    if style is None:
        endings = ", ".join(row.suffix for row in FORMATS.values() if row.suffix)
        raise DerivationError(f"the ending of {options.output} names no format; use {endings} or .pdf, or --to")
    if style == "pdf":
        if options.output is None:
            raise DerivationError("a PDF goes to a file; name it with --output")
        return pdf(write(document, "tex"))
    return write(document, style)
