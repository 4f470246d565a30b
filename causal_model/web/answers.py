"""The shapes of answers: what `--json` prints and the server sends, closed to keys not named here.

Answers are made by the results themselves (`to_dict`); these models describe them, in the OpenAPI document
and to whoever reads them. Probabilities are between 0 and 1, unrounded; what ends in `_pp` is in percentage
points; an interval is [low, high]; states come in the order of the graph.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from causal_model.spec.evidence import AnyFinding

__all__ = [
    "Average",
    "Content",
    "Diff",
    "Effects",
    "Explain",
    "Graphs",
    "Query",
    "Scenarios",
    "Sensitivity",
    "Test",
    "Watch",
]

Distribution = dict[str, float]
Distributions = dict[str, Distribution]
Interval = tuple[float, float]
IntervalsByState = dict[str, Interval]


class Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid")


class GraphRef(Answer):
    """A graph: its id, and a digest of names, states, arrows and tables."""

    id: str
    hash: str


class Whole(Answer):
    """What all answers begin with."""

    schema_version: Literal[1]


class OfOneGraph(Whole):
    """An answer about one graph."""

    graph: GraphRef


class Evidenced(OfOneGraph):
    """An answer under findings; P(evidence) leaves out what is set and what is believed."""

    findings: list[AnyFinding]
    evidence_probability: float
    log_evidence_probability: float


class RowWidth(Answer):
    """How much of the width of an interval comes from one row of a table."""

    node: str
    given: dict[str, str]
    confidence: float | None
    n: float | None
    form: str | None
    share: float
    deviation_pp: float


class WidthOf(Answer):
    """Whose width is divided among rows."""

    node: str
    states: list[str]
    prior: Interval | None = None
    posterior: Interval | None = None
    change_pp: Interval | None = None


class Draws(Answer):
    """How intervals were made."""

    level: float
    draws: int
    seed: int


class QueryIntervals(Draws):
    """Credible intervals of prior, posterior and change."""

    impossible_draws: int
    evidence_probability: Interval
    prior: dict[str, IntervalsByState]
    posterior: dict[str, IntervalsByState]
    change_pp: dict[str, IntervalsByState]
    width_of: WidthOf | None
    width_by_row: list[RowWidth]
    fixed_rows: dict[str, int]


class Content(OfOneGraph):
    """What the page shows of a graph; more keys may come."""

    model_config = ConfigDict(extra="allow")

    title: dict[str, str]
    nodes: list[dict[str, Any]]
    arrows: list[dict[str, Any]]
    scenarios: list[dict[str, Any]]
    answers: dict[str, dict[str, Any]]
    figure: dict[str, Any]


class Query(Evidenced):
    """Prior and posterior by node and state."""

    prior: Distributions
    posterior: Distributions
    interval: QueryIntervals | None = None


class ScenarioIntervals(Answer):
    """Credible intervals under one scenario."""

    impossible_draws: int
    evidence_probability: Interval
    width_of: WidthOf | None
    width_by_row: list[RowWidth]
    fixed_rows: dict[str, int]
    posterior: IntervalsByState
    change_pp: IntervalsByState


class ScenarioAnswer(Answer):
    """The answer under one scenario."""

    id: str
    title: str
    findings: list[AnyFinding]
    evidence_probability: float
    log_evidence_probability: float
    posterior: Distribution
    interval: ScenarioIntervals | None = None


class ScenarioDifference(Answer):
    """The interval of the difference of two scenarios."""

    before: str = Field(alias="from")
    to: str
    change_pp: IntervalsByState


class SharedIntervals(Draws):
    """What the intervals of all scenarios share."""

    prior: IntervalsByState
    differences: list[ScenarioDifference]


class Scenarios(OfOneGraph):
    """One node under every scenario."""

    target: str
    prior: Distribution
    scenarios: list[ScenarioAnswer]
    interval: SharedIntervals | None = None


class EventEffect(Answer):
    """The states that are counted together."""

    done: float | None
    seen: float | None
    change_pp: float | None
    confounding_pp: float | None


class EventIntervals(Answer):
    """Intervals of the states that are counted together."""

    done: Interval
    change_pp: Interval
    seen: Interval | None
    confounding_pp: Interval | None


class StateShareIntervals(Answer):
    """Intervals of the change of one state by channel."""

    shares_pp: dict[str, Interval]
    other_pp: Interval


class ChannelIntervals(StateShareIntervals):
    """Intervals of a change by channel."""

    by_state_pp: dict[str, StateShareIntervals]


class SettingIntervals(Answer):
    """Intervals of one setting."""

    done: IntervalsByState
    change_pp: IntervalsByState
    seen: IntervalsByState | None
    confounding_pp: IntervalsByState | None
    event: EventIntervals | None = None
    channels: ChannelIntervals | None = None
    impossible_draws: int
    width_by_row: list[RowWidth]


class StateShares(Answer):
    """The change of one state by channel."""

    shares_pp: dict[str, float]
    other_pp: float


class ChannelShares(Answer):
    """A change by channel."""

    total_pp: float
    shares_pp: dict[str, float]
    other_pp: float
    by_state_pp: dict[str, StateShares]


class SettingEffect(Answer):
    """The outcome when the nodes are set so, and when they are merely seen so."""

    setting: dict[str, str | Distribution]
    evidence_probability: float
    done: Distribution | None
    seen: Distribution | None
    change_pp: dict[str, float] | None
    confounding_pp: dict[str, float] | None
    event: EventEffect | None = None
    channels: ChannelShares | None = None
    interval: SettingIntervals | None = None


class Channels(Answer):
    """How changes were split."""

    by: str
    arrows: dict[str, list[tuple[str, str]]]
    witnesses: list[str]
    unordered: list[str]
    assumption: str | None


class EffectDraws(Draws):
    """How the intervals of effects were made."""

    fixed_rows: dict[str, int]


class Effects(OfOneGraph):
    """What setting nodes changes."""

    findings: list[AnyFinding]
    of: list[str]
    on: str
    states: list[str]
    event: list[str]
    baseline: dict[str, str]
    directed_path: list[str] | None
    depends: bool
    back_door_path: list[str] | None
    post_treatment: list[str]
    settings: list[SettingEffect]
    channels: Channels | None = None
    interval: EffectDraws | None = None


class MostProbableState(Answer):
    """The state that is most probable now."""

    state: str
    probability: float


class ExplainedOutcome(Answer):
    """What is explained, before the findings and after."""

    node: str
    states: list[str]
    before: float
    after: float
    change_pp: float
    most_probable: MostProbableState
    prior: Distribution
    posterior: Distribution


class ActivePath(Answer):
    """A path along which a finding tells of the outcome."""

    nodes: list[str]
    forwards: list[bool]
    kind: str


class FindingShare(Answer):
    """How much one finding moved the answer."""

    finding: AnyFinding
    shapley_pp: float
    standard_error_pp: float | None
    alone_pp: float | None
    left_out_pp: float | None
    probability_without: float | None
    by_state_pp: dict[str, float]
    paths: list[ActivePath]
    paths_listed: int
    more_paths: bool


class ShareMethod(Answer):
    """How the shares were made."""

    name: str
    findings: int
    orders_drawn: int | None
    seed: int | None
    impossible_subsets: int


class PieceOfEvidence(Answer):
    """How probable one piece of evidence is, alone and given the others."""

    findings: list[AnyFinding]
    probability_alone: float
    probability_given_others: float


class WorstPair(Answer):
    """The two pieces that fit together least."""

    evidence: tuple[list[AnyFinding], list[AnyFinding]]
    bits: float


class PairOfEvidence(Answer):
    """Two pieces by number, and how they fit together."""

    evidence: tuple[int, int]
    bits: float


class Conflict(Answer):
    """Whether the evidence fits together; above zero bits it does not."""

    bits: float
    evidence: list[PieceOfEvidence]
    worst_pair: WorstPair | None
    pairs: list[PairOfEvidence]


class NextReading(Answer):
    """What would tell most next."""

    node: str
    information_bits: float
    expected_change_pp: float


class ExplainBasis(Answer):
    """What stands behind the tables."""

    tables: int
    elicited: int
    counted: int
    by_definition: int


class PrintedNumber(Answer):
    """A number in a sentence, and where in this answer it stands (JSON Pointer)."""

    shown: str
    path: str
    form: str


class Sentence(Answer):
    """A sentence of the narrative."""

    text: str
    numbers: list[PrintedNumber]


class Narrative(Answer):
    """The explanation in words."""

    lang: Literal["en", "zh-Hant"]
    sentences: list[Sentence]


class Explain(Evidenced):
    """Why the answer is what it is."""

    outcome: ExplainedOutcome
    shares: list[FindingShare]
    method: ShareMethod
    conflict: Conflict
    next: NextReading | None
    basis: ExplainBasis | None
    narrative: Narrative


class NodeEffect(Answer):
    """The answer by state of a node that is seen, or set."""

    node: str
    answers: dict[str, float | None]
    lowest: str | None
    highest: str | None
    range: float


class EntryEffect(Answer):
    """The answer as a function of one number of a table: (a t + b) / (c t + d)."""

    node: str
    state: str
    given: dict[str, str]
    entry: str
    now: float
    interval: Interval | None
    answers: Interval | None
    range: float | None
    derivative: float
    function: dict[Literal["a", "b", "c", "d"], float]
    basis: str
    confidence: float | None
    n: float | None
    generated: bool


class PairFunction(Answer):
    """The answer as a function of two numbers, by its values at the corners."""

    corners: list[tuple[int, int]]
    numerators: list[float]
    denominators: list[float]
    one_row: bool


class PairSteps(Answer):
    """Where both numbers are put."""

    first: list[float]
    second: list[float]


class PairEffect(Answer):
    """What two numbers do together."""

    first: EntryEffect
    second: EntryEffect
    function: PairFunction
    steps: PairSteps
    answers: list[list[float | None]]


class Sensitivity(OfOneGraph):
    """What an answer hangs on; `row` or `pair` alone where one entry, or two, were asked for."""

    findings: list[AnyFinding]
    target: str
    states: list[str]
    probability: float
    level: float
    observe: list[NodeEffect] | None = None
    do: list[NodeEffect] | None = None
    rows: list[EntryEffect] | None = None
    rows_that_matter: int | None = None
    without_confidence: list[str] = []
    left_out: list[str] = []
    row: EntryEffect | None = None
    pair: PairEffect | None = None


class Reading(Answer):
    """What one reading would do."""

    state: str
    probability: float
    outcome_probability: float | None
    change_pp: float | None
    outcome: Distribution | None


class Watched(Answer):
    """What one node would tell."""

    node: str
    role: str | None
    information_bits: float
    expected_change_pp: float
    cost: float | None
    bits_per_cost: float | None
    readings: list[Reading]


class WatchedOutcome(Answer):
    """What one wants to know about."""

    node: str
    states: list[str]
    probability: float
    posterior: Distribution
    entropy_bits: float


class Together(Answer):
    """What several nodes would tell together."""

    nodes: list[str]
    information_bits: float
    cost: float | None


class Watch(OfOneGraph):
    """What to watch next."""

    findings: list[AnyFinding]
    outcome: WatchedOutcome
    order: str
    nodes: list[Watched]
    together: list[Together]
    together_method: str


class Measured(Answer):
    """A number that a claim speaks of."""

    what: str
    value: float | None


class Claim(Answer):
    """A claim and its verdict."""

    id: str
    verdict: Literal["pass", "warn", "fail", "unjudged", "dropped"]
    severity: str
    statement: str
    title: str | None
    holds: bool | None
    measured: list[Measured]
    told: str
    distance: float | None
    unit: str | None
    reason: str
    how: str
    note: str | None
    contradicts: str | None
    sources: list[dict[str, Any]]
    file: str
    line: int


class Test(OfOneGraph):
    """The claims of a graph."""

    passed: bool
    counts: dict[str, int]
    claims: list[Claim]


class Side(Answer):
    """One of two graphs that are compared."""

    name: str
    graph_id: str
    graph_hash: str
    title: str


class Changed(Answer):
    """Something that differs."""

    where: str
    before: str | None
    after: str | None


class RowChange(Answer):
    """The row of a table that changed most."""

    given: dict[str, str]
    before: Distribution
    after: Distribution
    distance: float
    basis_before: str
    basis_after: str


class TableChange(Answer):
    """A table that differs."""

    node: str
    rows_changed: int
    rows: int
    largest: RowChange


class Structure(Answer):
    """What differs before anything is asked."""

    nodes_added: list[str]
    nodes_removed: list[str]
    arrows_added: list[tuple[str, str]]
    arrows_removed: list[tuple[str, str]]
    signs: list[Changed]
    states: list[Changed]
    roles: list[Changed]
    settings: list[Changed]
    channels: list[Changed]
    tables: list[TableChange]
    incomparable: list[str]
    sources: dict[str, Any]


class LowStates(Answer):
    """The low states of a node, counted together."""

    states: list[str]
    before: float | None
    after: float | None
    change_pp: float | None


class AnswerChange(Answer):
    """An answer that differs."""

    scenario: str | None
    node: str
    before: Distribution | None
    after: Distribution | None
    change_pp: dict[str, float]
    low: LowStates | None
    distance: float
    reasons: list[str]
    findings_differ: bool


class Diff(Whole):
    """What two graphs differ in."""

    before: Side
    after: Side
    at_least_pp: float
    structure: Structure
    marginals: list[AnswerChange]
    outcome: list[AnswerChange]


class Variant(Answer):
    """One of the graphs that are averaged; the logarithm of zero is null."""

    name: str
    graph: GraphRef
    title: str
    prior_weight: float
    evidence_probability: float
    log_evidence_probability: float | None
    weight: float
    prior: Distributions
    posterior: Distributions | None


class PriorAndPosterior(Answer):
    """Prior and posterior, averaged."""

    prior: Distributions
    posterior: Distributions


class Spread(Answer):
    """How far the graphs lie apart."""

    lowest: Distributions
    highest: Distributions
    standard_deviation: Distributions


class Average(Whole):
    """Several graphs, weighed by the evidence."""

    findings: list[AnyFinding]
    evidence_probability: float
    log_evidence_probability: float
    variants: list[Variant]
    average: PriorAndPosterior
    spread: Spread


class Title(Answer):
    """A title, empty where there is none in a language."""

    en: str
    zh_hant: str = Field("", alias="zh-Hant")


class ListedGraph(Answer):
    """A graph that is served; where its file has mistakes, `problem` says which."""

    id: str
    revision: str = Field(description="Another text whenever one of the files changed.")
    problem: str | None = None
    hash: str | None = None
    title: Title | None = None
    nodes: int | None = None
    arrows: int | None = None
    outcome: str | None = None
    scenarios: list[str] | None = None


class Graphs(Whole):
    """The graphs that are served."""

    graphs: list[ListedGraph]
