"""One table of formats, and the laws that every one of them keeps."""

import gzip
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causal_model as cm
from causal_model.build import build_network
from causal_model.errors import GraphFileError, GraphFileWarning
from causal_model.formats import source
from causal_model.formats.graph_yaml import write_graph_file
from causal_model.formats.registry import FORMATS, format_of, read_network, stem_of, write_network
from causal_model.formats.source import Source, read_source
from causal_model.inference.compiled import CompiledNetwork
from causal_model.inference.findings import Findings
from causal_model.network import Network, Variable
from causal_model.spec.check import check_graph_text
from causal_model.spec.diagnostics import RULES, InvalidGraphFile
from tests.formats.hostile import PADDED, hostile_network
from tests.networks import random_network

FIXTURES = Path(__file__).parents[2] / "fixtures" / "formats"
SUFFIXES = [suffix for suffix in FORMATS if suffix != ".xml"]
seeds = st.integers(0, 2**32 - 1)


def parsed(text: str, suffix: str) -> Network:
    return FORMATS[suffix].read(Source(f"test{suffix}", text)).network


def street(suffix: str) -> str:
    return read_source(FIXTURES / f"street{suffix}").text


def require_same(one: Network, other: Network) -> None:
    """The same names in every place, and the same numbers to the last bit."""
    assert set(one.variables) == set(other.variables)
    for name, variable in one.variables.items():
        assert other.variables[name] == variable
        assert other.parents[name] == one.parents[name]
        np.testing.assert_array_equal(other.tables[name], one.tables[name])


def counted(network: Network) -> Network:
    """The network with the names that UAI files have."""
    number = {name: f"x{at}" for at, name in enumerate(network.variables)}
    return Network.of(
        [
            Variable(number[name], tuple(f"s{state}" for state in range(variable.size)))
            for name, variable in network.variables.items()
        ],
        {number[name]: [number[p] for p in above] for name, above in network.parents.items()},
        {number[name]: table for name, table in network.tables.items()},
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_a_network_survives_to_the_last_bit(suffix: str, seed: int) -> None:
    network = random_network(np.random.default_rng(seed))
    read = parsed(FORMATS[suffix].write(network), suffix)
    require_same(counted(network) if suffix == ".uai" else network, read)


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(seed=seeds)
@settings(max_examples=60, deadline=None)
def test_hostile_names_survive_or_are_refused_by_name(suffix: str, seed: int) -> None:
    network = hostile_network(np.random.default_rng(seed))
    names = [*network.variables, *(s for v in network.variables.values() for s in v.states)]
    refused = ""
    try:
        text = FORMATS[suffix].write(network)
    except GraphFileError as error:
        refused = str(error)
    if refused:
        assert suffix in (".xdsl", ".net")
        assert any(repr(name) in refused for name in names)
    else:
        require_same(counted(network) if suffix == ".uai" else network, parsed(text, suffix))


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_a_graph_file_of_hostile_names_says_the_same(seed: int) -> None:
    network = hostile_network(np.random.default_rng(seed))
    text = write_graph_file(network, name="a: b", origin='"x".bif')
    graph, found = check_graph_text(text, "test.yaml", Path())
    assert found == []
    assert graph is not None
    require_same(network, build_network(graph))


@pytest.mark.parametrize("name", PADDED)
def test_blanks_around_a_name_are_kept_or_refused(name: str) -> None:
    network = hostile_network(np.random.default_rng(0))
    first = next(iter(network.variables))
    states = (name, *network.variables[first].states[1:])
    changed = Network(
        {**network.variables, first: Variable(first, states)},
        network.parents,
        network.tables,
    )
    for suffix in SUFFIXES:
        try:
            text = FORMATS[suffix].write(changed)
        except GraphFileError:
            continue
        require_same(counted(changed) if suffix == ".uai" else changed, parsed(text, suffix))


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix != ".uai"])
@pytest.mark.parametrize("name", ["", "a\nb", "a\0b", "\x1b[31m", "\u202eevil"])
def test_names_that_nobody_could_see_are_not_written(suffix: str, name: str) -> None:
    network = Network.of([Variable(name, ("a",))], {}, {name: np.ones(1)})
    with pytest.raises(GraphFileError, match=re.escape(repr(name))):
        FORMATS[suffix].write(network)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_posteriors_survive(suffix: str) -> None:
    rng = np.random.default_rng(4)
    network = counted(random_network(rng, nodes=8))
    expected = CompiledNetwork(network).posterior(Findings()).marginals
    read = parsed(FORMATS[suffix].write(network), suffix)
    for name, values in CompiledNetwork(read).posterior(Findings()).marginals.items():
        np.testing.assert_allclose(values, expected[name], atol=1e-12)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_street_is_read_in_every_format(suffix: str) -> None:
    wanted = parsed(street(".bif"), ".bif")
    network = read_network(FIXTURES / f"street{suffix}")
    for number, (name, table) in enumerate(wanted.tables.items()):
        own = f"x{number}" if suffix == ".uai" else name
        own = own if own in network.variables else name.replace(" ", "_")
        np.testing.assert_array_equal(network.tables[own], table)
        if suffix != ".uai":
            assert network.variables[own].states == wanted.variables[name].states


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_network_with_one_state_and_many_parents_survives(suffix: str) -> None:
    names = [f"x{at}" for at in range(10)]
    rng = np.random.default_rng(1)
    table = rng.dirichlet([1, 1, 1], size=(1, *[2] * 8)).reshape(1, *[2] * 8, 3)
    sizes = [1, *[2] * 8, 3]
    network = Network.of(
        [
            Variable(name, tuple(f"s{at}" for at in range(size)))
            for name, size in zip(names, sizes, strict=True)
        ],
        {names[-1]: names[:-1]},
        {
            **{
                name: np.full(size, 1 / size)
                for name, size in zip(names[:-1], sizes[:-1], strict=True)
            },
            names[-1]: table,
        },
    )
    require_same(network, parsed(FORMATS[suffix].write(network), suffix))


# Damaged files.


def outcome(suffix: str, text: str) -> Network | None:
    """The network, or None where our own error was raised; any other fails the test."""
    try:
        network = parsed(text, suffix)
    except GraphFileError:
        return None
    for table in network.tables.values():
        assert np.isfinite(table).all()
        np.testing.assert_allclose(table.sum(axis=-1), 1, atol=1e-9)
    return network


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_cut_off_anywhere_is_refused_or_read(suffix: str) -> None:
    text = street(suffix)
    whole = sum(outcome(suffix, text[:end]) is not None for end in range(len(text)))
    # Only what follows the last table may be missing: the final line break, a closing tag is needed.
    assert whole <= 3


def mutations(text: str, rng: np.random.Generator, count: int) -> Iterator[str]:
    characters = list("(){}[]|,;\"'\\/*%#<>&=.-+eE0123456789 \n\tabx\0é")
    for _ in range(count):
        mutant = text
        for _ in range(int(rng.integers(1, 4))):
            at = int(rng.integers(len(mutant)))
            kind = rng.integers(4)
            if kind == 0:
                mutant = mutant[:at] + str(rng.choice(characters)) + mutant[at + 1 :]
            elif kind == 1:
                mutant = mutant[:at] + mutant[at + 1 :]
            elif kind == 2:
                mutant = mutant[:at] + str(rng.choice(characters)) + mutant[at:]
            else:
                end = at + int(rng.integers(1, 30))
                mutant = mutant[:end] + mutant[at:]
        yield mutant


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_mutated_file_is_refused_or_read(suffix: str) -> None:
    rng = np.random.default_rng(20260107)
    for mutant in mutations(street(suffix), rng, 2_000):
        outcome(suffix, mutant)


LONG = 100_000
TEXTS: dict[str, Callable[[str], str]] = {
    "blanks": lambda text: text + " " * LONG,
    "blanks inside": lambda text: text.replace("0.5", " " * LONG + "0.5"),
    "lines": lambda text: "\n" * LONG + text + "\n" * LONG,
    "quotes": lambda text: text + '"' * LONG,
    "escapes": lambda text: text + '"' + '\\"' * LONG,
    "comments": lambda text: text + "/*" * LONG,
    "half comments": lambda text: text + "/ *" * LONG,
    "slashes": lambda text: text + "/" * LONG,
    "percents": lambda text: text + "%" * LONG,
    "hashes": lambda text: text + "#" * LONG,
    "parentheses": lambda text: text + "(" * LONG,
    "braces": lambda text: text + "{" * LONG,
    "tags": lambda text: text.replace("0.5", "<a>" * (LONG // 4) + "0.5"),
    "angles": lambda text: text + "<" * LONG,
    "digits": lambda text: text.replace("0.5", "1" * LONG),
    "decimals": lambda text: text.replace("0.5", "0.5" + "0" * LONG),
    "exponents": lambda text: text.replace("0.5", "1e" + "9" * LONG),
    "commas": lambda text: text.replace("0.5", "0.5" + "," * LONG),
    "numbers": lambda text: text.replace("0.5", "0.5 " * (LONG // 4)),
    "signs": lambda text: text.replace("0.5", "-" * LONG + "0.5"),
    "names": lambda text: text.replace("rain", "r" * LONG),
    "words": lambda text: text.replace("rain", "r " * (LONG // 2)),
    "bars": lambda text: text.replace("rain", "rain |" * (LONG // 6)),
    "properties": lambda text: text.replace("{", "{ property " * (LONG // 10), 1),
}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kind", TEXTS)
def test_no_text_takes_long(suffix: str, kind: str) -> None:
    # Whatever takes more than linear time here takes minutes.
    outcome(suffix, TEXTS[kind](street(suffix)))


# Files.


def test_a_packed_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "street.bif.gz"
    path.write_bytes(gzip.compress((FIXTURES / "street.bif").read_bytes()))
    require_same(read_network(path), read_network(FIXTURES / "street.bif"))
    assert stem_of(path) == "street"
    assert cm.load(path).id == "street"


def test_a_packed_file_of_several_parts_is_read(tmp_path: Path) -> None:
    path = tmp_path / "street.bif.gz"
    text = (FIXTURES / "street.bif").read_bytes()
    path.write_bytes(gzip.compress(text[:100]) + gzip.compress(text[100:]) + b"\0" * 10)
    assert len(read_network(path).variables) == 3


def test_what_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "LARGEST_FILE", 100_000)
    path = tmp_path / "bomb.bif.gz"
    path.write_bytes(gzip.compress(b" " * 10_000_000))
    with pytest.raises(InvalidGraphFile, match="unpacks to more, expected at most 100,000 bytes"):
        read_network(path)


@pytest.mark.parametrize("damage", [lambda data: data[:-20], lambda data: b"no gzip" + data])
def test_a_damaged_packed_file_is_refused(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "street.bif.gz"
    path.write_bytes(damage(gzip.compress((FIXTURES / "street.bif").read_bytes())))
    with pytest.raises(InvalidGraphFile, match="N001"):
        read_network(path)


def test_what_is_no_file_is_refused_without_reading(tmp_path: Path) -> None:
    (tmp_path / "folder.bif").mkdir()
    os.mkfifo(tmp_path / "pipe.bif")
    (tmp_path / "zero.bif").symlink_to("/dev/zero")
    (tmp_path / "loop.bif").symlink_to("loop.bif")
    for name, what in [
        ("folder.bif", "a folder"),
        ("pipe.bif", "no regular file"),
        ("zero.bif", "no regular file"),
        ("loop.bif", "cannot be read"),
        ("missing.bif", "No such file"),
        ("nul\0.bif", "cannot be read"),
    ]:
        with pytest.raises(InvalidGraphFile, match=what):
            read_network(tmp_path / name)


def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "LARGEST_FILE", 10)
    path = tmp_path / "large.bif"
    path.write_bytes(b" " * 11)
    with pytest.raises(InvalidGraphFile, match="has 11 bytes, expected at most 10"):
        read_network(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\x00a", bytes(range(256)), b"\x80\x04\x95", "wörter".encode("utf-16")],
    ids=["empty", "utf-16", "bytes", "pickle", "utf-16 words"],
)
def test_what_is_no_text_is_refused(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"odd{suffix}"
    path.write_bytes(data)
    with pytest.raises(InvalidGraphFile) as caught:
        read_network(path)
    code = caught.value.diagnostics[0].code
    assert code == "N002" or not data or b"\0" not in data


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_byte_order_marks_and_line_ends_make_no_difference(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"street{suffix}"
    plain = (FIXTURES / f"street{suffix}").read_bytes()
    for data in (b"\xef\xbb\xbf" + plain, plain.replace(b"\n", b"\r\n")):
        path.write_bytes(data)
        require_same(read_network(path), read_network(FIXTURES / f"street{suffix}"))


def test_the_suffix_decides() -> None:
    assert format_of("a.BIF") is FORMATS[".bif"]
    assert format_of("a.xml.gz") is FORMATS[".xmlbif"]
    for path in ("a.pkl", "a", "a.gz", "a.yaml.gz"):
        assert format_of(path) is None
        with pytest.raises(GraphFileError, match=r"Known: \.bif, \.xdsl"):
            read_network(path)
    with pytest.raises(GraphFileError, match=r"unknown\. Did you mean '\.bif'\?"):
        read_network("a.bfi")


def test_a_network_is_written_by_its_suffix(tmp_path: Path) -> None:
    network = read_network(FIXTURES / "street.bif")
    write_network(network, tmp_path / "street.xmlbif")
    require_same(network, read_network(tmp_path / "street.xmlbif"))
    with pytest.raises(GraphFileError, match="packed files are read only"):
        write_network(network, tmp_path / "street.bif.gz")
    assert [path.name for path in tmp_path.iterdir()] == ["street.xmlbif"]


# Loading.


def test_a_network_file_is_a_model() -> None:
    model = cm.load(FIXTURES / "street.bif")
    assert model.id == "street"
    assert model.graph is None
    assert model.path == FIXTURES / "street.bif"
    assert model.scenarios() == {}
    answer = model.query("wet street", given={"rain": "none", "sprinkler": "on"})
    assert answer["wet street"]["yes"] == pytest.approx(0.9, abs=1e-12)


def test_scenarios_lie_beside_a_network_file(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "street.bif").write_bytes((FIXTURES / "street.bif").read_bytes())
    scenario = "schema_version: 1\nid: dry\ntitle: Dry\ngiven: {rain: none}\n"
    (tmp_path / "scenarios" / "dry.yaml").write_text(scenario)
    model = cm.load(tmp_path / "street.bif")
    assert list(model.scenarios()) == ["dry"]
    answer = model.query("sprinkler", scenario="dry")
    assert answer["sprinkler"]["on"] == pytest.approx(0.4, abs=1e-12)


def test_an_unknown_suffix_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(GraphFileError, match=r"'\.pkl' is unknown.* Known: \.yaml, \.yml, \.bif"):
        cm.load(tmp_path / "model.pkl")


def test_a_row_that_misses_one_a_little_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "street.bif"
    path.write_text(street(".bif").replace("0.5, 0.3", "0.5005, 0.3"))
    with pytest.warns(GraphFileWarning, match=r"street\.bif:16:3: warning\[N010\].* 1\.0005"):
        model = cm.load(path)
    np.testing.assert_allclose(model.network.tables["rain"], np.array([0.5005, 0.3, 0.2]) / 1.0005)


def test_every_rule_of_network_files_is_planted() -> None:
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    for code in RULES:
        assert not code.startswith("N") or f'"{code}"' in tests or f"[{code}]" in tests, code
