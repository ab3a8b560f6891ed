"""The page's JSON interface: right answers, and clear errors for requests that make no sense."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

import anyio
import pytest

pytest.importorskip("starlette", reason="Starlette is not installed (extra: page)")
pytest.importorskip("httpx2", reason="httpx2, which the test client needs, is not installed")

from starlette.testclient import TestClient

from symelbo.page.app import make_app

FALSE = r"$$\log p(x, z) = \log p(z) - \log p(x \mid z)$$"
TABLE = {"prior": "0.5", "like0": "0.2", "like1": "0.8", "q": "0.7", "x": "1", "unit": "nats"}


@pytest.fixture(scope="module")
def page() -> TestClient:
    return TestClient(make_app(("testserver",)), raise_server_exceptions=False)


def test_a_text_is_judged_and_set_in_mathml(page: TestClient) -> None:
    answer = page.post("/api/check", json={"text": FALSE + "\n\n$$p(x) > ($$", "kind": "md"})
    assert answer.status_code == 200
    refuted, unread = answer.json()["files"][0]["claims"]
    assert (refuted["verdict"], unread["verdict"]) == ("refuted", "unread")
    assert refuted["mathml"][0].startswith("<math") and refuted["lines"]
    assert unread["mathml"] is None


def test_what_a_text_holds_never_becomes_markup(page: TestClient) -> None:
    text = r"$$p(\text{<script>alert(1)</script>}) = p(\mathrm{<img>})$$"
    for claim in page.post("/api/check", json={"text": text}).json()["files"][0]["claims"]:
        assert "<script" not in "".join(claim["mathml"] or []) and "<img" not in "".join(claim["mathml"] or [])


def test_a_text_that_takes_too_long_keeps_what_was_judged() -> None:
    page = TestClient(make_app(("testserver",), seconds=0.0))
    claims = page.post("/api/check", json={"text": FALSE * 3}).json()["files"][0]["claims"]
    assert [claim["verdict"] for claim in claims] == ["unknown"] * 3
    assert "symelbo check" in claims[0]["note"]


def test_the_explorer_shows_the_lesson(page: TestClient) -> None:
    found = page.get("/api/table", params=TABLE).json()
    assert found["posterior"] == ["0.2", "0.8"]
    values = {name: item["value"] for name, item in found["quantities"].items()}
    assert values["elbo"] == pytest.approx(values["reconstruction"] - values["kl_prior"])
    assert values["gap"] == pytest.approx(values["log_evidence"] - values["elbo"])
    assert max(found["curve"]["elbo"]) <= found["curve"]["log_evidence"] + 1e-12
    assert found["tight"] is False
    assert page.get("/api/table", params={**TABLE, "q": "0.8"}).json()["tight"] is True


def test_an_exercise_is_asked_marked_and_solved(page: TestClient) -> None:
    made = page.get("/api/practice", params={"kind": "tight", "seed": "5"}).json()
    assert made["title"] == "The tight case" and "answer" not in made["questions"][0]
    from symelbo.practice import exercise

    key = exercise("tight", 5).questions[0].answer
    sent = {"kind": "tight", "seed": 5, "question": 0}
    assert page.post("/api/practice", json={**sent, "answer": key}).json()["right"] is True
    wrong = page.post("/api/practice", json={**sent, "answer": "0.1111"}).json()
    assert (wrong["right"], wrong["counted"], wrong["solution"]) == (False, True, None)
    assert key in page.post("/api/practice", json=sent).json()["solution"]


JSON = {"content-type": "application/json"}
MALFORMED: dict[str, tuple[str, str, dict[str, Any], int]] = {
    "no JSON": ("POST", "/api/check", {"content": b"{no", "headers": JSON}, 400),
    "binary": ("POST", "/api/check", {"content": bytes(range(256)), "headers": JSON}, 400),
    "deep": ("POST", "/api/check", {"content": b"[" * 100_000, "headers": JSON}, 400),
    "huge": ("POST", "/api/check", {"content": b"x" * 2_000_000, "headers": JSON}, 413),
    "a long text": ("POST", "/api/check", {"json": {"text": "x" * 100_001}}, 413),
    "a list": ("POST", "/api/check", {"json": [1, 2]}, 400),
    "a number for a text": ("POST", "/api/check", {"json": {"text": 5}}, 400),
    "a kind that is none": ("POST", "/api/check", {"json": {"text": "a", "kind": "../../etc/passwd"}}, 400),
    "a kind that is a list": ("POST", "/api/check", {"json": {"text": "a", "kind": ["md"]}}, 400),
    "another content type": ("POST", "/api/check", {"data": {"text": "a"}}, 415),
    "a wrong method": ("GET", "/api/check", {}, 404),
    "a path that climbs": ("GET", "/..%2f..%2fapp.py", {}, 404),
    "invalid UTF-8": ("POST", "/api/check", {"content": b'{"text": "\xff\xfe"}', "headers": JSON}, 400),
    "no text at all": ("POST", "/api/check", {"json": {"kind": "md"}}, 400),
    "nothing at all": ("POST", "/api/check", {"content": b"", "headers": JSON}, 400),
    "a path of the machine": ("GET", "//etc/passwd", {}, 404),
    "a path with a null": ("GET", "/page.js%00.html", {}, 404),
    "no such path": ("GET", "/api/run", {}, 404),
    "a missing number": ("GET", "/api/table", {"params": {"prior": "0.5"}}, 400),
    "no number": ("GET", "/api/table", {"params": {**TABLE, "prior": "__import__('os')"}}, 400),
    "no probability": ("GET", "/api/table", {"params": {**TABLE, "q": "1.5"}}, 400),
    "a number without end": ("GET", "/api/table", {"params": {**TABLE, "q": "0." + "1" * 5000}}, 400),
    "an exponent": ("GET", "/api/table", {"params": {**TABLE, "q": "1e-99999"}}, 400),
    "no such unit": ("GET", "/api/table", {"params": {**TABLE, "unit": "dits"}}, 400),
    "no such exercise": ("GET", "/api/practice", {"params": {"kind": "../x", "seed": "1"}}, 400),
    "no seed": ("GET", "/api/practice", {"params": {"kind": "elbo", "seed": "one"}}, 400),
    "no such question": (
        "POST",
        "/api/practice",
        {"json": {"kind": "elbo", "seed": 1, "question": 99, "answer": "1"}},
        400,
    ),
    "another host": ("GET", "/", {"headers": {"host": "elsewhere.example"}}, 400),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_requests_get_a_clear_error(page: TestClient, name: str) -> None:
    method, path, rest, status = MALFORMED[name]
    answer = page.request(method, path, **rest)
    assert answer.status_code == status
    assert "Traceback" not in answer.text and "root:" not in answer.text
    if path.startswith("/api/"):
        assert answer.json()["error"]
    assert page.get("/api/table", params=TABLE).status_code == 200, "the page goes on"


def test_every_answer_forbids_what_comes_from_elsewhere(page: TestClient) -> None:
    for path in ("/", "/page.js", "/page.css", "/api/run"):
        assert "default-src 'none'" in page.get(path).headers["content-security-policy"]
    for path in ("/", "/page.js", "/page.css"):
        assert "http" not in page.get(path).text.replace("http://www.w3.org/2000/svg", "")


def test_requests_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    import symelbo.page.app as app_module

    running, most = [], []

    def slow(given: object) -> dict[str, object]:
        running.append(1)
        most.append(len(running))
        sleep(0.02)
        running.pop()
        return {}

    monkeypatch.setattr(app_module, "explored", slow)
    with TestClient(make_app(("testserver",))) as page, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: page.get("/api/table", params=TABLE).status_code, range(16)))
    assert answers == [200] * 16
    assert max(most) == 1


@pytest.mark.parametrize("body", [b"", b'{"text": '])
def test_a_request_that_never_ends_is_given_up(body: bytes) -> None:
    app = make_app(("testserver",), patience=0.1)
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/check",
        "raw_path": b"/api/check",
        "query_string": b"",
        "headers": [(b"host", b"testserver"), (b"content-type", b"application/json")],
    }
    sent: list[Any] = []

    async def receive() -> Any:
        if body and not sent_part:
            sent_part.append(1)
            return {"type": "http.request", "body": body, "more_body": True}
        await anyio.sleep_forever()

    async def send(message: Any) -> None:
        sent.append(message)

    sent_part: list[int] = []

    async def run() -> None:
        with anyio.fail_after(5):
            await app(scope, receive, send)

    anyio.run(run)
    assert sent[0]["status"] == 408
    assert b"did not arrive" in sent[1]["body"]
