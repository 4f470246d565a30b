"""Somebody who reads the page: looks at what it shows, and has a mouse and a keyboard."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator


PANELS = ("why", "channels", "hangs", "watch", "sure", "claims")
Open = Callable[..., "Reader"]


def printed(distribution: Mapping[str, float]) -> list[str]:
    """A distribution as `query` prints it, without the percent signs."""
    return [f"{100 * p:.1f}".replace("100.0", "100") for p in distribution.values()]


class Reader:
    """A page in a browser of its own."""

    def __init__(self, context: "BrowserContext", address: str) -> None:
        self.context, self.home = context, address
        self.page = context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda each: self.requests.append(each.url.partition("#")[0]))
        self.page.on("console", lambda each: self.complaints.append(each.text))
        self.page.on("pageerror", lambda each: self.complaints.append(str(each)))
        self.page.on("dialog", lambda each: self.complaints.append(each.message))

    def go(self, query: str = "") -> None:
        """Open the page in the state of an address, and wait until it is drawn."""
        self.page.goto("about:blank")
        self.requests.clear()
        sign = "#" if self.home.startswith("file:") else "?"
        self.page.goto(self.home + (f"{sign}{query}" if query else ""))
        self.settle()

    def follow(self, query: str) -> None:
        """Go to another state by its address alone, as the back button does."""
        self.evaluate("(query) => { location.hash = query }", query)
        self.settle()

    def settle(self) -> None:
        """Wait until everything that was asked is shown."""
        self.page.locator('body[data-settled="yes"]').wait_for(timeout=20_000)

    def state(self, node: str, state: str) -> "Locator":
        """A state of a node, by their ids."""
        return self.page.locator(f'[data-node="{node}"] [data-state="{state}"]')

    def printed(self, node: str) -> list[str]:
        """The numbers in the box of a node."""
        found = self.page.locator(f'[data-node="{node}"] .percent').all_text_contents()
        return list(found)

    @property
    def address(self) -> str:
        """The state in the address."""
        return self.page.url.partition("#")[2]

    @property
    def headline(self) -> str:
        return self.text("#headline")

    def text(self, selector: str) -> str:
        return re.sub(r"\s+", " ", self.page.locator(selector).inner_text())

    def evaluate(self, script: str, *arguments: Any) -> Any:
        return self.page.evaluate(script, *arguments)

    def focused(self) -> str:
        """The accessible name, or else the text, of what has the focus."""
        found = self.evaluate(
            "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
        )
        return str(found)
