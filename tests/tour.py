"""Runs the notebook `docs/tour.ipynb` without Jupyter, and says what its cells show.

Run: python -m tests.tour    executes the cells and writes what they show into the file.
"""

import ast
import json
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parent.parent / "docs" / "tour.ipynb"
# What a cell shows is kept, but for whole pages, which are long and which no site shows.
KEPT = ("text/plain", "text/markdown", "image/svg+xml")

Shown = dict[str, str]


def notebook() -> Any:
    """The notebook as it lies in the folder."""
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))


def source_of(cell: Any) -> str:
    """The text of a cell."""
    return "".join(cell["source"])


def executed(data: Any) -> list[Shown]:
    """Run all code cells in one namespace; what the last expression of each shows, by media type."""
    names: dict[str, Any] = {"__name__": "__main__"}
    return [_run(source_of(each), names) for each in data["cells"] if each["cell_type"] == "code"]


def kept_in(data: Any) -> list[Shown]:
    """What the cells of a notebook show, as it is kept in the file."""
    return [
        {kind: "".join(text) for out in each["outputs"] for kind, text in out["data"].items()}
        for each in data["cells"]
        if each["cell_type"] == "code"
    ]


def _run(source: str, names: dict[str, Any]) -> Shown:
    *statements, last = ast.parse(source).body
    value = None
    if isinstance(last, ast.Expr):
        exec(compile(ast.Module(statements, []), "cell", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    else:
        exec(compile(source, "cell", "exec"), names)
    if value is None:
        return {}
    if hasattr(value, "_repr_mimebundle_"):
        return {kind: text for kind, text in value._repr_mimebundle_().items() if kind in KEPT}
    return {"text/plain": repr(value)}


def write() -> None:
    """Write what the cells show into the notebook."""
    data = notebook()
    code = [each for each in data["cells"] if each["cell_type"] == "code"]
    for number, (cell, shown) in enumerate(zip(code, executed(data), strict=True), 1):
        cell["execution_count"] = number
        lines = {kind: text.splitlines(keepends=True) for kind, text in shown.items()}
        output = {
            "output_type": "execute_result",
            "execution_count": number,
            "metadata": {},
            "data": lines,
        }
        cell["outputs"] = [output] if shown else []
    NOTEBOOK.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
