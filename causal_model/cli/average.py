"""`causal-model average`: several variants, weighed by how well they explain what was seen."""

import click

from causal_model.cli.options import (
    CONTEXT,
    Said,
    findings_options,
    format_option,
    general_options,
    lang_option,
)
from causal_model.cli.output import Cell, Column, Table, emit, note
from causal_model.cli.told import findings_about
from causal_model.cli.wording import closing, headed, labelled, of_findings
from causal_model.errors import QueryError
from causal_model.glossary import sentences
from causal_model.model import Model, load
from causal_model.spec.scalars import number_hint, number_of
from causal_model.variants.average import Average
from causal_model.variants.average import average as average_of

WORDS = {
    "en": {
        "average": "average",
        "lowest": "lowest",
        "highest": "highest",
        "deviation": "s.d. between variants",
        "given": "prior weight",
        "evidence": "log P(evidence)",
        "impossible": "impossible",
        "seen": "P(evidence) over all = {:.4g}.",
        "weighs": "Nothing was seen that could weigh the variants.",
    },
    "zh-Hant": {
        "average": "平均",
        "lowest": "最低",
        "highest": "最高",
        "deviation": "變體間標準差",
        "given": "先驗權重",
        "evidence": "log P(證據)",
        "impossible": "不可能",
        "seen": "整體 P(證據) = {:.4g}。",
        "weighs": "沒有可用來衡量變體的證據。",
    },
}


@click.command(context_settings=CONTEXT)
@click.argument("variants", nargs=-1, required=True, metavar="A B...")
@click.option(
    "--prior",
    multiple=True,
    metavar="NAME=P",
    help="Probability of variant NAME before anything is seen; the others share the rest.",
)
@click.option(
    "--target", multiple=True, metavar="NODE", help="Ask for NODE; default the outcome; repeatable."
)
@findings_options
@format_option
@lang_option
@general_options
def average(
    variants: tuple[str, ...],
    prior: tuple[str, ...],
    target: tuple[str, ...],
    said: Said,
    format_: str,
    lang: str,
    quiet: bool,
    no_color: bool,
) -> None:
    """Several variants weighed by what was seen, and the average of their answers.

    \b
    Examples:
      causal-model average article long_run gpu_only --given miner_equities=down
      causal-model average article long_run --prior article=0.6 --scenario hard_mandate

    A variant's weight is its prior weight times P(evidence | variant), so evidence must speak of nodes
    and states that all variants have; do and belief are in force and do not weigh. Scenarios are those
    beside the first variant. The spread between the variants is shown beside the average.
    """
    models = _by_name(variants)
    first = next(iter(models.values()))
    nodes: dict[str, dict[str, None]] = {}
    for model in models.values():
        for node in model.nodes:
            nodes.setdefault(node, {}).update(dict.fromkeys(model.states(node)))
    told = findings_about(
        {node: tuple(states) for node, states in nodes.items()},
        *(first.outcome, first.path, said),
    )
    found = average_of(models, target or None, prior=_priors(prior), findings=told)
    plain = format_ == "csv"
    tables = [_table(first, found, node, lang, plain=plain) for node in found]
    words = WORDS[lang]
    weighed = any(each.kind not in ("do", "belief") for each in found.findings)
    evidence = words["seen"].format(found.evidence_probability) if weighed else words["weighs"]
    last = tables[-1]
    tables[-1] = Table(
        *(last.columns, last.rows, last.title),
        sentences([of_findings(found.findings, lang), evidence], lang),
        break_before=last.break_before,
    )
    emit(tables, found.to_dict(), format_, no_color=no_color)
    note(closing(lang), quiet=quiet)


def _by_name(variants: tuple[str, ...]) -> dict[str, Model]:
    """Variants by id; by what was typed where two have the same id."""
    models = [load(each) for each in variants]
    ids = [each.id for each in models]
    names = ids if len(set(ids)) == len(ids) else list(variants)
    twice = next((each for each in names if names.count(each) > 1), None)
    if twice is not None:
        raise QueryError(f"variant {twice!r} is named twice")
    return dict(zip(names, models, strict=True))


def _priors(texts: tuple[str, ...]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in texts:
        name, equals, number = text.rpartition("=")
        weight = number_of(number.strip())
        if not equals or not name.strip() or weight is None:
            hint = number_hint(number.strip()) if equals else ""
            raise QueryError(
                f"--prior {text}: expected NAME=P, for example article=0.6"
                + (f"; {hint}" if hint else "")
            )
        if name.strip() in found:
            raise QueryError(f"--prior {text}: variant {name.strip()!r} is given twice")
        found[name.strip()] = weight
    return found


def _table(first: Model, found: Average, node: str, lang: str, *, plain: bool) -> Table:
    """A row per variant with its weights and its answer, then the average and the spread."""
    words = WORDS[lang]
    states = list(found[node])
    columns = headed((Column("variant", "variant"),), lang)
    columns += [
        Column("prior_weight", words["given"], "probability"),
        Column("log_evidence_probability", words["evidence"], "number"),
        *headed((Column("weight", "weight", "probability"),), lang),
    ]
    columns += [
        Column(state, state if plain else labelled(first, node, state, lang), "probability")
        for state in states
    ]
    rows: list[list[Cell]] = []
    for each in found.variants:
        answer = each.posterior
        rows.append(
            [
                each.name,
                each.prior_weight,
                words["impossible"] if answer is None and not plain else _finite(each),
                each.weight,
                *(None if answer is None else answer[node][state] for state in states),
            ]
        )
    count = len(rows)
    rows.append(
        [
            "average" if plain else words["average"],
            *(1.0, found.log_evidence_probability, 1.0),
            *found[node].values(),
        ]
    )
    for what, numbers in (("lowest", found.lowest), ("highest", found.highest)):
        rows.append([what if plain else words[what], None, None, None, *numbers[node].values()])
    spread: list[Cell] = [
        each if plain else f"{100 * each:.2f} pp" for each in found.deviation[node].values()
    ]
    rows.append(["deviation" if plain else words["deviation"], None, None, None, *spread])
    title = node if plain else labelled(first, node, None, lang)
    return Table(columns, rows, title=title, break_before=frozenset({count, count + 1}))


def _finite(variant: object) -> float | None:
    value = getattr(variant, "log_evidence_probability", None)
    assert isinstance(value, float)
    return value if value > float("-inf") else None
