"""XDSL, the format of GeNIe and SMILE: read with noisy-max and deterministic nodes, written with tables.

Tables run over the parents in their order, the last one and then the own states fastest. The states of a
noisy-max node go from the strongest effect down to the last one, absence. `strengths` lists the states of
each parent from the strongest down; the last one is neutral, it produces absence for certain. The
parameters are a row for every state of every parent, in the order of the strengths, and one for the leak.

That order is SMILE's: its header takes the state of strength i to be `strengths[i]`, and the strengths to
turn parameters into a table (`GetOutcomeOfStrength`, `CumulativeCiToCpt`) [defnoisymax]; and files that
GeNIe has written, with a parent whose strengths are 0 2 1, hold its neutral row last, where the order of
the states would have it in the middle [cancermax].

References:
    [bayesfusion] BayesFusion, GeNIe Modeler: user manual, section XDSL file format.
    [cancermax] github.com/krzysztof/BayesianLearning, src/CancerMAX.xdsl and src/MAX_6.xdsl, written by
        GeNIe 2.0.4535.0; nodes LungCancer and C1, parents BadDiet and P3.
    [defnoisymax] BayesFusion, SMILE 2.0.10, header defnoisymax.h.
    [diez1993] Díez, F.J. (1993). Parameter adjustment in Bayes networks: the generalized noisy OR-gate.
        Proceedings of the Ninth Conference on Uncertainty in Artificial Intelligence.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from causal_model.cpt.noisy_max import noisy_max_table
from causal_model.formats.draft import Draft, said
from causal_model.formats.names import printable_names, require_names
from causal_model.formats.source import Reading, Source
from causal_model.formats.xml_tree import Element, Xml
from causal_model.network import Network

__all__ = ["parse_xdsl", "write_xdsl"]

# A parameter this close to 0 or 1 is meant to be that.
EXACT = 1e-9


def parse_xdsl(source: Source) -> Reading:
    """Read the text of an XDSL file.

    Raises:
        InvalidGraphFile: something is wrong with it, or it holds nodes that are no discrete chance nodes;
            says where.
    """
    return _Parser(Xml(source)).reading()


def write_xdsl(network: Network) -> str:
    """The text of an XDSL file; `parse_xdsl` reads the same names and numbers back.

    Raises:
        GraphFileError: a node's name holds blanks, between which XDSL lists parents; or a name holds
            characters that nobody could see.
    """
    printable_names(network, "XDSL")
    require_names(network, "XDSL", lambda name: len(name.split()) == 1, states=False)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<smile version="1.0" id="network">']
    lines.append("  <nodes>")
    for name, variable in network.variables.items():
        lines.append(f"    <cpt id={quoteattr(name)}>")
        lines += [f"      <state id={quoteattr(state)} />" for state in variable.states]
        if network.parents[name]:
            listed = " ".join(network.parents[name])
            lines.append(f"      <parents>{escape(listed)}</parents>")
        numbers = " ".join(map(repr, network.tables[name].ravel().tolist()))
        lines += [f"      <probabilities>{numbers}</probabilities>", "    </cpt>"]
    # Some readers insist on the part for GeNIe's screen.
    lines += [
        "  </nodes>",
        "  <extensions>",
        '    <genie version="1.0" name="network">',
        "    </genie>",
    ]
    lines += ["  </extensions>", "</smile>"]
    return "\n".join(lines) + "\n"


class _Parser:
    """The nodes first, then their tables, since parents may come later."""

    def __init__(self, xml: Xml) -> None:
        self.xml = xml
        self.draft = Draft(xml.locate)

    def reading(self) -> Reading:
        root = self.xml.root
        nodes = next(root.named("nodes"), None) if root.tag == "smile" else None
        if nodes is None:
            raise self.draft.error("N003", "is not XDSL, expected <smile> with <nodes>", root.at)
        readers: dict[str, Callable[[Element, str, tuple[int, ...]], None]] = {
            "cpt": self._table,
            "noisymax": self._noisy_max,
            "deterministic": self._deterministic,
        }
        for node in nodes.children:
            if node.tag not in readers:
                name = node.attributes.get("id", "")
                message = f"{node.tag} {name[:40]!r}: expected only {', '.join(readers)} nodes"
                raise self.draft.error("N014", message, node.at)
            states = list(node.named("state"))
            self.draft.declare(
                self._id(node),
                [self._id(state) for state in states],
                node.at,
                [s.at for s in states],
            )
        for node in nodes.children:
            name = self._id(node)
            listed = self._part(node, "parents")
            parents = self.xml.words(listed) if listed else []
            places = self.xml.places(listed) if listed else []
            readers[node.tag](node, name, self.draft.open_table(name, parents, node.at, places))
        return self.draft.reading()

    def _id(self, element: Element) -> str:
        name = element.attributes.get("id")
        if name is None:
            raise self.draft.error("N003", f"<{element.tag}> has no id", element.at)
        return name

    def _part(self, node: Element, tag: str) -> Element | None:
        found = list(node.named(tag))
        if len(found) > 1:
            raise self.draft.error("N003", f"<{tag}> comes twice in a node", found[1].at)
        return found[0] if found else None

    def _required(self, node: Element, tag: str) -> Element:
        found = self._part(node, tag)
        if found is None:
            raise self.draft.error("N008", f"{self._id(node)!r} has no <{tag}>", node.at)
        return found

    def _table(self, node: Element, name: str, shape: tuple[int, ...]) -> None:
        part = self._required(node, "probabilities")
        self.draft.fill_from_words(
            name, self.xml.words(part), shape, part.at, lambda at: self.xml.word_at(part, at)
        )

    def _deterministic(self, node: Element, name: str, shape: tuple[int, ...]) -> None:
        part = self._required(node, "resultingstates")
        variable = self.draft.variables[name]
        words = self.xml.words(part)
        rows = int(np.prod(shape[:-1]))
        if len(words) != rows:
            message = f"{name!r} has {len(words)} resulting states, expected {rows}"
            raise self.draft.error("N008", message, part.at)
        known = {state: number for number, state in enumerate(variable.states)}
        for at, word in enumerate(words):
            if word not in known:
                self.draft.state(variable, word, self.xml.word_at(part, at))
        table = np.eye(variable.size)[[known[word] for word in words]].reshape(shape)
        self.draft.fill(name, table, lambda row: self.xml.word_at(part, row))

    def _noisy_max(self, node: Element, name: str, shape: tuple[int, ...]) -> None:
        part = self._required(node, "parameters")
        sizes, states = shape[:-1], shape[-1]
        rows = sum(sizes) + 1
        numbers = self.draft.numbers(
            name,
            self.xml.words(part),
            (rows, states),
            part.at,
            lambda at: self.xml.word_at(part, at),
        )
        ends = np.cumsum([0, *sizes]).tolist()
        neutral = np.eye(states)[-1]
        causes = []
        for (start, end), order in zip(
            pairwise(ends), self._strengths(node, name, sizes), strict=True
        ):
            if np.abs(numbers[end - 1] - neutral).max() > EXACT:
                message = (
                    f"{name!r}: the rows of a parent end with that of its neutral state, expected"
                    f" {' '.join(f'{each:g}' for each in neutral)}"
                )
                raise self.draft.error("N008", message, self.xml.word_at(part, (end - 1) * states))
            causes.append(numbers[start:end][np.argsort(order)])
        # GeNIe's states run from the strongest down, those of `noisy_max_table` from the weakest up.
        table = noisy_max_table([cause[:, ::-1] for cause in causes], numbers[-1, ::-1])[..., ::-1]
        self.draft.fill(name, np.clip(table, 0, 1), lambda _: part.at)

    def _strengths(self, node: Element, name: str, sizes: Sequence[int]) -> list[list[int]]:
        """For each parent its states from the strongest down; as declared where nothing is said."""
        part = self._part(node, "strengths")
        if part is None:
            return [list(range(size)) for size in sizes]
        words = self.xml.words(part)
        if len(words) != sum(sizes):
            message = f"{name!r} has {len(words)} strengths, expected {sum(sizes)}"
            raise self.draft.error("N008", message, part.at)
        found = []
        ends = np.cumsum([0, *sizes]).tolist()
        for start, end in pairwise(ends):
            own = words[start:end]
            order = [int(word) if word in map(str, range(end - start)) else -1 for word in own]
            if sorted(order) != list(range(end - start)):
                message = (
                    f"strengths {said(own)} are no order of the {end - start} states of a parent"
                )
                raise self.draft.error("N005", message, self.xml.word_at(part, start))
            found.append(order)
        return found
