"""Every benchmark still runs; what it measures is for `make bench` to say."""

import shutil
from importlib import import_module
from pathlib import Path

import pytest

BENCHMARKS = sorted(
    path.stem for path in (Path(__file__).parents[1] / "benchmarks").glob("bench_*.py")
)
NEEDS_PYAGRUM = {"bench_batch", "bench_query"}
NEEDS_BROWSER = {"bench_page"}


def test_there_are_benchmarks() -> None:
    assert set(BENCHMARKS) >= NEEDS_PYAGRUM


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_measures_something(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    if name in NEEDS_PYAGRUM:
        pytest.importorskip("pyagrum", reason="pyAgrum is not installed: pip install -e '.[bench]'")
    if name in NEEDS_BROWSER:
        pytest.importorskip("playwright", reason="no playwright: pip install -e '.[browser]'")
        if shutil.which("chromium") is None:
            pytest.skip("no chromium: apt-get install chromium")
    found = import_module(f"benchmarks.{name}").main(rounds=1)
    assert found
    assert all(number > 0 for number in found.values())
    assert capsys.readouterr().out
