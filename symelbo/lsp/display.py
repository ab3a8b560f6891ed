"""From a report to what an editor shows: diagnostics and hover texts, at positions as the protocol counts them."""

from __future__ import annotations

from typing import Final

from lsprotocol import types as lsp

from symelbo.checking.formats.messages import in_words
from symelbo.checking.report import ClaimReport, FileProblem, FileReport, Outcome, Spot

__all__ = ["claim_at", "diagnostics", "hover", "quick_fixes", "range_of"]

_SOURCE: Final = "symelbo"
_WORDS: Final = {
    Outcome.PROVED: "proved",
    Outcome.REFUTED: "**refuted**",
    Outcome.UNKNOWN: "unknown",
    Outcome.UNREAD: "**not read**",
    Outcome.DEFINITION: "a definition",
    Outcome.ESTIMATE: "an estimate",
}


def diagnostics(file: FileReport, *, strict: bool = False) -> list[lsp.Diagnostic]:
    """What is refuted, unread or broken as errors; what is unknown as information, or as warnings when `strict`."""
    found = [
        _diagnostic(problem, "problem", problem.message, lsp.DiagnosticSeverity.Error) for problem in file.problems
    ]
    mild = lsp.DiagnosticSeverity.Warning if strict else lsp.DiagnosticSeverity.Information
    for claim in file.claims:
        if claim.failed or claim.open:
            severity = lsp.DiagnosticSeverity.Error if claim.failed else mild
            found.append(_diagnostic(claim, claim.outcome.value, in_words(claim), severity))
    return found


def _diagnostic(
    item: ClaimReport | FileProblem, code: str, message: str, severity: lsp.DiagnosticSeverity
) -> lsp.Diagnostic:
    return lsp.Diagnostic(range=range_of(item), message=message, severity=severity, code=code, source=_SOURCE)


def range_of(item: ClaimReport | FileProblem) -> lsp.Range:
    """The place to underline: the relation sign with the side that belongs to it, or the start of the document."""
    if item.line is None or item.spot is None:
        start = lsp.Position(line=max(0, (item.line or 1) - 1), character=0)
        return lsp.Range(start=start, end=start)
    return lsp.Range(
        start=lsp.Position(line=item.line - 1, character=_units(item.spot, item.spot.start)),
        end=lsp.Position(line=item.line - 1, character=_units(item.spot, max(item.spot.end, item.spot.tail))),
    )


def _units(spot: Spot, column: int) -> int:
    """The protocol counts UTF-16 code units, reports count characters."""
    return len(spot.source[:column].encode("utf-16-le")) // 2


def claim_at(file: FileReport, position: lsp.Position) -> ClaimReport | None:
    """The claim whose sign is nearest to a position, on the same line."""
    on_line = [claim for claim in file.claims if claim.line - 1 == position.line]

    def distance(claim: ClaimReport) -> tuple[bool, int]:
        start = range_of(claim).start.character
        # A side belongs to the sign before it.
        return (start > position.character, abs(start - position.character))

    return min(on_line, key=distance, default=None)


def hover(claim: ClaimReport) -> lsp.Hover:
    """Verdict, rules, conditions, residual and repair of a claim, as Markdown."""
    reason = claim.explanation or ", ".join(claim.rules)
    by = f" by {reason}" if reason else ""
    parts = [f"{_WORDS[claim.outcome]}{by}"]
    if claim.note:
        parts.append(claim.note)
    if claim.residual:
        parts.append(f"left − right = ${claim.residual}$")
    if claim.conditions:
        parts.append(f"if {'; '.join(claim.conditions)}")
    if claim.reading:
        parts.append(f"read as {claim.reading}")
    if claim.witness is not None:
        parts.append("\n".join(["```text", *claim.witness.lines(), "```"]))
    if claim.repair:
        parts.append(f"this would be proved: `{claim.repair}`")
    content = lsp.MarkupContent(kind=lsp.MarkupKind.Markdown, value="\n\n".join(parts))
    return lsp.Hover(contents=content, range=range_of(claim))


def quick_fixes(file: FileReport, uri: str, text: str, place: lsp.Range) -> list[lsp.CodeAction]:
    """The repairs of false claims that stand on the lines of `place`, as edits of the author's text."""
    lines = text.split("\n")

    def position(line: int, column: int) -> lsp.Position:
        head = lines[line - 1][: column - 1] if line <= len(lines) else ""
        return lsp.Position(line=line - 1, character=len(head.encode("utf-16-le")) // 2)

    found = []
    for claim in file.claims:
        if claim.fix is None or not place.start.line <= claim.line - 1 <= place.end.line:
            continue
        edits = [
            lsp.TextEdit(
                range=lsp.Range(
                    start=position(change.line, change.column), end=position(change.end_line, change.end_column)
                ),
                new_text=change.new,
            )
            for change in claim.fix.changes
        ]
        found.append(
            lsp.CodeAction(
                title=f"symelbo: {claim.fix.words}",
                kind=lsp.CodeActionKind.QuickFix,
                is_preferred=True,
                edit=lsp.WorkspaceEdit(changes={uri: edits}),
            )
        )
    return found
