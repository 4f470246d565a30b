"""`causal-model explain`: how much each finding moved the answer, along which arrows, and in words."""

from dataclasses import replace

import click

from causal_model import charts
from causal_model.cli.charting import draw
from causal_model.cli.options import (
    CONTEXT,
    About,
    Said,
    Shown,
    about_options,
    answer_options,
    findings_options,
    graph_option,
)
from causal_model.cli.output import Cell, Column, Table, emit, note, plain_text
from causal_model.cli.told import told_findings
from causal_model.cli.wording import closing, labelled
from causal_model.harmless import in_markdown
from causal_model.inference.findings import describe
from causal_model.model import Model, load
from causal_model.questions.reasons import ORDERS, Explanation
from causal_model.questions.reasons import explain as ask
from causal_model.spec.evidence import Finding

WORDS = {
    "en": {
        "finding": "finding",
        "shapley": "share",
        "error": "s.e.",
        "alone": "alone",
        "left out": "if left out",
        "without": "would be",
        "path": "path",
        "kind": "kind",
        "seen": "what was seen",
        "probability": "probability",
        "given others": "given the others",
        "title": "P({}): {:.1f} % with nothing given, {:.1f} % now",
        "or": " or ",
        "all": "all together",
        "exact": "The share is the Shapley value: the mean of what a finding adds, over all orders in which"
        " they can come in. Alone: what it adds to nothing. If left out: what is lost without it, the"
        " others given.",
        "drawn": "The share is the Shapley value: the mean of what a finding adds, over {:,} orders that"
        " were drawn. Alone: what it adds to nothing. If left out: what is lost without it, the others"
        " given.",
        "impossible": " Of the sets of findings that were asked {:,} are impossible (-); orders over them"
        " do not count.",
        "paths": "Paths to {}, the other findings being there",
        "likelihood": "sign of",
        "belief": "belief about",
        "directed": "along the arrows",
        "open": "by what it tells",
        "cut": "closed by it",
        "itself": "the outcome itself",
        "none": "no open path",
        "more": "and {} more",
        "many more": "and {} or more besides",
        "conflict": "Do they fit together? Conflict measure {:.3g} bits: {}.",
        "fits": "they support each other",
        "against": "they speak against each other",
        "worst": " Least of all fit {} and {} ({:.3g} bits).",
        "conflict title": "How surprising",
    },
    "zh-Hant": {
        "finding": "發現",
        "shapley": "份額",
        "error": "標準誤",
        "alone": "單獨",
        "left out": "略去則少",
        "without": "將會是",
        "path": "路徑",
        "kind": "類型",
        "seen": "所見證據",
        "probability": "機率",
        "given others": "給定其他",
        "title": "P({}):未給定任何證據時 {:.1f} %,現在 {:.1f} %",
        "or": "或",
        "all": "全部",
        "exact": "份額為夏普利值:一項發現在所有可能次序中所增加者的平均。單獨:僅有它時的變化。"
        "略去則少:其他發現不變而略去它時失去的變化。",
        "drawn": "份額為夏普利值:一項發現在抽取的 {:,} 種次序中所增加者的平均。單獨:僅有它時的變化。"
        "略去則少:其他發現不變而略去它時失去的變化。",
        "impossible": "所問的發現組合中有 {:,} 個不可能成立(-),經過它們的次序不計。",
        "paths": "給定其他發現時通往{}的路徑",
        "likelihood": "跡象",
        "belief": "判斷",
        "directed": "順箭頭",
        "open": "憑其訊息",
        "cut": "被其關閉",
        "itself": "即為結果",
        "none": "沒有通路",
        "more": "另有 {} 條",
        "many more": "另有 {} 條以上",
        "conflict": "彼此相符嗎?衝突度 {:.3g} 位元:{}。",
        "fits": "彼此支持",
        "against": "互相矛盾",
        "worst": "最不相符的是 {} 與 {}({:.3g} 位元)。",
        "conflict title": "有多意外",
    },
}
# Paths of one finding that a table shows; JSON has more.
SHOWN_PATHS = 3
SIGNS = {"observed": "{} = {}", "excluded": "{} ≠ {}", "do": "do {} = {}"}


@click.command(context_settings=CONTEXT)
@graph_option
@about_options("Explain this node; default the outcome.")
@findings_options
@click.option("--words", is_flag=True, help="Print the explanation in words only.")
@click.option(
    "--orders",
    type=click.IntRange(100, 1_000_000),
    default=ORDERS,
    show_default=True,
    help="How many orders are drawn where there are more than 12 findings.",
)
@click.option("--seed", type=click.IntRange(0), default=0, help="Of these orders.  [default: 0]")
@answer_options
def explain(
    graph: str,
    about: About,
    said: Said,
    words: bool,
    orders: int,
    seed: int,
    shown: Shown,
) -> None:
    """Why the answer is what it is: the share of every finding, its paths, and how surprising it all is.

    \b
    Examples:
      causal-model explain --given nasdaq_return=risk_off --given miner_equities=down --do etf_flow=flat
      causal-model explain --scenario hard_mandate --words --lang zh-Hant

    The shares sum to the whole change of the probability that the target is in one of its low states, or
    in one of --states. The conflict measure is log2 of the product of the probabilities of what was seen
    over their joint probability: above zero they are less probable together than apart. What somebody
    sets is no evidence and does not count in it.
    """
    if words and shown.format_ in ("json", "csv"):
        raise click.UsageError("--words prints text, so it goes with --format table or md only")
    model = replace(load(graph), max_memory=shown.max_memory)
    told = told_findings(model, said)
    if not told:
        raise click.UsageError(
            "there is nothing to explain: give findings by --given, --do, --likelihood, --belief,"
            " --evidence or --scenario"
        )
    found = ask(model, about.target, about.states, orders=orders, seed=seed, findings=told)
    if words:
        text = in_words(found, shown.lang)
        click.echo(in_markdown(text) if shown.format_ == "md" else plain_text(text))
    elif shown.format_ == "csv":
        emit([_as_rows(found)], None, shown.format_, no_color=shown.no_color)
    elif shown.format_ == "json":
        emit([], found.to_dict(shown.lang), shown.format_, no_color=shown.no_color)
    else:
        emit(
            _tables(model, found, shown.lang, plain=shown.format_ == "table"),
            None,
            shown.format_,
            no_color=shown.no_color,
        )
        if shown.format_ == "md":
            click.echo("\n" + in_markdown(in_words(found, shown.lang)))
    draw(shown.output, lambda: charts.of_explanation(model, found, shown.lang), quiet=shown.quiet)
    note(closing(shown.lang), quiet=shown.quiet)


def in_words(found: Explanation, lang: str) -> str:
    """The narrative as one paragraph."""
    return (" " if lang == "en" else "").join(each.text for each in found.narrative(lang))


def _tables(model: Model, found: Explanation, lang: str, *, plain: bool) -> list[Table]:
    """The tables, and on a terminal the narrative below the last of them."""
    tables = [_shares(model, found, lang), _paths(model, found, lang)]
    if len(found.conflict.alone) > 1:
        tables.append(_conflict(model, found, lang))
    if plain:
        caption = f"{tables[-1].caption}\n\n{in_words(found, lang)}"
        tables[-1] = replace(tables[-1], caption=caption.removeprefix("\n"))
    return tables


def _shares(model: Model, found: Explanation, lang: str) -> Table:
    words = WORDS[lang]
    drawn = found.orders is not None
    columns = [
        Column("finding", words["finding"]),
        Column("shapley_pp", words["shapley"], "points"),
        *([Column("standard_error", words["error"], "error")] if drawn else []),
        Column("alone_pp", words["alone"], "points"),
        Column("left_out_pp", words["left out"], "points"),
        Column("probability_without", words["without"], "probability"),
    ]
    rows: list[list[Cell]] = [
        [
            _finding(model, each.finding, lang),
            100 * each.share,
            *([each.error] if drawn else []),
            _points(each.alone),
            _points(each.left_out),
            each.without,
        ]
        for each in sorted(found.shares, key=lambda each: -abs(each.share))
    ]
    whole = 100 * (found.after - found.before)
    rows.append([words["all"], whole, *([None] if drawn else []), whole, whole, found.before])
    node = found.outcome.node
    states = words["or"].join(labelled(model, node, each, lang) for each in found.outcome.states)
    event = f"{labelled(model, node, None, lang)}: {states}"
    caption = words["exact"] if found.orders is None else words["drawn"].format(found.orders)
    if found.impossible:
        caption += words["impossible"].format(found.impossible)
    return Table(
        columns,
        rows,
        title=words["title"].format(event, 100 * found.before, 100 * found.after),
        caption=caption,
        break_before=frozenset([len(rows) - 1]),
    )


def _paths(model: Model, found: Explanation, lang: str) -> Table:
    words = WORDS[lang]
    rows: list[list[Cell]] = []
    breaks = set()
    for each in sorted(found.shares, key=lambda each: -abs(each.share)):
        head = _finding(model, each.finding, lang)
        for path in each.paths.paths[:SHOWN_PATHS]:
            told = labelled(model, path.nodes[0], None, lang)
            for name, along in zip(path.nodes[1:], path.forwards, strict=True):
                told += f" {'→' if along else '←'} {labelled(model, name, None, lang)}"
            rows.append([head, told, words[path.kind]])
            head = ""
        if not each.paths.paths:
            rows.append([head, words["none"], ""])
        if len(each.paths.paths) > SHOWN_PATHS:
            key = "many more" if each.paths.more else "more"
            left = len(each.paths.paths) - SHOWN_PATHS
            rows.append(["", words[key].format(left), ""])
        breaks.add(len(rows))
    columns = [
        Column("finding", words["finding"]),
        Column("path", words["path"]),
        Column("kind", words["kind"]),
    ]
    outcome = labelled(model, found.outcome.node, None, lang)
    return Table(columns, rows, words["paths"].format(outcome), break_before=frozenset(breaks))


def _conflict(model: Model, found: Explanation, lang: str) -> Table:
    words, conflict = WORDS[lang], found.conflict

    def piece(first: int) -> str:
        told = [_finding(model, found.findings[at], lang) for at in conflict.pieces[first]]
        return ", ".join(told)

    rows: list[list[Cell]] = [
        [piece(at), 2**alone, 2 ** conflict.given_others[at]]
        for at, alone in conflict.alone.items()
    ]
    columns = [
        Column("finding", words["seen"]),
        Column("probability_alone", words["probability"], "probability"),
        Column("probability_given_others", words["given others"], "probability"),
    ]
    told = words["conflict"].format(
        conflict.bits, words["against"] if conflict.bits > 0 else words["fits"]
    )
    worst = conflict.worst
    if worst is not None and len(conflict.alone) > 2:
        told += words["worst"].format(*map(piece, worst), conflict.pairs[worst])
    return Table(columns, rows, title=words["conflict title"], caption=told)


def _as_rows(found: Explanation) -> Table:
    """A row per finding, as it would be typed, with everything that is one number of it."""
    columns = [
        Column("finding", ""),
        Column("kind", ""),
        *(
            Column(name, "", "number")
            for name in (
                *("shapley_pp", "standard_error_pp", "alone_pp", "left_out_pp"),
                *("probability_without", "probability_alone", "probability_given_others"),
            )
        ),
        Column("shortest_path", ""),
        Column("path_kind", ""),
    ]
    rows: list[list[Cell]] = []
    for at, each in enumerate(found.shares):
        first = next(iter(each.paths.paths), None)
        counted = at in found.conflict.alone
        rows.append(
            [
                describe(each.finding),
                each.finding.kind,
                100 * each.share,
                _points(each.error),
                _points(each.alone),
                _points(each.left_out),
                each.without,
                2 ** found.conflict.alone[at] if counted else None,
                2 ** found.conflict.given_others[at] if counted else None,
                None if first is None else str(first),
                None if first is None else first.kind,
            ]
        )
    return Table(columns, rows)


def _finding(model: Model, finding: Finding, lang: str) -> str:
    """A finding with the labels of the graph; one with weights as it would be typed."""
    node = labelled(model, finding.node, None, lang)
    if finding.kind == "likelihood" or finding.kind == "belief":
        numbers = finding.weights if finding.kind == "likelihood" else finding.probabilities
        listed = ", ".join(
            f"{labelled(model, finding.node, state, lang)} {number:.3g}"
            for state, number in numbers.items()
        )
        return f"{WORDS[lang][finding.kind]} {node}: {listed}"
    return SIGNS[finding.kind].format(node, labelled(model, finding.node, finding.state, lang))


def _points(value: float | None) -> float | None:
    return None if value is None else 100 * value
