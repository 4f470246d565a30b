"""The answer of `explain`."""

from typing import Literal

from causal_model.spec.evidence import AnyFinding
from causal_model.web.answers.parts import Answer, Distribution, Evidenced

__all__ = ["Explain"]


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
    closed: str | None


class ShareMethod(Answer):
    """How the shares were made."""

    name: str
    findings: int
    silent_findings: int
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
