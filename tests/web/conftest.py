"""A server with two worker processes, for all tests that may share one."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from causal_model.library import shipped_graphs
from causal_model.web.app import create_app

BASE = "http://127.0.0.1:8765"


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """All shipped graphs, as a browser on this machine asks for them."""
    app = create_app(shipped_graphs())
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        yield client
