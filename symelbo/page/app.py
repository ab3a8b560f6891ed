"""The page's server: static files and a JSON interface. It reads no files of the user and runs no code of theirs.

`POST /api/check` takes `{"text": "...", "kind": "md" | "tex" | "txt"}` and answers as `check --format json` does, with
MathML for each side. `GET /api/table?prior=&like0=&like1=&q=&x=&unit=` answers with the numbers of a binary table.
`GET /api/practice?kind=&seed=` answers with an exercise, `POST /api/practice` marks the `answer` to a `question` of it.
Errors are `{"error": "a sentence"}` with a status of 4xx.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from symelbo.errors import SymelboError
from symelbo.page.exploring import explored
from symelbo.page.judging import KINDS, LONGEST, judged
from symelbo.page.practising import asked, marked

__all__ = ["make_app"]

_STATIC: Final = Path(__file__).parent / "static"
_LARGEST_BODY: Final = 8 * LONGEST
_HEADERS: Final = {
    # Nothing from elsewhere is loaded, and nothing in a text can become a script.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def make_app(
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]"), seconds: float = 30.0, patience: float = 20.0
) -> Starlette:
    """The application. `hosts` are the names it answers to, `seconds` the time for one text.

    A request has to arrive within `patience` seconds.
    """
    # Requests take turns: the precision of the engine's arithmetic belongs to the process.
    engine = anyio.CapacityLimiter(1)

    async def check(request: Request) -> Response:
        text, kind = _question(await request.body(), request.headers.get("content-type", ""))
        data = await anyio.to_thread.run_sync(judged, text, kind, seconds, limiter=engine)
        return JSONResponse(data)

    async def table(request: Request) -> Response:
        given = dict(request.query_params)
        return JSONResponse(await anyio.to_thread.run_sync(explored, given, limiter=engine))

    async def ask(request: Request) -> Response:
        given = dict(request.query_params)
        return JSONResponse(await anyio.to_thread.run_sync(asked, given, limiter=engine))

    async def answer(request: Request) -> Response:
        data = _object(await request.body(), request.headers.get("content-type", ""))
        return JSONResponse(await anyio.to_thread.run_sync(marked, data, limiter=engine))

    return Starlette(
        routes=[
            Route("/api/check", check, methods=["POST"]),
            Route("/api/table", table, methods=["GET"]),
            Route("/api/practice", ask, methods=["GET"]),
            Route("/api/practice", answer, methods=["POST"]),
            Mount("/", StaticFiles(directory=_STATIC, html=True)),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(_Bounded, patience=patience),
        ],
        exception_handlers={SymelboError: _sorry, HTTPException: _refused, Exception: _defect},
    )


def _object(body: bytes, kind_of_body: str) -> dict[str, Any]:
    if not kind_of_body.startswith("application/json"):
        raise HTTPException(415, "send the question as JSON, with the header Content-Type: application/json")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"this is not the JSON that was expected: {str(error)[:200]}") from error
    if not isinstance(data, dict):
        raise HTTPException(400, "expected a JSON object, such as {...}")
    return data


def _question(body: bytes, kind_of_body: str) -> tuple[str, str]:
    data = _object(body, kind_of_body)
    if not isinstance(data.get("text"), str):
        raise HTTPException(400, 'expected {"text": "...", "kind": "md"}, where text is a string')
    kind = data.get("kind", "md")
    if not isinstance(kind, str) or kind not in KINDS:
        raise HTTPException(400, f"kind is one of {', '.join(KINDS)}")
    if len(data["text"]) > LONGEST:
        raise HTTPException(413, f"the text has {len(data['text']):,} characters; the page takes up to {LONGEST:,}")
    return data["text"], kind


async def _sorry(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)


async def _defect(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": f"a defect of symelbo ({type(error).__name__}); please report it"}, status_code=500)


class _Bounded:
    """Refuses bodies that are too large or too slow, and puts the safety headers on every answer."""

    def __init__(self, app: ASGIApp, patience: float) -> None:
        self.app = app
        self.patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", []), *extra]}
            await send(message)

        body: bytes | None = None
        with anyio.move_on_after(self.patience) as waited:
            body = await _body(receive)
        if waited.cancelled_caught:
            message = f"the request did not arrive within {self.patience:g} seconds"
            await JSONResponse({"error": message}, status_code=408)(scope, receive, with_headers)
            return
        if body is None:
            message = f"the request is too large; the page takes up to {_LARGEST_BODY:,} bytes"
            await JSONResponse({"error": message}, status_code=413)(scope, receive, with_headers)
            return
        await self.app(scope, _once(body), with_headers)


async def _body(receive: Receive) -> bytes | None:
    """The whole body, or None as soon as it is too large."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > _LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _once(body: bytes) -> Callable[[], Awaitable[Message]]:
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            await anyio.sleep_forever()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def serve(host: str, port: int, ready: Callable[[str], Any]) -> None:
    """Serve the page until interrupted; `ready` is called with its address."""
    import uvicorn

    hosts = ("localhost", "127.0.0.1", "[::1]", host)
    config = uvicorn.Config(make_app(hosts), host=host, port=port, log_level="warning", limit_concurrency=64)
    ready(f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}")
    uvicorn.Server(config).run()
