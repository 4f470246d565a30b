"""What reverses a statement as tables for people, and all of it as one table for programs."""

from causal_model.cli.output import Cell, Column, Table
from causal_model.cli.tornados import basis_in_words, span_in_words
from causal_model.cli.wording import labelled, of_findings
from causal_model.glossary import listed
from causal_model.model import Model
from causal_model.questions.reversal.ask import DIGITS
from causal_model.questions.reversal.effects import FindingFlip, Flip, RowFlip
from causal_model.questions.reversal.signs import DIGITS as RATIO_DIGITS

__all__ = ["findings_table", "one_table", "rows_table", "verdict"]

WORDS = {
    "en": {
        "rows holds": "One row of a table alone that reverses it",
        "rows fails": "One row of a table alone that makes it hold",
        "findings holds": "One finding alone that reverses it",
        "findings fails": "One finding alone that makes it hold",
        "entry": "entry",
        "now": "now",
        "needed": "needed",
        "change": "change",
        "interval": "{:g} % interval",
        "in": "of the way",
        "within": "within",
        "basis": "basis",
        "yes": "yes",
        "no": "no",
        "node": "node",
        "way": "how",
        "state": "state",
        "ratio": "ratio needed",
        "ratio now": "ratio now",
        "observed": "observed",
        "weaker": "given, but weaker",
        "stronger": "given, but stronger",
        "other reading": "another state instead",
        "new reading": "a new sign of",
        "comparison": "what tips over",
        "holds": "{} holds: {}. {}",
        "fails": "{} does not hold: {}. {}",
        "value": "{} = {:.4g}",
        "no row holds": "No single row of a table can reverse it.",
        "no row fails": "No single row of a table can make it hold.",
        "count holds": "Rows that reverse it alone: {}",
        "count fails": "Rows that make it hold alone: {}",
        "within intervals": "; within their {:g} % intervals: {}",
        "end": ".",
        "at once": "anything {} {}",
        "above": "above",
        "below": "below",
        "any weaker": "anything weaker",
        "confidence 0": "With confidence 0 a number may be anything from 0 to 1, so that is taken for its"
        " interval: rows of {}. query --interval refuses such rows.",
        "no finding holds": "No single finding can reverse it.",
        "no finding fails": "No single finding can make it hold.",
        "cases": "A finding is added or changed under all {} conditions of the statement alike.",
        "row note": "The others of the row keep their proportions; of the way: the change in parts of the"
        " way to the end of the interval.",
        "finding note": "Ratio: how many times as probable the sign is under its best state as under its"
        " worst.",
    },
    "zh-Hant": {
        "rows holds": "單獨改變機率表的一列即可推翻",
        "rows fails": "單獨改變機率表的一列即可成立",
        "findings holds": "單獨改變一個發現即可推翻",
        "findings fails": "單獨改變一個發現即可成立",
        "entry": "數字",
        "now": "目前",
        "needed": "所需",
        "change": "變化",
        "interval": "{:g} % 區間",
        "in": "區間比",
        "within": "在區間內",
        "basis": "依據",
        "yes": "是",
        "no": "否",
        "node": "節點",
        "way": "方式",
        "state": "狀態",
        "ratio": "所需似然比",
        "ratio now": "目前似然比",
        "observed": "觀察到",
        "weaker": "已給定,但較弱",
        "stronger": "已給定,但較強",
        "other reading": "改為另一狀態",
        "new reading": "新的跡象",
        "comparison": "翻轉的比較",
        "holds": "{} 成立:{}。{}",
        "fails": "{} 不成立:{}。{}",
        "value": "{} = {:.4g}",
        "no row holds": "沒有任何單獨一列能推翻此陳述。",
        "no row fails": "沒有任何單獨一列能使此陳述成立。",
        "count holds": "能單獨推翻此陳述的列:{}",
        "count fails": "能單獨使此陳述成立的列:{}",
        "within intervals": ";在其 {:g} % 區間內:{}",
        "end": "。",
        "at once": "任何{} {} 的值",
        "above": "高於",
        "below": "低於",
        "any weaker": "任何較弱的跡象",
        "confidence 0": "信心為 0 時數字可為 0 至 1 之間任何值,此處即以 0 至 1 為其區間:{} 的列。"
        "query --interval 不接受這樣的列。",
        "no finding holds": "沒有任何單獨的發現能推翻此陳述。",
        "no finding fails": "沒有任何單獨的發現能使此陳述成立。",
        "cases": "發現在陳述的全部 {} 種條件下一併加入或改變。",
        "row note": "同列其他數字保持比例;區間比:變化佔到區間端點距離的比例。",
        "finding note": "似然比:跡象在其最佳狀態下的機率是最差狀態下的幾倍。",
    },
}


def rows_table(found: Flip, top: int, lang: str) -> Table:
    """A row for each row of a table that alone reverses the statement."""
    words, kind = WORDS[lang], _kind(found)
    # Cases and states are short; whole sums would only repeat the statement.
    several = found.comparisons > 1 and bool(found.subject)
    columns = (
        Column("entry", words["entry"]),
        Column("now", words["now"], "number"),
        Column("needed", words["needed"], "number"),
        Column("change_pp", words["change"], "points"),
        *((Column("comparison", words["comparison"]),) if several else ()),
        Column("interval", words["interval"].format(100 * found.level)),
        Column("in_intervals", words["in"], "number"),
        Column("within", words["within"]),
        Column("basis", words["basis"]),
    )
    rows: list[list[Cell]] = []
    for each in found.rows[:top]:
        span = each.interval and span_in_words(each.interval)
        share = each.in_intervals
        if share is not None:
            share = 0.0 if each.at_once else float(f"{share:.3g}")
        within = None if each.plausible is None else words["yes" if each.plausible else "no"]
        rows.append(
            [
                *(str(each.entry), _number_now(each), _needed(each, lang)),
                *(
                    None if each.at_once else 100 * each.change,
                    *((each.comparison,) if several else ()),
                ),
                *(span, share, within, basis_in_words(each.basis, lang)),
            ]
        )
    if not found.rows:
        caption = words[f"no row {kind}"]
    else:
        caption = words[f"count {kind}"].format(len(found.rows))
        if any(each.interval for each in found.rows):
            caption += words["within intervals"].format(100 * found.level, len(found.plausible))
            caption += f"{words['end']} {words['row note']}"
        else:
            caption += words["end"]
        if found.without_any_confidence:
            caption += "\n" + words["confidence 0"].format(
                listed(found.without_any_confidence, lang)
            )
    return Table(columns, rows, words[f"rows {kind}"], caption)


def _needed(row: RowFlip, lang: str) -> str:
    """The number at which the statement is reversed, or the direction in which anything will do."""
    if not row.at_once:
        return row.rounded.text()
    words = WORDS[lang]
    which = words["above" if row.change > 0 else "below"]
    return words["at once"].format(which, f"{row.now:.{DIGITS}g}")


def _number_now(row: RowFlip) -> str:
    """The number as it is, told apart from the one that is needed."""
    return f"{row.now:.{DIGITS}g}" if row.at_once else row.rounded.text(row.now)


def _ratios(sign: FindingFlip, lang: str) -> tuple[str, str]:
    """The ratio that a sign needs, or the direction in which any will do, and the one that it has."""
    words, now = WORDS[lang], sign.ratio_now
    if now is None:
        as_is = words["observed"]
    elif sign.rounded is None or sign.at_once:
        as_is = f"{now:.{RATIO_DIGITS}g}"
    else:
        as_is = sign.rounded.text(now)
    if sign.at_once and now is None:
        return words["any weaker"], as_is
    if sign.at_once:
        which = words["below" if sign.way == "weaker" else "above"]
        return words["at once"].format(which, as_is), as_is
    return words["observed"] if sign.rounded is None else sign.rounded.text(), as_is


def _kind(found: Flip) -> str:
    """Which words are meant: a statement that holds is reversed, one that does not is made to hold."""
    return "holds" if found.holds else "fails"


def findings_table(model: Model, found: Flip, top: int, lang: str) -> Table:
    """A row for each finding that alone reverses the statement."""
    words, kind = WORDS[lang], _kind(found)
    columns = (
        Column("node", words["node"]),
        Column("way", words["way"]),
        Column("state", words["state"]),
        Column("ratio", words["ratio"]),
        Column("ratio_now", words["ratio now"]),
    )
    rows: list[list[Cell]] = []
    for each in found.by_finding[:top]:
        state = None if each.state is None else labelled(model, each.node, each.state, lang)
        ratios = _ratios(each, lang)
        rows.append([labelled(model, each.node, None, lang), words[each.way], state, *ratios])
    caption = words["finding note"] if found.by_finding else words[f"no finding {kind}"]
    if found.by_finding and found.cases > 1:
        caption += f"\n{words['cases'].format(found.cases)}"
    return Table(columns, rows, words[f"findings {kind}"], caption)


def verdict(found: Flip, lang: str) -> str:
    """Whether the statement holds, and the numbers that it speaks of."""
    words = WORDS[lang]
    measured = ", ".join(words["value"].format(*each) for each in found.measured.items())
    return words[_kind(found)].format(found.statement, measured, of_findings(found.findings, lang))


def one_table(found: Flip, top: int | None) -> Table:
    """Rows and findings in one table with plain names, for a program."""
    names = (
        "kind",
        "node",
        "state",
        "given",
        "way",
        "comparison",
        "within_interval",
        "at_once",
        "basis",
    )
    numbers = (
        *("now", "needed", "change", "low", "high", "in_intervals"),
        *("likelihood_ratio", "likelihood_ratio_now"),
    )
    columns = [
        *(Column(name, name) for name in names),
        *(Column(name, name, "number") for name in numbers),
    ]
    rows: list[list[Cell]] = []
    for row in found.rows[:top]:
        given = "; ".join(f"{name}={state}" for name, state in row.entry.given.items())
        within = None if row.plausible is None else _as_word(row.plausible)
        rows.append(
            [
                *("row", row.entry.node, row.entry.state, given, None, row.comparison, within),
                *(
                    _as_word(row.at_once),
                    basis_in_words(row.basis, "en"),
                    row.now,
                    row.needed,
                    row.change,
                ),
                *(row.interval or (None, None)),
                *(row.in_intervals, None, None),
            ]
        )
    for each in found.by_finding[:top]:
        head: list[Cell] = ["finding", each.node, each.state, None, each.way, None, None]
        head += [_as_word(each.at_once), None]
        rows.append([*head, *[None] * 6, each.ratio, each.ratio_now])
    return Table(columns, rows)


def _as_word(value: bool) -> str:
    return str(value).lower()
