"""A real browser: Chromium, driven by Playwright. Without them these tests are skipped, and say so."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import causal_model as cm
from causal_model.model import Model
from causal_model.page.document import page_of
from tests.page.reader import Reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# Not for the session: Playwright holds an event loop while it is open, and other tests need their own.
@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    playwright = pytest.importorskip(
        "playwright.sync_api",
        reason="no browser tests without playwright: pip install -e '.[browser]'",
    )
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no browser tests without chromium: apt-get install chromium")
    with playwright.sync_playwright() as running:
        found = running.chromium.launch(executable_path=program, args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture(scope="session")
def model() -> Model:
    return cm.load("article")


@pytest.fixture(scope="session")
def article(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The article graph as one file."""
    file = tmp_path_factory.mktemp("page") / "article.html"
    file.write_text(page_of(model), encoding="utf-8")
    return file


@pytest.fixture
def open_page(browser: "Browser", article: Path) -> "Iterator[Any]":
    """Opens a page; at the end it must have asked nobody for anything, and complained of nothing."""
    readers: list[Reader] = []

    def opened(query: str = "", *, file: Path = article, **context: Any) -> Reader:
        context.setdefault("viewport", {"width": 1280, "height": 800})
        reader = Reader(browser.new_context(**context), file.as_uri())
        readers.append(reader)
        reader.go(query)
        return reader

    yield opened
    for reader in readers:
        complaints, requests = reader.complaints, reader.requests
        reader.context.close()
        assert complaints == []
        assert set(requests) == {reader.home}
