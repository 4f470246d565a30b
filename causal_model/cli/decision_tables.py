"""A decision as tables for people; see `decision_rows` for programs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from causal_model.cli.decision_rows import less_than_best
from causal_model.cli.output import Cell, Column, Table
from causal_model.cli.wording import evidence_in_words, labelled, of_findings
from causal_model.glossary import listed, sentences, term
from causal_model.model import Model
from causal_model.questions.decisions.result import Case, Decided, Policy

__all__ = ["Wording", "tables_of"]

WORDS = {
    "en": {
        "known": "when",
        "probability": "probability",
        "option": "option",
        "utility": "expected utility",
        "less": "less than best",
        "choice": "choice",
        "best": "best",
        "equal": "as good",
        "node": "known before",
        "value": "worth",
        "then": "best option then",
        "together": "all of these together",
        "title": "{}: expected utility of each option{}",
        "worth title": "What it is worth to know more before: {}{}",
        "told": "{} The best policies do not lead there: this is what the options would be worth if that"
        " had been decided all the same.",
        "any": "{} The best policies do not lead there: earlier decisions that do not stand there take"
        " every option alike, by which no option gains on another.",
        "impossible": "Left out, as they cannot be: {} cases.",
        "one impossible": "Left out, as it cannot be: 1 case.",
        "policy": "Expected utility of the best policy = {}{}.",
        "settled": "Expected utility = {}{}.",
        "gained": "That is {1}{2} more than without knowing {0}.",
        "idle": "Knowing {0} gains nothing.",
        "anyway": "Known anyway: {}.",
        "basis": "Utilities: {}.",
        "elicited": "{} ({})",
        "worthless": "Worth nothing: {}.",
        "all worthless": "Worth nothing to be known before {}: {}.",
        "following": "Not to be known before {}, as it may depend on what is decided: {}.",
        "unweighed": "All together: too many cases.",
        "evidence": "{} = {:.4g}.",
    },
    "zh-Hant": {
        "known": "當",
        "probability": "機率",
        "option": "選項",
        "utility": "期望效用",
        "less": "與最佳之差",
        "choice": "選擇",
        "best": "最佳",
        "equal": "同樣好",
        "node": "事先得知",
        "value": "價值",
        "then": "屆時最佳選項",
        "together": "以上全部",
        "title": "{}:各選項的期望效用{}",
        "worth title": "決定「{}」之前多得知資訊的價值{}",
        "told": "{} 最佳策略不會走到這一步;所列為假使仍如此決定時各選項的價值。",
        "any": "{} 最佳策略不會走到這一步;未列出的先前決定以各選項機率相等計,各選項的高下不因此改變。",
        "impossible": "不可能出現的 {} 種情況從略。",
        "one impossible": "不可能出現的 1 種情況從略。",
        "policy": "最佳策略的期望效用 = {}{}。",
        "settled": "期望效用 = {}{}。",
        "gained": "比不知道{0}時高 {1}{2}。",
        "idle": "得知{0}並無增益。",
        "anyway": "本來就已知:{}。",
        "basis": "效用:{}。",
        "elicited": "{}({})",
        "worthless": "沒有價值:{}。",
        "all worthless": "在「{}」之前得知並無價值:{}。",
        "following": "在「{}」之前無法得知(可能取決於決定本身):{}。",
        "unweighed": "全部一起:情況過多。",
        "evidence": "{} = {:.4g}。",
    },
}
# Marks of cases to which the best policies do not lead, by what is taken for decided there.
MARKS = {"told": "*", "any": "**"}


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said about an answer.

    Attributes:
        model: for labels.
        found: the answer.
        lang: of the words.
        asked: what should be known, as it was asked for.
    """

    model: Model
    found: Decided
    lang: str
    asked: Sequence[str] = ()

    @property
    def words(self) -> dict[str, str]:
        """The words of the language."""
        return WORDS[self.lang]

    def label(self, node: str, state: str | None = None) -> str:
        """The label of a node or of a state."""
        return labelled(self.model, node, state, self.lang)

    def listed(self, nodes: Sequence[str]) -> str:
        """The labels of nodes, one after the other."""
        return listed((self.label(node) for node in nodes), self.lang)

    def in_unit(self, form: str) -> str:
        """The unit of the utilities put into a form; empty where they have none."""
        utilities = self.model.graph.utilities.values() if self.model.graph else ()
        unit = next((each.unit.text(self.lang) for each in utilities if each.unit), "")
        return form.format(unit) if unit else ""

    @property
    def given(self) -> str:
        """What was given, and how probable it is where something was seen."""
        told = [of_findings(self.found.findings, self.lang)]
        if any(each.kind not in ("do", "belief") for each in self.found.findings):
            evidence = evidence_in_words(self.lang)
            told.append(self.words["evidence"].format(evidence, self.found.evidence_probability))
        return sentences(told, self.lang)

    @property
    def worth(self) -> str:
        """What the best policy is worth, what is gained by what was asked for, and what that rests on."""
        words, found = self.words, self.found
        unit = self.in_unit(" {}")
        policy = words["policy" if found.policies else "settled"]
        told = [policy.format(_text(found.expected_utility), unit)]
        if found.learned:
            gained = words["gained" if found.gained else "idle"]
            told.append(gained.format(self.listed(found.learned), _text(found.gained), unit))
        if anyway := [each for each in dict.fromkeys(self.asked) if each not in found.learned]:
            told.append(words["anyway"].format(self.listed(anyway)))
        basis = listed((self._basis(each) for each in found.utilities), self.lang)
        return sentences([*told, words["basis"].format(basis)], self.lang)

    def _basis(self, utility: str) -> str:
        """The name of a utility, and whether its numbers are elicited."""
        name = self.label(utility)
        assert self.model.graph is not None
        table = self.model.graph.utilities[utility].table
        cited = [*table.sources, *(each for row in table.rows for each in row.sources)]
        kinds = {self.model.graph.sources[each.source].kind for each in cited}
        if not kinds <= {"judgement"}:
            return name
        return self.words["elicited"].format(name, term("elicited", self.lang))

    @property
    def rest(self) -> str:
        """What is worth nothing to be known before the decision, and what cannot be known."""
        words, found = self.words, self.found
        if found.before is None:
            return ""
        before = self.label(found.before)
        told = []
        if worthless := [each.node for each in found.information if not each.value]:
            some = len(worthless) < len(found.information)
            names = (self.listed(worthless),) if some else (before, self.listed(worthless))
            told.append(words["worthless" if some else "all worthless"].format(*names))
        if found.following:
            told.append(words["following"].format(before, self.listed(found.following)))
        if found.everything is None and found.information:
            told.append(words["unweighed"])
        return sentences(told, self.lang)


def tables_of(wording: Wording, *, plain: bool) -> list[Table]:
    """A table for every open decision, and one of what it is worth to know more where that is anything.

    Args:
        wording: the answer with its words.
        plain: name a case in the first of its rows only.
    """
    found, words = wording.found, wording.words
    tables = [_policy_table(wording, each, plain=plain) for each in found.policies]
    if not tables:
        column = Column("expected_utility", words["utility"], "number")
        tables = [Table([column], [[found.expected_utility]])]
    said = [tables[-1].caption, sentences([wording.given, wording.worth], wording.lang)]
    further = [_worth_table(wording)] if any(each.value for each in found.information) else []
    if not further:
        said.append(wording.rest)
    tables[-1] = replace(tables[-1], caption="\n".join(filter(None, said)))
    return tables + further


def _policy_table(wording: Wording, policy: Policy, *, plain: bool) -> Table:
    """A row per option, for each case of what is known and matters."""
    words = wording.words
    columns = [
        Column("given", words["known"]),
        Column("probability", words["probability"], "probability"),
        Column("option", words["option"]),
        Column("expected_utility", words["utility"], "number"),
        Column("less_than_best", words["less"], "number"),
        Column("choice", words["choice"]),
    ]
    rows: list[list[Cell]] = []
    breaks = set()
    for case in filter(lambda each: each.is_possible, policy.cases):
        for at, (option, expected) in enumerate(case.expected_utility.items()):
            repeated = at > 0 and plain
            rows.append(
                [
                    "" if repeated else _when(wording, case),
                    "" if repeated else case.probability,
                    wording.label(policy.node, option),
                    _rounded(expected),
                    _rounded(less_than_best(case, option)),
                    ""
                    if option not in case.tied
                    else words["best" if option == case.best else "equal"],
                ]
            )
        breaks.add(len(rows))
    if not policy.matters:
        columns, rows = columns[2:], [row[2:] for row in rows]
    title = words["title"].format(wording.label(policy.node), wording.in_unit(" ({})"))
    caption = "\n".join(_notes(wording, policy))
    return Table(columns, rows, title=title, caption=caption, break_before=frozenset(breaks))


def _when(wording: Wording, case: Case) -> str:
    told = [
        f"{wording.label(node)}: {wording.label(node, state)}" for node, state in case.given.items()
    ]
    return f"{listed(told, wording.lang)} {MARKS.get(case.earlier or '', '')}".rstrip()


def _notes(wording: Wording, policy: Policy) -> list[str]:
    """What the marks of cases mean, and how many cases are left out."""
    words = wording.words
    told = {case.earlier for case in policy.cases}
    notes = [words[each].format(mark) for each, mark in MARKS.items() if each in told]
    left_out = sum(not case.is_possible for case in policy.cases)
    if left_out:
        notes.append(words["impossible" if left_out > 1 else "one impossible"].format(left_out))
    return notes


def _worth_table(wording: Wording) -> Table:
    """A row per node that is worth something to be known."""
    found, words = wording.found, wording.words
    assert found.before is not None
    rows: list[list[Cell]] = []
    for each in found.information:
        if each.value > 0:
            told = [
                f"{wording.label(each.node, state)}: {wording.label(found.before, option)}"
                for state, option in (each.then or {}).items()
            ]
            then = listed(told, wording.lang) or None
            rows.append([wording.label(each.node), _rounded(each.value), then])
    breaks: frozenset[int] = frozenset()
    if found.everything is not None:
        breaks = frozenset({len(rows)})
        rows.append([words["together"], _rounded(found.everything), None])
    columns = [
        Column("known_before", words["node"]),
        Column("worth", words["value"], "number"),
        Column("best_option_then", words["then"]),
    ]
    title = words["worth title"].format(wording.label(found.before), wording.in_unit(" ({})"))
    return Table(columns, rows, title=title, caption=wording.rest, break_before=breaks)


def _rounded(number: float | None) -> float | None:
    """To the digits that are read."""
    return None if number is None else float(f"{number:.4g}")


def _text(number: float) -> str:
    return f"{_rounded(number):.6g}"
