"""`causal-model counterfactual`: what would have been, given what was."""

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
from causal_model.cli.wording import closing, evidence_in_words, headed, labelled, of_findings
from causal_model.glossary import listed, sentences, term
from causal_model.in_words import joined, named
from causal_model.model import Model, load
from causal_model.questions.counterfactuals.answer import (
    Causation,
    Counterfactual,
    CounterfactualNode,
    Interval,
)
from causal_model.questions.counterfactuals.ask import counterfactual as ask

WORDS = {
    "en": {
        "factual": "as it is",
        "counterfactual": "would have been",
        "lower": "at least",
        "upper": "at most",
        "asked": "Had {}.",
        "moves": "P({0}) is {1:.1f} %, and would have been {2:.1f} % ({3:+.1f} pp).",
        "together": "{0} together",
        "rests": "Of a node in both worlds one quantile is taken to decide both its versions (the ordinal"
        " response), which the tables do not say: {}.",
        "settled": "No response is left open by the tables: this is what they say.",
        "arbitrary": "An arbitrary choice for {}, whose states have no order: --bounds says what holds"
        " whatever the response.",
        "sharp": "At least and at most: sharp bounds over all responses; each is attained by some.",
        "outer": "At least and at most: outer bounds over all responses; they hold, but may be wider than"
        " need be, as too many responses are open to find the sharp ones.",
        "mixed": "At least and at most: bounds over all responses; sharp where marked, otherwise outer:"
        " they hold, but may be wider than need be.",
        "cause": "Was {0} = {1}, rather than {2}, the cause of {3} = {4}?",
        "question": "question",
        "probability": "probability",
        "bounds": "bounds",
        "is sharp": "sharp",
        "is outer": "outer",
        "necessity": "necessary: both are so; without the cause the effect would not be",
        "sufficiency": "sufficient: neither is so; with the cause the effect would be",
        "both": "both: the effect with the cause, and not without it",
        "none": "No answer (-): the condition cannot be, or findings speak of what comes after the cause.",
    },
    "zh-Hant": {
        "factual": "實際",
        "counterfactual": "本來會是",
        "lower": "至少",
        "upper": "至多",
        "asked": "假如 {}。",
        "moves": "P({0}) 實際為 {1:.1f} %,本來會是 {2:.1f} %({3:+.1f} pp)。",
        "together": "{0},合計",
        "rests": "對兩個世界各有一版的節點,假設同一分位數決定兩版(序數反應),機率表並未說明:{}。",
        "settled": "機率表已決定所有反應:此即其所述。",
        "arbitrary": "對 {} 而言此為任意選擇,因其狀態無順序:--bounds 給出不論反應為何皆成立的範圍。",
        "sharp": "至少與至多:對所有反應的最緊界限,每一個皆可達到。",
        "outer": "至少與至多:對所有反應的外界限;必然成立,但可能過寬,因未定的反應過多。",
        "mixed": "至少與至多:對所有反應的界限;標示最緊者可達到,其餘為外界限,必然成立但可能過寬。",
        "cause": "{0} = {1}(而非{2})是否為 {3} = {4} 的原因?",
        "question": "問題",
        "probability": "機率",
        "bounds": "界限",
        "is sharp": "最緊",
        "is outer": "外",
        "necessity": "必要:因果皆有;若無此因則無此果",
        "sufficiency": "充分:因果皆無;若有此因則有此果",
        "both": "兩者兼具:有因則有果,無因則無果",
        "none": "無答案(-):條件不可能成立,或證據涉及原因之後的節點。",
    },
}


@click.command(context_settings=CONTEXT)
@graph_option
@click.option("--target", multiple=True, metavar="NODE", help="Ask for this node; repeatable.")
@click.option(
    "--states",
    multiple=True,
    metavar="STATE",
    help="States of the target that are taken together; repeatable; default its low states.",
)
@click.option(
    "--bounds", is_flag=True, help="What holds whatever the responses, from the tables alone."
)
@findings_options
@answer_options
def counterfactual(
    graph: str,
    target: tuple[str, ...],
    states: tuple[str, ...],
    bounds: bool,
    said: Said,
    shown: Shown,
) -> None:
    """What would have been: given what was seen, had something been different.

    \b
    Examples:
      causal-model counterfactual --given btc_return=down --given etf_flow=outflow --do etf_flow=inflow
      causal-model counterfactual --scenario hard_mandate --do china_policy=brief_pause --bounds

    What was seen (--given, --likelihood) is known of the world as it is; what --do sets is set in
    another world that shares all its chance. Tables do not say how one and the same case would go over
    from one row to another. One quantile is taken to decide both (the ordinal response); --bounds gives
    what holds whatever the response.
    """
    model = replace(load(graph), max_memory=shown.max_memory)
    told = told_findings(model, said)
    if not any(each.kind == "do" for each in told):
        raise click.UsageError("say with --do NODE=STATE what would have been different")
    found = ask(model, target or None, states=states or None, bounds=bounds, findings=told)
    if shown.format_ == "csv":
        tables = [_one_table(found)]
    else:
        tables = _tables(model, found, shown.lang, plain=shown.format_ == "table")
    emit(tables, found.to_dict(), shown.format_, no_color=shown.no_color)
    resting = _said(model, found, shown.lang)[1:]
    draw(
        shown.output,
        lambda: charts.of_counterfactual(model, found, shown.lang, resting),
        quiet=shown.quiet,
    )
    note(closing(shown.lang), quiet=shown.quiet)


def _tables(model: Model, found: Counterfactual, lang: str, *, plain: bool) -> list[Table]:
    """For every target what is beside what would have been, and what caused it; then what it rests on."""
    words = WORDS[lang]
    tables = []
    for node, answer in found.items():
        tables.append(_beside(model, answer, lang, bars=plain))
        event = joined(model, node, answer.event, lang)
        if answer.event:
            before, after = 100 * answer.event_factual, 100 * answer.event_counterfactual
            moves = words["moves"].format(event, before, after, round(after - before, 1) + 0.0)
            tables[-1] = replace(tables[-1], caption=moves)
        if answer.causation:
            tables.append(_caused(model, answer.causation, node, event, lang))
    last = tables[-1]
    said = "\n".join(_said(model, found, lang))
    return [*tables[:-1], replace(last, caption=f"{last.caption}\n{said}".strip())]


def _beside(model: Model, answer: CounterfactualNode, lang: str, *, bars: bool) -> Table:
    """A row per state, and one for the states that are taken together."""
    words, node = WORDS[lang], answer.node
    columns = headed((Column("state", "state"),), lang)
    columns += [
        Column("factual", words["factual"], "probability"),
        Column("counterfactual", words["counterfactual"], "probability"),
        *headed((Column("change_pp", "change", "points"),), lang),
    ]
    bounded = answer.event_bounds is not None or bool(answer.bounds)
    if bounded:
        columns += [
            Column("lower", words["lower"], "probability"),
            Column("upper", words["upper"], "probability"),
        ]
    columns.append(Column("bar", "", "bar"))
    rows: list[list[Cell]] = []
    for state, p in answer.counterfactual.items():
        ends = _ends(answer.bounds.get(state)) if bounded else []
        change = answer.change_pp[state]
        name = labelled(model, node, state, lang)
        rows.append([name, answer.factual[state], p, change, *ends, p])
    count = len(rows)
    if len(answer.event) > 1:
        name = words["together"].format(joined(model, node, answer.event, lang))
        before, after = answer.event_factual, answer.event_counterfactual
        ends = _ends(answer.event_bounds) if bounded else []
        rows.append([name, before, after, 100 * (after - before), *ends, after])
    return Table(
        columns, rows, title=labelled(model, node, None, lang), break_before=frozenset({count})
    )


def _caused(model: Model, cause: Causation, effect: str, event: str, lang: str) -> Table:
    """Whether the cause was necessary, sufficient, or both."""
    words = WORDS[lang]
    present, absent = (
        labelled(model, cause.node, state, lang) for state in (cause.present, cause.absent)
    )
    names = [labelled(model, node, None, lang) for node in (cause.node, effect)]
    title = words["cause"].format(names[0], present, absent, names[1], event)
    columns = [
        Column("question", words["question"]),
        Column("probability", words["probability"], "probability"),
    ]
    bounded = bool(cause.bounds)
    if bounded:
        columns += [
            Column("lower", words["lower"], "probability"),
            Column("upper", words["upper"], "probability"),
            Column("sharp", words["bounds"]),
        ]
    rows: list[list[Cell]] = []
    for name, value in _probabilities(cause):
        within = {str(key): each for key, each in cause.bounds.items()}.get(name)
        marks: list[Cell] = []
        if bounded:
            sharp = None if within is None else words["is sharp" if within.sharp else "is outer"]
            marks = [*_ends(within), sharp]
        rows.append([words[name], value, *marks])
    missing = any(value is None for _, value in _probabilities(cause))
    return Table(*(columns, rows, title), caption=words["none"] if missing else "")


def _said(model: Model, found: Counterfactual, lang: str) -> list[str]:
    """What was asked, what it rests on, and what the bounds are."""
    words = WORDS[lang]
    done = listed((f"{node}={state}" for node, state in found.do.items()), lang)
    asked = [of_findings(found.findings, lang), words["asked"].format(done)]
    if found.findings:
        told = f"{evidence_in_words(lang)} = {found.evidence_probability:.4g}"
        asked.append(told + term("full stop", lang))
    said = [sentences(asked, lang)]
    rests_on = dict.fromkeys(found.coupled)
    for answer in found.values():
        rests_on |= dict.fromkeys(answer.causation.coupled if answer.causation else ())
    names = named(model, rests_on, lang)
    said.append(words["rests"].format(names) if rests_on else words["settled"])
    if found.arbitrary:
        names = named(model, found.arbitrary, lang)
        said.append(words["arbitrary"].format(names))
    sharp = {each.sharp for each in _intervals(found)}
    if sharp:
        said.append(words["mixed" if len(sharp) > 1 else "sharp" if True in sharp else "outer"])
    return said


def _intervals(found: Counterfactual) -> list[Interval]:
    """All bounds of an answer."""
    listed: list[Interval] = []
    for answer in found.values():
        listed += answer.bounds.values()
        listed += [answer.event_bounds] if answer.event_bounds else []
        listed += answer.causation.bounds.values() if answer.causation else []
    return listed


def _one_table(found: Counterfactual) -> Table:
    """All numbers under the same columns, for programs."""
    columns = [
        *(Column("node", ""), Column("part", ""), Column("item", "")),
        *(Column("factual", ""), Column("counterfactual", ""), Column("change_pp", "")),
        *(Column("lower", ""), Column("upper", ""), Column("bounds", "")),
    ]
    rows: list[list[Cell]] = []
    for node, answer in found.items():
        for state, p in answer.counterfactual.items():
            numbers = (answer.factual[state], p, answer.change_pp[state])
            rows.append([node, "state", state, *numbers, *_marked(answer.bounds.get(state))])
        if answer.event:
            before, after = answer.event_factual, answer.event_counterfactual
            numbers = (before, after, 100 * (after - before))
            ends = _marked(answer.event_bounds)
            rows.append([node, "event", "|".join(answer.event), *numbers, *ends])
        for name, value in _probabilities(answer.causation) if answer.causation else ():
            assert answer.causation is not None
            within = {str(key): each for key, each in answer.causation.bounds.items()}.get(name)
            rows.append([node, "cause", name, None, value, None, *_marked(within)])
    return Table(columns, rows)


def _probabilities(cause: Causation) -> list[tuple[str, float | None]]:
    return [
        ("necessity", cause.necessity),
        ("sufficiency", cause.sufficiency),
        ("both", cause.both),
    ]


def _ends(within: Interval | None) -> list[Cell]:
    return [None, None] if within is None else [within.lower, within.upper]


def _marked(within: Interval | None) -> list[Cell]:
    return [*_ends(within), None if within is None else "sharp" if within.sharp else "outer"]
