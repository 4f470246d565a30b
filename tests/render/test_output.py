"""The suffix decides the format, and a picture that fails leaves the old file."""

from collections.abc import Callable
from pathlib import Path

import pytest

import causal_model as cm
from causal_model.errors import RenderError
from causal_model.render import fallback_font, output
from causal_model.render.picture import Picture
from tests.render.pictures import one_node, saying

BEGINNINGS = {
    "svg": b"<svg ",
    "png": b"\x89PNG\r\n",
    "pdf": b"%PDF-",
    "dot": b"// Title\n",
    "mmd": b"%% Title\n",
}


def test_every_format_has_its_beginning() -> None:
    assert list(output.FORMATS) == list(BEGINNINGS)


@pytest.mark.parametrize("suffix", BEGINNINGS)
def test_a_file_holds_the_picture_in_the_format_of_its_suffix(tmp_path: Path, suffix: str) -> None:
    picture = one_node("do")
    assert output.write(picture, tmp_path / f"out.{suffix}") == []
    data = (tmp_path / f"out.{suffix}").read_bytes()
    assert data == output.to_bytes(picture, suffix)
    assert data.startswith(BEGINNINGS[suffix])
    assert [path.name for path in tmp_path.iterdir()] == [f"out.{suffix}"]


@pytest.mark.parametrize("name", ["OUT.SVG", "my.picture.svg", "a b.Svg"])
def test_only_the_last_suffix_counts_in_any_case(tmp_path: Path, name: str) -> None:
    output.write(one_node(None), tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(b"<svg ")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("out.pngg", r"cannot write \.pngg; known: .* Did you mean 'png'\?"),
        ("out.PDFX", r"cannot write \.pdfx; .* Did you mean 'pdf'\?"),
        ("out.dott", r"Did you mean 'dot'\?"),
        ("out.mermaid", r"Did you mean 'mmd'\?"),
        ("out.exe", r"cannot write \.exe; known: \.svg, \.png, \.pdf, \.dot, \.mmd\.$"),
        ("out", r"cannot write a file without a suffix; known: \.svg"),
        (".svg", r"cannot write a file without a suffix; known: \.svg"),
    ],
)
def test_an_unknown_suffix_names_the_nearest_and_writes_nothing(
    tmp_path: Path, name: str, words: str
) -> None:
    with pytest.raises(RenderError, match=words):
        output.write(one_node(None), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def refuse(*_: object) -> bytes:
    raise RuntimeError("cannot be drawn")


def refuse_to_move(*_: object) -> Path:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize(
    ("break_it", "error"),
    [
        (lambda patch: patch.setitem(output.FORMATS, "svg", refuse), RuntimeError),
        (lambda patch: patch.setattr(Path, "replace", refuse_to_move), RenderError),
    ],
    ids=["while drawing", "while writing"],
)
def test_a_failure_leaves_the_old_picture(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    break_it: Callable[[pytest.MonkeyPatch], None],
    error: type[Exception],
) -> None:
    path = tmp_path / "out.svg"
    path.write_bytes(b"old")
    break_it(monkeypatch)
    with pytest.raises(error):
        output.write(one_node(None), path)
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["out.svg"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "out.svg"
    with pytest.raises(RenderError, match="cannot be written: No such file") as caught:
        output.write(one_node(None), path)
    assert str(path) in str(caught.value)


def test_remarks_come_back_from_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback_font, "CJK_FONTS", ())
    picture: Picture = saying("中")
    (told,) = output.write(picture, tmp_path / "out.png")
    assert "中" in told
    assert output.write(picture, tmp_path / "out.svg") == []


@pytest.mark.parametrize("suffix", BEGINNINGS)
def test_a_model_renders_itself(tmp_path: Path, suffix: str) -> None:
    network = cm.Network.of([cm.Variable("n", ("lo", "hi"))], {}, {"n": [0.25, 0.75]})  # type: ignore[dict-item]
    model = cm.Model(network)
    result = model.query("n", given={"n": "hi"})
    for path in (tmp_path / f"out.{suffix}", str(tmp_path / f"text.{suffix}")):
        assert model.render(path, result=result) == []
    written = [path.read_bytes() for path in sorted(tmp_path.iterdir())]
    assert written == [output.to_bytes(model.picture(result), suffix)] * 2
