"""The server: keeps what each open document last said, judges it a moment after the last keystroke."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

from symelbo import __version__
from symelbo.checking.report import FileProblem, FileReport
from symelbo.lsp.display import claim_at, diagnostics, hover, quick_fixes

__all__ = ["make_server"]

_PAUSE: Final = 0.25
"""Seconds without a keystroke before a document is judged."""
_LARGEST: Final = 2_000_000
"""Characters; longer documents are for the command line."""


@dataclass(slots=True)
class _Open:
    """A document in the editor: the text last sent, and the report on the text last judged."""

    text: str
    version: int | None
    report: FileReport | None = None
    judged: int | None = None
    task: asyncio.Task[None] | None = None


class _Superseded(Exception):
    """A newer text has come; what is being judged is of no use any more."""


class _Protocol(LanguageServerProtocol):
    """Answers requests whose parameters make no sense, which otherwise would only be logged."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], None, error.to_response_error())
            raise


class Server(LanguageServer):
    """Judges open documents. Files that are not open in the editor are never read."""

    def __init__(self) -> None:
        super().__init__(
            "symelbo", __version__, protocol_cls=_Protocol, text_document_sync_kind=lsp.TextDocumentSyncKind.Full
        )
        self.open: dict[str, _Open] = {}
        self.strict = False
        # One at a time: verdicts come in the order of the edits, and an editor never fills the machine.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="symelbo")

    def receive(self, uri: str, text: str, version: int | None) -> None:
        """A new text of a document: what is under way for the old one is dropped."""
        known = self.open.get(uri)
        if known is not None and known.task is not None:
            known.task.cancel()
        document = self.open[uri] = _Open(text.replace("\r\n", "\n"), version, known.report if known else None)
        document.task = asyncio.get_running_loop().create_task(self._judge(uri, document))

    def forget(self, uri: str) -> None:
        """The editor closed a document."""
        document = self.open.pop(uri, None)
        if document is not None and document.task is not None:
            document.task.cancel()
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri=uri, diagnostics=[]))

    async def _judge(self, uri: str, document: _Open) -> None:
        await asyncio.sleep(_PAUSE if document.report is not None else 0)
        # Verdicts first; repairs take a moment more for every false line.
        for repairs in (False, True):
            if repairs and not (document.report and any(claim.failed for claim in document.report.claims)):
                return
            loop = asyncio.get_running_loop()
            try:
                report = await loop.run_in_executor(self._worker, self._report, uri, document, repairs)
            except _Superseded:
                return
            if self.open.get(uri) is not document:
                return
            document.report, document.judged = report, document.version
            found = diagnostics(report, strict=self.strict)
            self.text_document_publish_diagnostics(
                lsp.PublishDiagnosticsParams(uri=uri, diagnostics=found, version=document.version)
            )

    def judged(self, uri: str) -> _Open | None:
        """The open document of that name, if what it says now has been judged."""
        document = self.open.get(uri)
        if document is None or document.report is None or document.judged != document.version:
            return None
        return document

    def _report(self, uri: str, document: _Open, repairs: bool) -> FileReport:
        from symelbo.checking import check_text

        path = unquote(urlsplit(uri).path) or uri
        if len(document.text) > _LARGEST:
            message = f"documents up to {_LARGEST:,} characters are judged while typing; use symelbo check for this one"
            return FileReport(path, problems=(FileProblem(message),))

        def still_wanted(*_: Any) -> None:
            if self.open.get(uri) is not document:
                raise _Superseded

        return check_text(document.text, path, progress=still_wanted, repairs=repairs).files[0]


def make_server() -> Server:
    """A server with all its features; `start_io()` runs it over standard input and output."""
    server = Server()

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        options = params.initialization_options
        server.strict = isinstance(options, dict) and options.get("strict") is True

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(params: lsp.DidOpenTextDocumentParams) -> None:
        server.receive(params.text_document.uri, params.text_document.text, params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def did_change(params: lsp.DidChangeTextDocumentParams) -> None:
        # The whole text is sent with every change, as the server asked for.
        whole = [change.text for change in params.content_changes if not hasattr(change, "range")]
        if whole and params.text_document.uri in server.open:
            server.receive(params.text_document.uri, whole[-1], params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def did_close(params: lsp.DidCloseTextDocumentParams) -> None:
        server.forget(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def on_hover(params: lsp.HoverParams) -> lsp.Hover | None:
        document = server.judged(params.text_document.uri)
        claim = claim_at(document.report, params.position) if document is not None and document.report else None
        return None if claim is None else hover(claim)

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix])
    )
    def on_code_action(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        document = server.judged(params.text_document.uri)
        if document is None or document.report is None:
            return []
        return quick_fixes(document.report, params.text_document.uri, document.text, params.range)

    return server
