"""`causal-model serve` as a user starts and stops it."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from causal_model.web.listen import ADDRESS, listen, url_of
from tests.cli.shell import run
from tests.test_public import loaded_after

ASIA = Path(__file__).parents[2] / "fixtures" / "textbook" / "asia.yaml"
PATIENCE = 60


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A server of its own, and its address, which it prints when it can be asked."""
    process = subprocess.Popen(
        [sys.executable, "-m", "causal_model", "serve", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process
    finally:
        process.kill()
        process.communicate()


def get(url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json"})
    with urlopen(request, timeout=PATIENCE) as response:
        return json.loads(response.read())


@pytest.mark.skipif(sys.platform == "win32", reason="there is no interrupt to send")
def test_it_says_where_it_is_answers_and_stops() -> None:
    with serving("-g", str(ASIA), "-g", "long_run", "--port", "0") as (url, process):
        assert url.startswith(f"http://{ADDRESS}:")
        assert [each["id"] for each in get(f"{url}api/graphs")["graphs"]] == ["asia", "long_run"]
        body = {"target": "lung", "findings": [{"node": "smoke", "state": "yes"}]}
        found = get(f"{url}api/graphs/asia/query", body)
        command = ["query", "-g", str(ASIA), "--target", "lung", "--given", "smoke=yes", "--json"]
        assert found["posterior"]["lung"] == pytest.approx(
            run(*command).json["posterior"]["lung"], abs=1e-12
        )
        process.send_signal(signal.SIGINT)
        out, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert out == ""
    assert told.strip() == "serving asia, long_run; Ctrl-C stops it"


def test_a_port_that_is_taken_gives_way_to_a_free_one() -> None:
    with listen(0) as first:
        taken = first.getsockname()[1]
        with listen(taken) as second:
            assert second.getsockname()[1] not in (0, taken)
            assert url_of(second) == f"http://127.0.0.1:{second.getsockname()[1]}/"
            assert second.getsockname()[0] == "127.0.0.1"
            # Else asyncio waits for the other side before it sends the rest of an answer.
            assert second.proto == socket.IPPROTO_TCP
            with socket.create_connection(second.getsockname(), timeout=PATIENCE):
                pass


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-g", "artcle"], "Did you mean 'article'?"),
        (["-g", "nowhere.yaml"], "nowhere.yaml"),
        (["--port", "70000"], "--port"),
        (["--workers", "1"], "--workers"),
        (["--time-limit", "0"], "--time-limit"),
        (["--time-limit", "nan"], "--time-limit"),
    ],
)
def test_a_mistake_is_told_before_anything_listens(arguments: list[str], told: str) -> None:
    ran = run("serve", *arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert told in ran.err


def test_no_other_command_pays_for_the_server() -> None:
    heavy = ("fastapi", "starlette", "uvicorn")
    assert loaded_after("import causal_model.cli.serve", heavy) == []
    assert loaded_after("import causal_model.web.app", heavy) == list(heavy[:2])
