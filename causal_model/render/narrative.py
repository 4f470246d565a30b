"""An explanation in words: five to ten sentences made of its numbers, and of nothing else.

Nothing is computed here. Every number is read from the explanation as it is written for JSON, at a place
that the sentence names by JSON Pointer [rfc6901], and is only rounded: to as many decimals as it takes that
numbers which add up do so as they are printed, too. The same explanation gives the same sentences.

References:
    [rfc6901] Bryan, P., Zyp, K. and Nottingham, M. (2013). JavaScript Object Notation (JSON) Pointer. RFC
        6901.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from causal_model.errors import RenderError, did_you_mean
from causal_model.render.narrative_words import WORDS
from causal_model.render.numbers_in_words import decimals_that_agree
from causal_model.render.phrases import (
    ALIKE,
    NOTHING,
    Data,
    Label,
    Phrase,
    Phrases,
    PrintedNumber,
    States,
)

__all__ = ["PrintedNumber", "Sentence", "narrate"]

# Findings that are named one by one; of further ones it is said how many there are.
NAMED = 4
# Decimals that a sentence may take so that its numbers add up, and those that all of them may take.
MOST_DECIMALS, MOST_DECIMALS_OF_ALL = 4, 3
# Percentage points that are rounding.
NO_POINTS = 1e-9
# Bits below which there is nothing to speak of.
NO_BITS, FEW_BITS = 0.005, 0.0005


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, with all numbers in it."""

    text: str
    numbers: tuple[PrintedNumber, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON."""
        return {"text": self.text, "numbers": [asdict(each) for each in self.numbers]}


def narrate(data: Data, label: Label, states: States, lang: str = "en") -> tuple[Sentence, ...]:
    """Tell an explanation.

    Args:
        data: the explanation as it is written for JSON, see `Explanation.to_dict`.
        label: the label of a node, or of a node and one of its states.
        states: all states of a node.
        lang: "en" or "zh-Hant".

    Raises:
        RenderError: there are no words in this language.
    """
    if lang not in WORDS:
        near = did_you_mean(lang, WORDS) if isinstance(lang, str) else ""
        raise RenderError(f"there are no words in {lang!r}.{near} Known: {', '.join(WORDS)}")
    told = _Telling(data, label, states, lang).sentences()
    return tuple(Sentence(each.text, each.numbers) for each in told)


class _Telling(Phrases):
    """The sentences, in their order."""

    def sentences(self) -> Iterator[Phrase]:
        shares = self.data["shares"]
        ranked = sorted(range(len(shares)), key=lambda at: -abs(shares[at]["shapley_pp"]))
        yield self._answer()
        if len(ranked) > 1 and abs(shares[ranked[0]]["shapley_pp"]) >= NO_POINTS:
            yield self._shares(ranked)
        yield from self._main(ranked)
        yield from self._silent()
        yield from self._evidence()
        yield self._likely()
        if self.data["next"] is not None:
            yield self._next()
        yield self._basis()
        yield self.say("closing")

    @cached_property
    def _decimals(self) -> tuple[int | None, bool]:
        """With how many decimals before, change and after add up; and whether named shares do as well."""
        outcome, shares = self.data["outcome"], self.data["shares"]
        change = outcome["change_pp"]
        answer = ([100 * outcome["before"], change], 100 * outcome["after"])
        if 1 < len(shares) <= NAMED:
            named = ([share["shapley_pp"] for share in shares], change)
            both = decimals_that_agree(answer, named, most=MOST_DECIMALS_OF_ALL)
            if both is not None:
                return both, True
        return decimals_that_agree(answer, most=MOST_DECIMALS), False

    def _answer(self) -> Phrase:
        findings, outcome = self.data["findings"], self.data["outcome"]
        listed = self.listed([self.named(each) for each in findings[:NAMED]], "and also")
        if len(findings) > NAMED:
            count = self.number("count", "method", "findings")
            listed = self.listed([self.named(each) for each in findings[:NAMED]])
            listed = self.say("among many", count=count, listed=listed)
        change, (decimals, _) = outcome["change_pp"], self._decimals
        if decimals is None:
            key, decimals = "up" if change > 0 else "down", 1
        elif round(change, decimals) == 0:
            key = "same" if abs(change) < NO_POINTS else "nearly"
        else:
            key = "more" if change > 0 else "less"
        return self.say(
            key,
            findings=listed,
            outcome=self.outcome(),
            states=self.these_states(outcome["node"], outcome["states"]),
            after=self.number("probability", "outcome", "after", decimals=decimals),
            change=self.number("size", "outcome", "change_pp", decimals=decimals),
            before=self.number("probability", "outcome", "before", decimals=decimals),
        )

    def _shares(self, ranked: Sequence[int]) -> Phrase:
        decimals, whole = self._decimals
        told = [
            self.say(
                "share",
                finding=self.the_finding(at),
                points=self.number("points", "shares", at, "shapley_pp", decimals=decimals or 1),
            )
            for at in ranked[:NAMED]
        ]
        key = "shares" if len(ranked) <= NAMED else "largest"
        orders = NOTHING
        if self.data["method"]["orders_drawn"] is not None:
            key, orders = "drawn", self.number("count", "method", "orders_drawn")
        return self.say(
            key,
            count=self.number("count", "method", "findings"),
            listed=self.listed(told),
            orders=orders,
            rounded=NOTHING if whole else self.say("rounded"),
        )

    def _main(self, ranked: Sequence[int]) -> Iterator[Phrase]:
        """Of the finding with the largest share: what would be without it, and how it acts."""
        at = ranked[0]
        share = self.data["shares"][at]
        finding = self.the_finding(at)
        if len(ranked) > 1:
            if share["probability_without"] is None:
                yield self.say("needed", finding=finding)
            else:
                keys = ("shares", at, "probability_without")
                without = self.number("probability", *keys, decimals=self._decimals[0] or 1)
                yield self.say("without", finding=finding, without=without)
        if not share["paths"]:
            return
        path = share["paths"][0]
        kind = path["kind"]
        if kind == "open" and not any(path["forwards"]):
            kind = "back"
        if all(abs(share[each] or 0.0) < NO_POINTS for each in ("shapley_pp", "left_out_pp")):
            kind = kind if kind == "itself" else "idle"
        between = [self.node(node) for node in path["nodes"][1:-1]]
        yield self.say(
            kind if between or kind == "itself" else f"{kind} next",
            finding=finding,
            outcome=self.outcome(),
            nodes=self.listed(between),
            further=self._further(at),
        )

    def _further(self, at: int) -> Phrase:
        """How many paths there are where one is told, and whether it is shorter than all others."""
        share = self.data["shares"][at]
        if share["paths_listed"] < 2:
            return NOTHING
        first, second = (len(path["nodes"]) for path in share["paths"][:2])
        key = "further many" if share["more_paths"] else "further"
        count = self.number("count", "shares", at, "paths_listed")
        return self.say(f"{key} tied" if first == second else key, count=count)

    def _silent(self) -> Iterator[Phrase]:
        """Which findings add nothing to the others; one without which there is no answer is not silent."""
        shares = self.data["shares"]
        silent = [at for at, each in enumerate(shares) if each["closed"] and _is_free(each)]
        if not silent:
            return
        key = "silent few" if len(silent) <= NAMED else "silent many"
        if len(silent) == 1:
            key = "silent" if len(shares) > 1 else "silent alone"
        reasons = dict.fromkeys(shares[at]["closed"] for at in silent)
        yield self.say(
            key,
            findings=self.listed([self.the_finding(at) for at in silent[:NAMED]]),
            count=self.number("count", "method", "silent_findings"),
            reasons=self.listed([self.say(each) for each in reasons], "or"),
        )

    def _evidence(self) -> Iterator[Phrase]:
        """How probable what was seen is, and whether it fits together; nothing where it says nothing."""
        seen = [each for each in self.data["findings"] if each["kind"] not in ("do", "belief")]
        if all(self.variant(each) == "none" for each in seen):
            return
        conflict = self.data["conflict"]
        signs = any(each["kind"] == "likelihood" for each in seen)
        parts = {
            "evidence": self.number("chance", "evidence_probability"),
            "scale": self.say("scale") if signs else NOTHING,
        }
        key, bits = "evidence", conflict["bits"]
        if len(conflict["evidence"]) > 1:
            parts["bits"] = self.number("bits", "conflict", "bits")
            key = "conflict" if bits > 0 else "fits"
            if abs(bits) < NO_BITS:
                key = "neutral"
        worst = conflict["worst_pair"]
        if key == "conflict" and len(conflict["evidence"]) > 2 and worst and worst["bits"] > 0:
            key = "conflict pair"
            parts["worst"] = self.number("bits", "conflict", "worst_pair", "bits")
            pair = [self.named(each, "the ") for piece in worst["evidence"] for each in piece]
            parts["pair"] = self.listed(pair)
        yield self.say(key, **parts)

    def _likely(self) -> Phrase:
        outcome = self.data["outcome"]
        most = outcome["most_probable"]["probability"]
        tied = [
            state
            for state, each in outcome["posterior"].items()
            if math.isclose(each, most, rel_tol=ALIKE)
        ]
        return self.say(
            "likely" if len(tied) == 1 else "likely several",
            outcome=self.outcome(),
            state=self.these_states(outcome["node"], tied, "and"),
            probability=self.number("probability", "outcome", "most_probable", "probability"),
        )

    def _next(self) -> Phrase:
        few = self.data["next"]["information_bits"] < FEW_BITS
        return self.say(
            "next small" if few else "next",
            node=self.node(self.data["next"]["node"]),
            bits=self.number("bits", "next", "information_bits"),
            change=self.number("size", "next", "expected_change_pp"),
        )

    def _basis(self) -> Phrase:
        basis = self.data["basis"]
        if basis is None:
            return self.say("unknown")
        tables, counted = basis["tables"], basis["counted"]
        kinds = {"elicited": basis["elicited"], "defined": basis["by_definition"]}
        held = [kind for kind, count in kinds.items() if count]
        few = {1: "one ", 2: "two "}.get(tables, "")
        key = "all counted" if counted == tables else "counted" if counted else "uncounted"
        if key == "counted" and counted == 1:
            key = "one counted"
        return self.say(
            few + key,
            tables=self.number("count", "basis", "tables"),
            counted=self.number("count", "basis", "counted"),
            kinds=self.say(" or ".join(held)) if held else NOTHING,
            kind=self.say(f"single {held[0]}") if held else NOTHING,
        )


def _is_free(share: Data) -> bool:
    """Whether the other findings are possible without this one."""
    return share["probability_without"] is not None
