"""The language server as an editor sees it: a real client, over standard input and output."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

pytest.importorskip("pygls", reason="pygls is not installed (extra: lsp)")

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

URI = "file:///work%20of%20mine/notes.md"
TRUE = r"$$\log p(x, z) = \log p(z) + \log p(x \mid z)$$"
FALSE = r"𝒵 $$\log p(x, z) = \log p(z) - \log p(x \mid z)$$"
SERVER = [sys.executable, "-c", "from symelbo.cli import main; main()", "lsp"]


class Editor:
    """A client that keeps the diagnostics it is sent."""

    def __init__(self) -> None:
        self.client = LanguageClient("test-editor", "1")
        self.uri = "no document is open"
        self.received: asyncio.Queue[lsp.PublishDiagnosticsParams] = asyncio.Queue()

        @self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: lsp.PublishDiagnosticsParams) -> None:
            if params.uri == self.uri:
                self.received.put_nowait(params)

    async def start(self, options: Any = None) -> None:
        await self.client.start_io(*SERVER)
        params = lsp.InitializeParams(capabilities=lsp.ClientCapabilities(), initialization_options=options)
        await self.client.initialize_async(params)
        self.client.initialized(lsp.InitializedParams())

    def opens(self, text: str, name: str) -> None:
        self.uri = f"file:///work%20of%20mine/{name}.md"
        item = lsp.TextDocumentItem(uri=self.uri, language_id="markdown", version=1, text=text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(text_document=item))

    def types(self, text: str, version: int) -> None:
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                text_document=lsp.VersionedTextDocumentIdentifier(uri=self.uri, version=version),
                content_changes=[lsp.TextDocumentContentChangeWholeDocument(text=text)],
            )
        )

    async def hover(self, line: int, character: int) -> lsp.Hover | None:
        return await self.client.text_document_hover_async(
            lsp.HoverParams(
                text_document=lsp.TextDocumentIdentifier(uri=self.uri),
                position=lsp.Position(line=line, character=character),
            )
        )

    async def next(self) -> lsp.PublishDiagnosticsParams:
        return await asyncio.wait_for(self.received.get(), 60)

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()


Script = Callable[[Editor], Coroutine[Any, Any, None]]
Play = Callable[[Script], None]


@contextmanager
def editing(options: Any = None) -> Iterator[Play]:
    """Plays scripts with one editor and its server."""
    with asyncio.Runner() as runner:
        editor = Editor()
        runner.run(editor.start(options))
        try:
            yield lambda script: runner.run(script(editor))
        finally:
            runner.run(editor.stop())


@pytest.fixture(scope="module")
def play() -> Iterator[Play]:
    with editing() as found:
        yield found


def test_a_slip_is_underlined_explained_and_gone_when_mended(play: Play) -> None:
    async def script(editor: Editor) -> None:
        editor.opens(f"# Notes\n\n{FALSE}\n\n{TRUE}\n", "slip")
        found = await editor.next()
        (slip,) = found.diagnostics
        assert (slip.code, slip.severity, slip.source) == ("refuted", lsp.DiagnosticSeverity.Error, "symelbo")
        # The letter before the display is two code units of UTF-16.
        assert (slip.range.start.line, slip.range.start.character) == (2, FALSE.index("=") + 1)
        assert "in this model the two sides differ" in slip.message
        shown = await editor.hover(2, 30)
        assert shown is not None and "refuted" in shown.contents.value  # type: ignore[union-attr]
        shown = await editor.hover(4, 20)
        assert shown is not None and shown.contents.value.startswith("proved")  # type: ignore[union-attr]
        await editor.next()  # the same once more, with the repair
        for version, text in enumerate((FALSE, FALSE + "$", TRUE), 2):
            editor.types(text, version)
        found = await editor.next()
        assert (found.version, list(found.diagnostics)) == (4, []), "only the last of three quick edits is judged"

    play(script)


def test_a_repair_is_a_quick_fix(play: Play) -> None:
    async def script(editor: Editor) -> None:
        editor.opens(f"{TRUE}\n\n{FALSE}\n", "fix")
        first, second = await editor.next(), await editor.next()
        assert "this would be proved" in second.diagnostics[0].message
        assert len(first.diagnostics) == len(second.diagnostics) == 1
        line = lsp.Position(line=2, character=0)
        actions = await editor.client.text_document_code_action_async(
            lsp.CodeActionParams(
                text_document=lsp.TextDocumentIdentifier(uri=editor.uri),
                range=lsp.Range(start=line, end=line),
                context=lsp.CodeActionContext(diagnostics=[]),
            )
        )
        assert actions is not None
        (action,) = actions
        assert isinstance(action, lsp.CodeAction) and action.edit is not None and action.edit.changes is not None
        (edit,) = action.edit.changes[editor.uri]
        units = FALSE.encode("utf-16-le")
        start, end = edit.range.start.character * 2, edit.range.end.character * 2
        mended = (units[:start] + edit.new_text.encode("utf-16-le") + units[end:]).decode("utf-16-le")
        editor.types(f"{TRUE}\n\n{mended}\n", 2)
        assert list((await editor.next()).diagnostics) == []

    play(script)


def what_stays_unknown(severity: lsp.DiagnosticSeverity) -> Script:
    # Nothing says what q and p are, so that there is neither a proof nor a counterexample.
    text = "$$\\mathrm{KL}(q(z)\\,\\|\\,p(z)) = \\mu^2$$\n"

    async def script(editor: Editor) -> None:
        editor.opens(text, "unknown")
        (item,) = (await editor.next()).diagnostics
        assert (item.code, item.severity) == ("unknown", severity)

    return script


def test_what_stays_unknown_is_information(play: Play) -> None:
    play(what_stays_unknown(lsp.DiagnosticSeverity.Information))


def test_what_stays_unknown_is_a_warning_for_who_is_strict() -> None:
    with editing({"strict": True}) as play:
        play(what_stays_unknown(lsp.DiagnosticSeverity.Warning))


def frame(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def request(method: str, params: Any, number: int | None = 7) -> bytes:
    message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
    if number is not None:
        message["id"] = number
    return frame(json.dumps(message).encode())


POSITION = {"line": 0, "character": 0}
MALFORMED = {
    "no JSON": frame(b"{this is no JSON"),
    "binary": frame(bytes(range(256))),
    "not an object": frame(b"[1, 2"),
    "no such method": request("symelbo/runCode", {"code": "1"}, 11),
    "wrong types": request("textDocument/hover", {"textDocument": 5, "position": "here"}, 12),
    "missing parts": request("textDocument/hover", {}, 13),
    "negative place": request(
        "textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": -1, "character": -5}}, 14
    ),
    "a file that is not open": request(
        "textDocument/hover", {"textDocument": {"uri": "file:///etc/passwd"}, "position": POSITION}, 15
    ),
    "a path that climbs": request(
        "textDocument/hover", {"textDocument": {"uri": "file:///a/../../etc/passwd"}, "position": POSITION}, 16
    ),
    "no URI at all": request("textDocument/hover", {"textDocument": {"uri": "\x00"}, "position": POSITION}, 17),
    "a change of what is not open": request(
        "textDocument/didChange",
        {"textDocument": {"uri": "file:///other.md", "version": 2}, "contentChanges": [{"text": "$$a=b$$"}]},
        None,
    ),
    "deeply nested": request("textDocument/hover", json.loads("[" * 200 + "]" * 200)),
    "huge": request(
        "textDocument/didOpen",
        {"textDocument": {"uri": "file:///huge.md", "languageId": "markdown", "version": 1, "text": "x" * 3_000_000}},
        None,
    ),
}


def test_malformed_requests_get_an_error_and_nothing_else_happens() -> None:
    async def run() -> None:
        process = await asyncio.create_subprocess_exec(
            *SERVER,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=2**24,
        )
        assert process.stdin is not None and process.stdout is not None

        answers: dict[Any, dict[str, Any]] = {}
        published: dict[str, list[str]] = {}

        async def answer(number: int | str) -> dict[str, Any]:
            while number not in answers and number not in published:
                header = await asyncio.wait_for(process.stdout.readuntil(b"\r\n\r\n"), 60)  # type: ignore[union-attr]
                size = int(header.lower().split(b"content-length:")[1].split()[0])
                found = json.loads(await process.stdout.readexactly(size))  # type: ignore[union-attr]
                answers[found.get("id", found.get("method"))] = found
                if found.get("method") == "textDocument/publishDiagnostics":
                    messages = [item["message"] for item in found["params"]["diagnostics"]]
                    published.setdefault(found["params"]["uri"], messages)
            return answers.get(number, {})

        process.stdin.write(request("initialize", {"capabilities": {}, "processId": None, "rootUri": None}, 1))
        assert "result" in await answer(1)
        for body in MALFORMED.values():
            process.stdin.write(body)
        opened = {"uri": "file:///good.md", "languageId": "markdown", "version": 1, "text": FALSE}
        process.stdin.write(request("textDocument/didOpen", {"textDocument": opened}, None))
        await answer("file:///good.md")
        assert "refuted" in published["file:///good.md"][0], "the server goes on"
        assert "documents up to 2,000,000 characters" in published["file:///huge.md"][0]
        assert "file:///other.md" not in published, "what was never opened is not judged"
        process.stdin.write(request("shutdown", None, 99))
        assert (await answer(99))["result"] is None
        assert "error" in answers[11], "no such method"
        assert all("error" in answers[number] for number in (12, 13, 14)), "wrong types, missing parts, no place"
        assert all(answers[number]["result"] is None for number in (15, 16, 17)), "nothing is read that is not open"
        process.stdin.write(request("exit", None, None))
        assert await asyncio.wait_for(process.wait(), 30) == 0

    asyncio.run(run())
