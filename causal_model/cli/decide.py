"""`causal-model decide`: which option is best, and what it is worth to know more first."""

from collections.abc import Sequence
from dataclasses import replace

import click

from causal_model import charts
from causal_model.cli.charting import draw
from causal_model.cli.options import (
    CONTEXT,
    Said,
    Shown,
    answer_options,
    findings_options,
    graph_option,
)
from causal_model.cli.output import Cell, Column, Table, emit, note
from causal_model.cli.told import told_findings
from causal_model.cli.wording import closing, evidence_in_words, labelled, of_findings
from causal_model.model import Model, load
from causal_model.questions.decisions.decide import decide as ask
from causal_model.questions.decisions.result import Case, Decided, Policy

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
        "policy": "Expected utility of the best policy = {}{}.",
        "settled": "Expected utility = {}{}.",
        "gained": " To know {} is worth {} of it.",
        "basis": " Utilities: {}.",
        "elicited": "{} (elicited)",
        "worthless": "Worth nothing: {}.",
        "following": " Not to be known before, as it may depend on what is decided: {}.",
        "unweighed": " All together: too many cases.",
        "and": ", ",
        "evidence": " {} = {:.4g}.",
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
        "policy": "最佳策略的期望效用 = {}{}。",
        "settled": "期望效用 = {}{}。",
        "gained": "其中得知 {} 值 {}。",
        "basis": "效用:{}。",
        "elicited": "{}(主觀估計)",
        "worthless": "沒有價值:{}。",
        "following": "無法事先得知(可能取決於決定本身):{}。",
        "unweighed": "全部一起:情況過多。",
        "and": "、",
        "evidence": "{} = {:.4g}。",
    },
}


@click.command(context_settings=CONTEXT)
@graph_option
@click.option(
    "--know",
    multiple=True,
    metavar="NODE",
    help="What is best if NODE is known when it is decided, and what that gains; repeatable.",
)
@click.option(
    "--before",
    metavar="DECISION",
    help="Of several decisions the one before which more may be known; default the first.",
)
@findings_options
@answer_options
def decide(
    graph: str,
    know: tuple[str, ...],
    before: str | None,
    said: Said,
    shown: Shown,
) -> None:
    """Which option is best by expected utility, and what it is worth to know more first.

    \b
    Examples:
      causal-model decide -g hedge --given china_policy=hard_mandate
      causal-model decide -g hedge --know etf_flow --json

    For graphs with decisions (kind: decision) and utilities (kind: utility). Findings are known before all
    decisions; --do takes a decision. Several decisions are solved together: what was known and decided
    earlier is known later. Of options that are equally good the first is chosen. What a node is worth is
    what the best policy gains if it is known: perfect information on what the utility depends on, partial
    information on an indicator.
    """
    model = replace(load(graph), max_memory=shown.max_memory)
    told = told_findings(model, said)
    found = ask(model, know=know, before=before, findings=told)
    tables = [] if shown.format_ == "json" else _tables(model, found, shown.lang, shown.format_)
    emit(
        tables,
        found.to_dict() if shown.format_ == "json" else None,
        shown.format_,
        no_color=shown.no_color,
    )
    lines = ([_caption(model, found, shown.lang)], [_rest(model, found, shown.lang)])
    draw(
        shown.output, lambda: charts.of_decided(model, found, shown.lang, *lines), quiet=shown.quiet
    )
    note(closing(shown.lang), quiet=shown.quiet)


def _tables(model: Model, found: Decided, lang: str, kind: str) -> list[Table]:
    tables = [_policy_table(model, found, each, lang, kind) for each in found.policies]
    if not tables:
        words = WORDS[lang]
        tables = [
            Table(
                [Column("expected_utility", words["utility"], "number")], [[found.expected_utility]]
            )
        ]
    tables[-1] = replace(tables[-1], caption=_caption(model, found, lang))
    if found.information or found.following:
        tables.append(_worth_table(model, found, lang, kind))
    return tables


def _policy_table(model: Model, found: Decided, policy: Policy, lang: str, kind: str) -> Table:
    """A row per option, for each case of what is known and matters."""
    words = WORDS[lang]
    plain = kind == "csv"
    name = policy.node if plain else labelled(model, policy.node, None, lang)
    columns = [
        *([Column("decision", "decision")] if plain else []),
        Column("given", words["known"]),
        Column("probability", words["probability"], "probability"),
        Column("option", words["option"]),
        Column("expected_utility", words["utility"], "number"),
        Column("less_than_best", words["less"], "number"),
        Column("choice", words["choice"]),
    ]
    rows: list[list[Cell]] = []
    breaks = set()
    for case in policy.cases:
        for at, (option, expected) in enumerate(case.expected_utility.items()):
            repeated = at > 0 and kind == "table"
            rows.append(
                [
                    *([name] if plain else []),
                    "" if repeated else _when(model, case, lang, plain=plain),
                    "" if repeated else case.probability,
                    option if plain else labelled(model, policy.node, option, lang),
                    _rounded(expected, kind),
                    _rounded(_behind(case, option), kind),
                    _choice(case, option, words),
                ]
            )
        breaks.add(len(rows))
    if kind != "csv" and not policy.matters:
        columns, rows = columns[2:], [row[2:] for row in rows]
    title = words["title"].format(name, _unit(model, lang, " ({})"))
    return Table(columns, rows, title=title, break_before=frozenset(breaks))


def _when(model: Model, case: Case, lang: str, *, plain: bool) -> str:
    if plain:
        return ", ".join(f"{node}={state}" for node, state in case.given.items())
    told = [
        f"{labelled(model, node, None, lang)}: {labelled(model, node, state, lang)}"
        for node, state in case.given.items()
    ]
    return WORDS[lang]["and"].join(told)


def _behind(case: Case, option: str) -> float | None:
    expected, best = case.expected_utility[option], case.expected_utility[case.best]
    if expected is None or best is None:
        return None
    return 0.0 if option in case.tied else best - expected


def _choice(case: Case, option: str, words: dict[str, str]) -> str:
    if case.expected_utility[option] is None:
        return ""
    return words["best"] if option == case.best else words["equal"] if option in case.tied else ""


def _worth_table(model: Model, found: Decided, lang: str, kind: str) -> Table:
    """A row per node that is worth something; all of them in CSV."""
    words = WORDS[lang]
    assert found.before is not None
    rows: list[list[Cell]] = []
    for each in found.information:
        if each.value > 0 or kind == "csv":
            then = each.then or {}
            told = [
                f"{state}={option}"
                if kind == "csv"
                else f"{labelled(model, each.node, state, lang)}: "
                + labelled(model, found.before, option, lang)
                for state, option in then.items()
            ]
            node = each.node if kind == "csv" else labelled(model, each.node, None, lang)
            rows.append([node, _rounded(each.value, kind), words["and"].join(told) or None])
    breaks: frozenset[int] = frozenset()
    if found.everything is not None and kind != "csv" and rows:
        breaks = frozenset({len(rows)})
        rows.append([words["together"], _rounded(found.everything, kind), None])
    columns = [
        Column("known_before", words["node"]),
        Column("worth", words["value"], "number"),
        Column("best_option_then", words["then"]),
    ]
    before = labelled(model, found.before, None, lang)
    title = words["worth title"].format(before, _unit(model, lang, " ({})"))
    return Table(columns, rows, title=title, caption=_rest(model, found, lang), break_before=breaks)


def _rest(model: Model, found: Decided, lang: str) -> str:
    words = WORDS[lang]

    def listed(nodes: Sequence[str]) -> str:
        return words["and"].join(labelled(model, node, None, lang) for node in nodes)

    worthless = [each.node for each in found.information if each.value == 0]
    told = words["worthless"].format(listed(worthless)) if worthless else ""
    if found.following:
        told += words["following"].format(listed(found.following))
    if found.everything is None and found.information:
        told += words["unweighed"]
    return told.strip()


def _caption(model: Model, found: Decided, lang: str) -> str:
    """What was given, what the best policy is worth, and what that rests on."""
    words = WORDS[lang]
    told = of_findings(found.findings, lang)
    if any(each.kind not in ("do", "belief") for each in found.findings):
        told += words["evidence"].format(evidence_in_words(lang), found.evidence_probability)
    unit = _unit(model, lang, " {}")
    said = words["policy" if found.policies else "settled"]
    told += " " + said.format(f"{found.expected_utility:.4g}", unit)
    if found.learned:
        names = words["and"].join(labelled(model, each, None, lang) for each in found.learned)
        told += words["gained"].format(names, f"{found.gained:.4g}")
    basis = words["and"].join(_basis(model, each, lang) for each in found.utilities)
    return told + words["basis"].format(basis)


def _basis(model: Model, utility: str, lang: str) -> str:
    """The name of a utility, and whether its numbers are elicited."""
    name = labelled(model, utility, None, lang)
    assert model.graph is not None
    table = model.graph.utilities[utility].table
    cited = [*table.sources, *(each for row in table.rows for each in row.sources)]
    kinds = {model.graph.sources[each.source].kind for each in cited}
    return WORDS[lang]["elicited"].format(name) if kinds <= {"judgement"} else name


def _unit(model: Model, lang: str, form: str) -> str:
    utilities = model.graph.utilities.values() if model.graph else ()
    unit = next((each.unit.text(lang) for each in utilities if each.unit), "")
    return form.format(unit) if unit else ""


def _rounded(number: float | None, kind: str) -> float | None:
    """To the digits that are read; all of them in CSV."""
    return number if number is None or kind == "csv" else float(f"{number:.4g}")
