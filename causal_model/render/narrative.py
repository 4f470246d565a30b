"""An explanation in words: five to ten sentences made of its numbers, and of nothing else.

Nothing is computed here. Every number is read from the explanation as it is written for JSON, at a place
that the sentence names by JSON Pointer [rfc6901], and is only rounded. The same explanation gives the same
sentences.

References:
    [rfc6901] Bryan, P., Zyp, K. and Nottingham, M. (2013). JavaScript Object Notation (JSON) Pointer. RFC
        6901.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from causal_model.errors import RenderError, did_you_mean

__all__ = ["PrintedNumber", "Sentence", "narrate"]

Form = Literal["probability", "chance", "points", "size", "bits", "count"]
Key = str | int
Label = Callable[..., str]
Data = Mapping[str, Any]

# Findings that are named one by one; further ones are only mentioned.
NAMED = 4
# Percentage points, and bits, below which there is nothing to speak of.
NO_POINTS, NO_BITS, FEW_BITS = 0.05, 0.005, 0.0005

WORDS = {
    "en": {
        "observed": "{node} at “{state}”",
        "excluded": "{node} not at “{state}”",
        "likelihood": "a sign that points to {node} at “{state}”",
        "belief": "a belief that favours {node} at “{state}”",
        "do": "{node} set to “{state}”",
        "the observed": "{node} at “{state}”",
        "the excluded": "{node} not at “{state}”",
        "the likelihood": "the sign of {node} at “{state}”",
        "the belief": "the belief about {node}",
        "the do": "setting {node} to “{state}”",
        "state": "“{}”",
        "comma": ", ",
        "and": "{} and {}",
        "and also": "{} and {}",
        "or": "{} or {}",
        "and others": "{} and further findings",
        "more": "With {findings}, {outcome} comes out {states} with a probability of {after}, which is"
        " {change} more than the {before} with nothing given.",
        "less": "With {findings}, {outcome} comes out {states} with a probability of {after}, which is"
        " {change} less than the {before} with nothing given.",
        "same": "With {findings}, {outcome} comes out {states} with a probability of {after}, which is no"
        " different from the {before} with nothing given.",
        "share": "{finding} ({points})",
        "shares": "Shared out among the {count} findings by their Shapley values, this comes from"
        " {listed}.",
        "largest": "Shared out among the {count} findings by their Shapley values, the largest parts of"
        " this come from {listed}.",
        "drawn": "Shared out among the {count} findings by their Shapley values, estimated from {orders}"
        " orders, the largest parts of this come from {listed}.",
        "without": "Without {finding}, all else being given, the probability would be {without}.",
        "needed": "Without {finding} the other findings would be impossible, so it cannot be left out.",
        "directed": "{finding} reaches {outcome} by way of {nodes}{further}.",
        "directed next": "{finding} reaches {outcome} directly, by an arrow{further}.",
        "open": "{finding} says something about {outcome} by way of {nodes}, in part against the"
        " arrows{further}.",
        "open next": "{finding} says something about {outcome}, its direct cause{further}.",
        "cut": "{finding} keeps what was seen from saying anything about {outcome} by way of"
        " {nodes}{further}.",
        "cut next": "{finding} keeps what was seen from saying anything about {outcome}, its direct"
        " cause{further}.",
        "itself": "{finding} is itself a finding about the outcome.",
        "further": "; that is the shortest of {count} paths",
        "further many": "; that is the shortest of more than {count} paths",
        "silent alone": "{findings} changes nothing, as no open path leads from there to the outcome.",
        "silent": "Once the other findings are known, {findings} adds nothing, as no open path leads from"
        " there to the outcome.",
        "silent many": "Once the other findings are known, each of {findings} adds nothing, as no open path"
        " leads from there to the outcome.",
        "evidence": "What was seen has a probability of {evidence} in this graph.",
        "fits": "What was seen has a probability of {evidence} in this graph, and its parts support each"
        " other, with a conflict measure of {bits}.",
        "neutral": "What was seen has a probability of {evidence} in this graph, and its parts neither"
        " support nor contradict each other, with a conflict measure of {bits}.",
        "conflict": "What was seen has a probability of {evidence} in this graph, and its parts speak"
        " against each other, with a conflict measure of {bits}.",
        "conflict pair": "What was seen has a probability of {evidence} in this graph, and its parts speak"
        " against each other, with a conflict measure of {bits}; most of all {pair}, with {worst}.",
        "likely": "The most probable state of {outcome} is now “{state}”, with {probability}.",
        "next": "Next to watch is {node}, whose reading is expected to move the probability by {change} and"
        " carries {bits} of information about the outcome.",
        "next small": "Next to watch is {node}, whose reading is expected to move the probability by"
        " {change} and carries next to no information about the outcome.",
        "elicited": "All {tables} tables behind these numbers are elicited judgements, none is counted.",
        "counted": "Of the {tables} tables behind these numbers {counted} rest on counts as well; the"
        " others are elicited judgements or definitions.",
        "mixed": "None of the {tables} tables behind these numbers is counted; they are elicited judgements"
        " or definitions.",
        "unknown": "The file of this graph does not say where its numbers come from.",
        "closing": "All of this is a conditional scenario under this graph's assumptions, not a forecast.",
    },
    "zh-Hant": {
        "observed": "{node}為「{state}」",
        "excluded": "{node}不為「{state}」",
        "likelihood": "有跡象指向{node}為「{state}」",
        "belief": "認為{node}較可能為「{state}」",
        "do": "{node}被設為「{state}」",
        "the observed": "{node}為「{state}」",
        "the excluded": "{node}不為「{state}」",
        "the likelihood": "{node}為「{state}」的跡象",
        "the belief": "關於{node}的判斷",
        "the do": "將{node}設為「{state}」",
        "state": "「{}」",
        "comma": "、",
        "and": "{}和{}",
        "and also": "{},且{}",
        "or": "{}或{}",
        "and others": "{},並有其他發現",
        "more": "當{findings}時,{outcome}為{states}的機率是 {after},比未給定任何發現時的 {before} 高"
        " {change}。",
        "less": "當{findings}時,{outcome}為{states}的機率是 {after},比未給定任何發現時的 {before} 低"
        " {change}。",
        "same": "當{findings}時,{outcome}為{states}的機率是 {after},與未給定任何發現時的 {before}"
        " 沒有差別。",
        "share": "{finding}({points})",
        "shares": "按夏普利值分攤給 {count} 項發現,此變化來自{listed}。",
        "largest": "按夏普利值分攤給 {count} 項發現,此變化主要來自{listed}。",
        "drawn": "按夏普利值分攤給 {count} 項發現(以 {orders} 種次序估計),此變化主要來自{listed}。",
        "without": "假如沒有{finding}這項發現,其餘不變,機率會是 {without}。",
        "needed": "假如沒有{finding}這項發現,其他發現便不可能成立,因此無法略去。",
        "directed": "{finding},經由{nodes}傳到{outcome}{further}。",
        "directed next": "{finding},由一個箭頭直接傳到{outcome}{further}。",
        "open": "{finding},經由{nodes}透露{outcome}的訊息,途中有逆著箭頭之處{further}。",
        "open next": "{finding},透露其直接原因{outcome}的訊息{further}。",
        "cut": "{finding},使所見的證據不再經由{nodes}透露{outcome}的訊息{further}。",
        "cut next": "{finding},使所見的證據不再透露其直接原因{outcome}的訊息{further}。",
        "itself": "{finding},本身就是關於結果的發現。",
        "further": ";這是 {count} 條路徑中最短的一條",
        "further many": ";路徑超過 {count} 條,這是最短的一條",
        "silent alone": "{findings},不起任何作用,因為由此通往結果的路徑都不通。",
        "silent": "得知其他發現之後,{findings}不再提供任何訊息,因為由此通往結果的路徑都不通。",
        "silent many": "得知其他發現之後,{findings}都不再提供任何訊息,因為由此通往結果的路徑都不通。",
        "evidence": "所見的證據在本圖中的機率是 {evidence}。",
        "fits": "所見的證據在本圖中的機率是 {evidence},各項彼此支持,衝突度為 {bits}。",
        "neutral": "所見的證據在本圖中的機率是 {evidence},各項既不彼此支持也不互相矛盾,衝突度為 {bits}。",
        "conflict": "所見的證據在本圖中的機率是 {evidence},各項互相矛盾,衝突度為 {bits}。",
        "conflict pair": "所見的證據在本圖中的機率是 {evidence},各項互相矛盾,衝突度為 {bits};"
        "矛盾最大的是{pair},為 {worst}。",
        "likely": "{outcome}目前最可能的狀態是「{state}」,機率是 {probability}。",
        "next": "下一個值得觀察的是{node},其讀數預期使上述機率變動 {change},並帶來關於結果的 {bits}訊息。",
        "next small": "下一個值得觀察的是{node},其讀數預期使上述機率變動 {change},此外幾乎不帶來訊息。",
        "elicited": "這些數字背後的 {tables} 張機率表全是專家判斷,沒有一張出自統計。",
        "counted": "這些數字背後的 {tables} 張機率表中,有 {counted} 張也用了統計,其餘為專家判斷或定義。",
        "mixed": "這些數字背後的 {tables} 張機率表沒有一張出自統計,均為專家判斷或定義。",
        "unknown": "本圖的檔案沒有說明其數字的來源。",
        "closing": "以上都是在本圖假設下的條件情景,並非預測。",
    },
}
HAN = "[\u4e00-\u9fff]"
LATIN_AFTER, LATIN_BEFORE = (
    re.compile(f"({HAN})([A-Za-z0-9])"),
    re.compile(f"([A-Za-z0-9])({HAN})"),
)
BITS = {"en": "{} bits", "zh-Hant": "{} 位元"}


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number in a sentence.

    Attributes:
        shown: as it is printed, with its unit.
        path: its place in the explanation, a JSON Pointer.
        form: how it is rounded: "probability" to 0.1 %, "chance" to three digits of a percentage, "points"
            to 0.1 pp with its sign and "size" without, "bits" to two digits, "count" not at all.
    """

    shown: str
    path: str
    form: Form


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, with all numbers in it."""

    text: str
    numbers: tuple[PrintedNumber, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return {"text": self.text, "numbers": [asdict(each) for each in self.numbers]}


def narrate(data: Data, label: Label, lang: str = "en") -> tuple[Sentence, ...]:
    """Tell an explanation.

    Args:
        data: the explanation as it is written for JSON, see `Explanation.to_dict`.
        label: the label of a node, or of a node and one of its states.
        lang: "en" or "zh-Hant".

    Raises:
        RenderError: there are no words in this language.
    """
    if lang not in WORDS:
        near = did_you_mean(lang, WORDS) if isinstance(lang, str) else ""
        raise RenderError(f"there are no words in {lang!r}.{near} Known: {', '.join(WORDS)}")
    return tuple(_Telling(data, label, lang).sentences())


@dataclass(frozen=True, slots=True)
class _Telling:
    data: Data
    label: Label
    lang: str

    def sentences(self) -> Iterator[Sentence]:
        ranked = sorted(
            range(len(self.data["shares"])),
            key=lambda at: -abs(self.data["shares"][at]["shapley_pp"]),
        )
        yield self._answer()
        if len(ranked) > 1:
            yield self._shares(ranked)
        yield from self._main(ranked)
        yield from self._silent()
        if any(each["kind"] not in ("do", "belief") for each in self.data["findings"]):
            yield self._evidence()
        yield self._likely()
        if self.data["next"] is not None:
            yield self._next()
        yield self._basis()
        yield self._say("closing")

    def _answer(self) -> Sentence:
        findings = self.data["findings"]
        told = [self._named(each) for each in findings[:NAMED]]
        listed = self._listed(told, "and also")
        if len(findings) > NAMED:
            listed = Sentence(self._word("and others").format(self._word("comma").join(told)))
        outcome = self.data["outcome"]
        states = [
            self._word("state").format(self.label(outcome["node"], state))
            for state in outcome["states"]
        ]
        key = "more" if outcome["change_pp"] > 0 else "less"
        if abs(outcome["change_pp"]) < NO_POINTS:
            key = "same"
        return self._say(
            key,
            findings=listed,
            outcome=self._outcome(),
            states=self._listed(states, "or"),
            after=self._number("probability", "outcome", "after"),
            change=self._number("size", "outcome", "change_pp"),
            before=self._number("probability", "outcome", "before"),
        )

    def _shares(self, ranked: Sequence[int]) -> Sentence:
        told = [
            self._say(
                "share",
                finding=self._the_finding(at),
                points=self._number("points", "shares", at, "shapley_pp"),
            )
            for at in ranked[:NAMED]
        ]
        key = "shares" if len(ranked) <= NAMED else "largest"
        orders = Sentence("")
        if self.data["method"]["orders_drawn"] is not None:
            key, orders = "drawn", self._number("count", "method", "orders_drawn")
        return self._say(
            key,
            count=self._number("count", "method", "findings"),
            listed=self._listed(told),
            orders=orders,
        )

    def _main(self, ranked: Sequence[int]) -> Iterator[Sentence]:
        """Of the finding with the largest share: what would be without it, and how it acts."""
        at = ranked[0]
        share = self.data["shares"][at]
        finding = self._the_finding(at)
        if len(ranked) > 1:
            if share["probability_without"] is None:
                yield self._say("needed", finding=finding)
            else:
                without = self._number("probability", "shares", at, "probability_without")
                yield self._say("without", finding=finding, without=without)
        if not share["paths"]:
            return
        path = share["paths"][0]
        between = [self.label(node) for node in path["nodes"][1:-1]]
        further = Sentence("")
        if share["paths_listed"] > 1:
            count = self._number("count", "shares", at, "paths_listed")
            further = self._say("further many" if share["more_paths"] else "further", count=count)
        yield self._say(
            path["kind"] if between or path["kind"] == "itself" else f"{path['kind']} next",
            finding=finding,
            outcome=self._outcome(),
            nodes=self._listed(between),
            further=further,
        )

    def _silent(self) -> Iterator[Sentence]:
        silent = [at for at, each in enumerate(self.data["shares"]) if not each["paths"]]
        if silent:
            told = self._listed([self._the_finding(at) for at in silent[:NAMED]])
            key = "silent" if len(silent) == 1 else "silent many"
            if len(self.data["shares"]) == 1:
                key = "silent alone"
            yield self._say(key, findings=told)

    def _evidence(self) -> Sentence:
        conflict = self.data["conflict"]
        evidence = self._number("chance", "evidence_probability")
        if len(conflict["evidence"]) < 2:
            return self._say("evidence", evidence=evidence)
        bits = self._number("bits", "conflict", "bits")
        if conflict["bits"] < NO_BITS:
            return self._say(
                "neutral" if conflict["bits"] > -NO_BITS else "fits", evidence=evidence, bits=bits
            )
        worst = conflict["worst_pair"]
        if worst is None or worst["bits"] <= 0 or len(conflict["evidence"]) == 2:
            return self._say("conflict", evidence=evidence, bits=bits)
        return self._say(
            "conflict pair",
            evidence=evidence,
            bits=bits,
            worst=self._number("bits", "conflict", "worst_pair", "bits"),
            pair=self._listed(
                [self._named(each, "the ") for piece in worst["evidence"] for each in piece]
            ),
        )

    def _likely(self) -> Sentence:
        outcome = self.data["outcome"]
        return self._say(
            "likely",
            outcome=self._outcome(),
            state=Sentence(self.label(outcome["node"], outcome["most_probable"]["state"])),
            probability=self._number("probability", "outcome", "most_probable", "probability"),
        )

    def _next(self) -> Sentence:
        few = self.data["next"]["information_bits"] < FEW_BITS
        return self._say(
            "next small" if few else "next",
            node=Sentence(self.label(self.data["next"]["node"])),
            bits=self._number("bits", "next", "information_bits"),
            change=self._number("size", "next", "expected_change_pp"),
        )

    def _basis(self) -> Sentence:
        basis = self.data["basis"]
        if basis is None:
            return self._say("unknown")
        key = "counted" if basis["counted"] else "mixed" if basis["by_definition"] else "elicited"
        return self._say(
            key,
            tables=self._number("count", "basis", "tables"),
            counted=self._number("count", "basis", "counted"),
        )

    def _outcome(self) -> Sentence:
        return Sentence(self.label(self.data["outcome"]["node"]))

    def _the_finding(self, at: int) -> Sentence:
        return Sentence(self._named(self.data["shares"][at]["finding"], "the "))

    def _named(self, finding: Data, article: str = "") -> str:
        node = finding["node"]
        weights = finding.get("weights") or finding.get("probabilities") or {}
        state = (
            finding["state"] if "state" in finding else max(weights, key=lambda each: weights[each])
        )
        words = self._word(article + finding["kind"])
        return words.format(node=self.label(node), state=self.label(node, state))

    def _listed(self, told: Sequence[str | Sentence], last: str = "and") -> Sentence:
        """A list in words: a, b and c."""
        parts = [each if isinstance(each, Sentence) else Sentence(each) for each in told]
        numbers = tuple(number for each in parts for number in each.numbers)
        texts = [each.text for each in parts]
        if len(texts) > 1:
            head = self._word("comma").join(texts[:-1])
            texts = [self._word(last).format(head, texts[-1])]
        return Sentence("".join(texts), numbers)

    def _word(self, key: str) -> str:
        return WORDS[self.lang][key]

    def _say(self, key: str, **parts: Sentence) -> Sentence:
        """Fill parts into words; only the numbers that are printed come along."""
        words = self._word(key)
        text = words.format(**{name: part.text for name, part in parts.items()})
        used = [part for name, part in parts.items() if "{" + name + "}" in words]
        # A label may stand where a sentence begins.
        whole = words[-1] in ".。"
        return Sentence(
            _spaced(_capital(text) if whole else text),
            tuple(number for part in used for number in part.numbers),
        )

    def _number(self, form: Form, *keys: Key) -> Sentence:
        value: Any = self.data
        for key in keys:
            value = value[key]
        pointer = "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys)
        shown = _printed(float(value), form, self.lang)
        return Sentence(shown, (PrintedNumber(shown, pointer, form),))


def _printed(value: float, form: Form, lang: str) -> str:
    if form == "probability":
        return f"{100 * value:.1f} %"
    if form == "chance":
        return f"{100 * value:.3g} %"
    if form == "points":
        return f"{round(value, 1) + 0.0:+.1f} pp"
    if form == "size":
        return f"{abs(value):.1f} pp"
    if form == "bits":
        return BITS[lang].format(f"{value:.2g}")
    return f"{value:,.0f}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _spaced(text: str) -> str:
    """With a blank between Chinese characters and Latin letters or digits, as is usual in print."""
    return LATIN_AFTER.sub(r"\1 \2", LATIN_BEFORE.sub(r"\1 \2", text))
