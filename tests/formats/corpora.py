"""Files with answers that this project did not write; they lie beside a checkout, or nowhere."""

from importlib.util import find_spec
from pathlib import Path

import pytest

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"

needs_corpora = pytest.mark.skipif(
    not CORPORA.is_dir(), reason=f"the reference files are not at {CORPORA}"
)


def example_models() -> Path:
    """The folder of network files inside pgmpy's package."""
    found = find_spec("pgmpy")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "utils" / "example_models"
