"""The report as a note in Markdown: what the page shows, for people who paste it somewhere.

Every part that cannot be answered for a graph is left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from causal_model.harmless import in_markdown
from causal_model.illustrate import NOTES
from causal_model.model import Model
from causal_model.page.content import content_of

__all__ = ["markdown_report"]

Data = dict[str, Any]

WORDS = {
    "en": {
        "as of": "As of {}.",
        "horizon": "Horizon: {}.",
        "scenarios": "Scenarios",
        "given nothing": "nothing given",
        "evidence": "P(evidence)",
        "change": "Change against nothing given",
        "why": "Why",
        "channel": "channel",
        "other": "other ways",
        "effects": "Through which channels",
        "setting": "{}: {} instead of {}, set by do",
        "all": "all together",
        "sure": "How sure",
        "interval": "{:g} % intervals from {:,} draws of the elicited tables",
        "hangs": "What it hangs on",
        "rows": "The numbers of tables that P({}) hangs on most, each moved over its {:g} % interval",
        "entry": "entry",
        "now": "now",
        "from": "lowest",
        "to": "highest",
        "claims": "Claims",
        "hold": "{} of {} claims hold.",
        "failing": "These do not:",
        "sources": "Sources",
        "or": " or ",
        "colon": ": ",
    },
    "zh-Hant": {
        "as of": "截至 {}。",
        "horizon": "期間:{}。",
        "scenarios": "情景",
        "given nothing": "未給定任何發現",
        "evidence": "P(證據)",
        "change": "相對於未給定任何發現的變化",
        "why": "原因",
        "channel": "渠道",
        "other": "其他途徑",
        "effects": "經由哪些渠道",
        "setting": "以 do 將{}設為{}而非{}",
        "all": "全部",
        "sure": "有多確定",
        "interval": "{:g} % 區間,由主觀估計的機率表抽樣 {:,} 次得出",
        "hangs": "取決於什麼",
        "rows": "P({}) 最取決於表中的這些數字,各在其 {:g} % 區間內變動",
        "entry": "數字",
        "now": "目前",
        "from": "最低",
        "to": "最高",
        "claims": "主張",
        "hold": "{1} 項主張中 {0} 項成立。",
        "failing": "不成立者:",
        "sources": "出處",
        "or": "或",
        "colon": ":",
    },
}
# Rows of tables that the note lists; the page has more.
ROWS = 5


def markdown_report(model: Model, lang: str = "en") -> str:
    """The report of a graph in Markdown.

    Args:
        model: the graph; its own findings are left out.
        lang: "en" or "zh-Hant".
    """
    return "\n".join(_Note(content_of(model), lang).lines()) + "\n"


class _Note:
    """What is known of a graph, in words of one language."""

    def __init__(self, content: Data, lang: str) -> None:
        self.content, self.lang, self.words = content, lang, WORDS[lang]
        self.nodes = {each["id"]: each for each in content["nodes"]}
        self.outcome = content["outcome"]

    def lines(self) -> Iterator[str]:
        content = self.content
        yield f"# {in_markdown(self.text(content['title']) or content['graph']['id'])}"
        yield ""
        if self.text(content["description"]):
            yield in_markdown(self.text(content["description"]))
            yield ""
        told = [NOTES[self.lang]]
        if content["as_of"]:
            told.append(self.words["as of"].format(content["as_of"]))
        if self.text(content["horizon"]):
            told.append(self.words["horizon"].format(in_markdown(self.text(content["horizon"]))))
        yield " ".join(told)
        if self.outcome:
            yield from self.scenarios()
            yield from self.why()
            yield from self.channels()
            yield from self.intervals()
            yield from self.rows()
        else:
            yield from self.nodes_alone()
        yield from self.claims()
        yield from self.sources()

    def scenarios(self) -> Iterator[str]:
        """The outcome under every scenario, and by how much it differs."""
        base = self.answer("")["posterior"][self.outcome["node"]]
        presets = self.content["scenarios"]
        titles = [self.text(each["title"]) for each in presets]
        node = self.outcome["node"]
        rows = []
        for state, before in base.items():
            row = [self.label(node, state), _percent(before)]
            row += [_percent(self.answer(each["id"])["posterior"][node][state]) for each in presets]
            rows.append(row)
        seen = [f"{self.answer(each['id'])['evidence_probability']:.4g}" for each in presets]
        event = [_percent(self.counted(each)) for each in ("", *(own["id"] for own in presets))]
        rows.append([self.event(), *event])
        if presets:
            rows.append([self.words["evidence"], "-", *seen])
        yield from self.headed("scenarios")
        heads = [self.label(node), self.words["given nothing"], *titles]
        yield from _table(heads, rows)
        if presets:
            moved = [
                f"{titles[at]} {_points(100 * (self.counted(each['id']) - self.counted('')))}"
                for at, each in enumerate(presets)
            ]
            yield ""
            told = (
                f"{self.words['change']}, P({self.event()}){self.words['colon']}{', '.join(moved)}"
            )
            yield in_markdown(told)

    def nodes_alone(self) -> Iterator[str]:
        """Every node with nothing given, for a graph that names no outcome."""
        yield from self.headed("given nothing")
        for node, states in self.answer("")["posterior"].items():
            told = ", ".join(
                f"{self.label(node, each)} {_percent(p)}" for each, p in states.items()
            )
            yield f"- **{in_markdown(self.label(node))}**: {in_markdown(told)}"

    def why(self) -> Iterator[str]:
        """The words of every scenario."""
        told = [
            (each, self.content["answers"][each["id"]].get("explain"))
            for each in self.content["scenarios"]
        ]
        if not any(found for _, found in told):
            return
        yield from self.headed("why")
        for preset, found in told:
            if found:
                sentences = found["narrative"][self.lang]
                text = (" " if self.lang == "en" else "").join(sentences)
                yield f"- **{in_markdown(self.text(preset['title']))}**: {in_markdown(text)}"

    def channels(self) -> Iterator[str]:
        """What setting the node of a scenario does, by channel."""
        found = [
            each
            for preset in self.content["scenarios"]
            for each in self.content["answers"][preset["id"]].get("effects", [])
            if each["state"] != each["baseline"]
        ]
        if not found:
            return
        names = self.content["channels"]
        heads = [self.words["channel"]]
        heads += [
            self.words["setting"].format(
                self.label(each["node"]),
                self.label(each["node"], each["state"]),
                self.label(each["node"], each["baseline"]),
            )
            for each in found
        ]
        rows = [
            [self.text(names[name]), *(_points(each["shares_pp"][name]) for each in found)]
            for name in found[0]["shares_pp"]
        ]
        rows.append([self.words["other"], *(_points(each["other_pp"]) for each in found)])
        rows.append([self.words["all"], *(_points(each["total_pp"]) for each in found)])
        yield from self.headed("effects")
        yield f"P({in_markdown(self.event())})"
        yield ""
        yield from _table(heads, rows)

    def intervals(self) -> Iterator[str]:
        """How sure the outcome is, with nothing given and under every scenario."""
        asked = [("", self.words["given nothing"])]
        asked += [(each["id"], self.text(each["title"])) for each in self.content["scenarios"]]
        known = [
            (title, self.content["answers"][key]["interval"])
            for key, title in asked
            if "interval" in self.content["answers"][key]
        ]
        if not known:
            return
        node = self.outcome["node"]
        rows = [
            [
                self.label(node, state),
                *(" – ".join(map(_percent, each["posterior"][state])) for _, each in known),
            ]
            for state in (each["id"] for each in self.nodes[node]["states"])
        ]
        first = known[0][1]
        yield from self.headed("sure")
        yield self.words["interval"].format(100 * first["level"], first["draws"])
        yield ""
        yield from _table([self.label(node), *(title for title, _ in known)], rows)

    def rows(self) -> Iterator[str]:
        """The numbers that the answer with nothing given hangs on most."""
        found = self.content["answers"][""].get("rows")
        if not found or not found["rows"]:
            return
        rows = []
        for each in found["rows"][:ROWS]:
            if each["answers"] is None:
                continue
            given = ", ".join(
                f"{self.label(node)} = {self.label(node, state)}"
                for node, state in each["given"].items()
            )
            entry = f"P({self.label(each['node'])} = {self.label(each['node'], each['state'])}"
            entry += f" | {given})" if given else ")"
            answers = [_percent(p) for p in sorted(each["answers"])]
            rows.append([entry, f"{each['now']:.3g}", *answers])
        yield from self.headed("hangs")
        yield in_markdown(self.words["rows"].format(self.event(), 100 * found["level"]))
        yield ""
        yield from _table([self.words[key] for key in ("entry", "now", "from", "to")], rows)

    def claims(self) -> Iterator[str]:
        """How many hold, and those that do not."""
        claims = self.content["claims"]
        if not claims:
            return
        held = [each for each in claims if each["verdict"] == "pass"]
        yield from self.headed("claims")
        yield self.words["hold"].format(len(held), len(claims))
        wrong = [each for each in claims if each["verdict"] not in ("pass", "dropped")]
        if wrong:
            yield ""
            yield self.words["failing"]
            yield ""
            for each in wrong:
                yield f"- {in_markdown(self.text(each['title']))} ({in_markdown(each['told'])})"

    def sources(self) -> Iterator[str]:
        """All sources of the file."""
        if not self.content["sources"]:
            return
        yield from self.headed("sources")
        for each in self.content["sources"].values():
            parts = [each["publisher"], self.text(each["title"]), each["date"], each["url"]]
            parts.append(self.text(each["note"]))
            yield f"- {in_markdown('. '.join(filter(None, parts)))}"

    def headed(self, key: str) -> tuple[str, str, str]:
        title = self.words[key]
        return "", f"## {title[0].upper()}{title[1:]}", ""

    def text(self, texts: dict[str, str]) -> str:
        return texts.get(self.lang) or texts.get("en", "")

    def label(self, node: str, state: str | None = None) -> str:
        spec = self.nodes[node]
        if state is None:
            return self.text(spec["label"])
        return next(self.text(each["label"]) for each in spec["states"] if each["id"] == state)

    def event(self) -> str:
        """The outcome and its states that are counted together."""
        node = self.outcome["node"]
        states = self.words["or"].join(self.label(node, each) for each in self.outcome["states"])
        return f"{self.label(node)}{self.words['colon']}{states}"

    def answer(self, scenario: str) -> Data:
        found: Data = self.content["answers"][scenario]["query"]
        return found

    def counted(self, scenario: str) -> float:
        """P(the states that are counted together)."""
        own = self.answer(scenario)["posterior"][self.outcome["node"]]
        return float(sum(own[state] for state in self.outcome["states"]))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table with names on the left and numbers to the right."""
    for at, row in enumerate((heads, *rows)):
        yield f"| {' | '.join(in_markdown(cell) for cell in row)} |"
        if not at:
            yield f"|{'|'.join(['---'] + ['---:'] * (len(heads) - 1))}|"


def _percent(p: float) -> str:
    return f"{100 * p:.1f} %"


def _points(pp: float) -> str:
    return f"{round(pp, 1) + 0.0:+.1f} pp"
