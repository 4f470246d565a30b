"""What is refused before anything is read, and what every response tells a browser."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from causal_model.web.limits import HEADERS, MOST_BYTES, Limits
from tests.web.test_questions import problem

QUERY = "/api/graphs/article/query"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:8765", "localhost", "LOCALHOST:9000", "[::1]", "[::1]:8765"],
)
def test_this_machine_may_ask(client: TestClient, host: str) -> None:
    assert client.get("/api/graphs", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8765", "127.0.0.1.evil.example", "localhost.evil.example"),
        *("localhost:8765.evil.example", "127.0.0.2", "0.0.0.0", "", ":8765", "[::2]:8765"),
        *("localhost:", "localhost:x", "user@localhost", "localhost@evil.example", "2130706433"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_names_of_this_machine_may_not(client: TestClient, host: str, method: str) -> None:
    address = QUERY if method == "POST" else "/"
    response = client.request(method, address, headers={"host": host}, json={})
    problem(response, 421, "host")


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:8765"),
        *("file://", "http://127.0.0.1:8765.evil.example", "http://[", "", "127.0.0.1:8765"),
    ],
)
def test_another_page_may_not_ask(client: TestClient, origin: str) -> None:
    problem(client.post(QUERY, json={}, headers={"origin": origin}), 403, "origin")


def test_the_page_itself_may_ask(client: TestClient) -> None:
    own = {"origin": "http://127.0.0.1:8765", "sec-fetch-site": "same-origin"}
    assert client.post(QUERY, json={}, headers=own).status_code == 200


def test_who_follows_a_link_is_let_in_but_a_script_of_another_page_is_not(
    client: TestClient,
) -> None:
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/", headers=link).status_code == 200
    for mode in ("no-cors", "cors"):
        headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": mode}
        problem(client.get("/api/graphs", headers=headers), 403, "origin")
    problem(client.post(QUERY, json={}, headers=link), 403, "origin")


def test_no_other_origin_is_ever_allowed(client: TestClient) -> None:
    asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    for response in (client.options(QUERY, headers=asked), client.get("/", headers=asked)):
        assert not [name for name in response.headers if name.startswith("access-control")]
    assert client.options(QUERY, headers=asked).status_code == 403


def test_a_form_of_another_page_is_no_question(client: TestClient) -> None:
    # What a form can send without asking: it is not read as JSON.
    headers = {"content-type": "text/plain"}
    problem(client.post(QUERY, content="{}", headers=headers), 422, "invalid")


def test_a_long_request_is_refused_by_what_it_says_and_by_what_it_sends(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    fits = b" " * (MOST_BYTES - 2) + b"{}"
    assert client.post(QUERY, content=fits, headers=headers).status_code == 200
    problem(client.post(QUERY, content=fits + b" ", headers=headers), 413, "too-long")

    def piece_by_piece() -> Iterator[bytes]:
        for _ in range(MOST_BYTES // 1024 + 1):
            yield b" " * 1024

    response = client.post(QUERY, content=piece_by_piece(), headers=headers)
    problem(response, 413, "too-long")
    for length in ("x", "-1", "1e3", "9" * 400):
        response = client.post(QUERY, content=b"{}", headers={**headers, "content-length": length})
        assert response.status_code in (400, 413)


def test_a_body_that_never_arrives_is_not_waited_for() -> None:
    sent: list[Any] = []

    async def never() -> Any:
        await asyncio.get_running_loop().create_future()

    async def send(message: Any) -> None:
        sent.append(message)

    async def unreachable(*_: Any) -> None:
        raise AssertionError

    scope = {"type": "http", "method": "POST", "headers": [(b"host", b"localhost")]}
    asyncio.run(Limits(unreachable, patience=0.001)(scope, never, send))
    assert sent[0]["status"] == 408


def test_every_response_forbids_scripts_of_others(client: TestClient) -> None:
    responses = [
        client.get("/"),
        client.get("/?graph=x"),
        client.get("/api"),
        client.get("/assets/main.js"),
        client.get("/api/graphs"),
        client.get("/nothing"),
        client.post(QUERY, json={}),
        client.post(QUERY, content="{"),
        client.get("/", headers={"host": "evil.example"}),
    ]
    assert [each.status_code for each in responses] == [
        *(200, 404, 200, 200, 200, 404, 200, 422, 421)
    ]
    for response in responses:
        for name in HEADERS.keys() - {"Cache-Control"}:
            assert response.headers[name] == HEADERS[name]
    policy = HEADERS["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    for response in responses[:3]:
        # What the policy forbids would not work: no script stands in the page, and none is from elsewhere.
        for opening in re.findall(r"<script[^>]*>", response.text):
            assert 'src="/assets/' in opening or 'type="application/json"' in opening
        assert not re.search(r"\son[a-z]+=", response.text)
        assert not re.search(r'(src|href)="(https?:)?//', response.text)


def test_nothing_but_the_assets_of_the_page_can_be_fetched(client: TestClient) -> None:
    response = client.get("/assets/main.js")
    assert response.headers["content-type"].startswith("text/javascript")
    tag = response.headers["etag"]
    again = client.get("/assets/main.js", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/assets/page.css").headers["content-type"].startswith("text/css")
    for name in ("__init__.py", "%2e%2e/document.py", "%2e%2e%2fdocument.py", "nul", "%00", "."):
        problem(client.get(f"/assets/{name}"), 404, "not-found")


def test_there_are_no_web_sockets(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/api/graphs"):
        pass
