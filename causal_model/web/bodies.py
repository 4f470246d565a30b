"""What a request may say: one model per question, closed to keys that it does not know."""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from causal_model.analysis.credible import DEFAULT_DRAWS
from causal_model.notation.read import LONGEST_STATEMENT
from causal_model.questions.reasons.explain import ORDERS
from causal_model.questions.reversal.effects import Order as ChangeOrder
from causal_model.questions.tornado.ask import LEVEL, Kind
from causal_model.questions.watching import Order
from causal_model.spec.evidence import AnyFinding
from causal_model.spec.scalars import Model, Name, Number, Probability
from causal_model.variants.difference import AT_LEAST

__all__ = [
    "Asked",
    "AverageBody",
    "ClaimsBody",
    "CounterfactualBody",
    "DecideBody",
    "DiffBody",
    "EffectsBody",
    "ExplainBody",
    "FlipBody",
    "QueryBody",
    "ScenariosBody",
    "SensitivityBody",
    "WatchBody",
]

# More findings than a person ever has, and few enough that none of the questions becomes absurd.
MOST_FINDINGS = 200
MOST_NODES = 1_000
MOST_DRAWS = 100_000
MOST_SEED = 2**53
MOST_VARIANTS = 20

Names = Annotated[tuple[Name, ...], Field(min_length=1, max_length=MOST_NODES)]
Level = Annotated[float, Field(gt=0, lt=1, strict=True)]
Yes = Annotated[bool, Field(strict=True)]
Seed = Annotated[int, Field(ge=0, le=MOST_SEED, strict=True)]


class Asked(Model):
    """What every question takes: what is known, believed or done."""

    findings: tuple[AnyFinding, ...] = Field(
        (), max_length=MOST_FINDINGS, description="What was seen, is believed, or is set."
    )
    scenario: Name | None = Field(
        None, description="A scenario of the graph, whose findings come before the others."
    )


class Sure(Asked):
    """A question that can be asked for credible intervals as well."""

    interval: Level | None = Field(
        None, description="Probability within the intervals, such as 0.9."
    )
    draws: Annotated[int, Field(ge=1, le=MOST_DRAWS, strict=True)] = Field(
        DEFAULT_DRAWS, description="Draws of the tables, with `interval`."
    )
    seed: Seed = Field(0, description="Of the draws.")


class About(Asked):
    """A question about some states of one node."""

    target: Name | None = Field(None, description="The node; default the outcome.")
    states: Names | None = Field(
        None, description="Its states that are counted together; default the low ones."
    )


class QueryBody(Sure):
    """Prior and posterior."""

    target: Name | Names | None = Field(
        None, description="A node, or several; default all nodes of the graph."
    )


class ScenariosBody(Sure):
    """All scenarios side by side; findings given here hold in every one of them."""

    target: Name | None = Field(None, description="The node; default the outcome.")


class EffectsBody(Sure):
    """What setting nodes changes."""

    of: Name | Names = Field(description="The node that is set, or several.")
    on: Name | None = Field(None, description="The outcome; default the graph's.")
    states: Names | None = Field(
        None, description="States of the outcome that are counted together; default the low ones."
    )
    baseline: Name | dict[Name, Name] | None = Field(
        None, description="The state to compare with, or states by node; default the first."
    )
    policies: tuple[dict[Name, dict[Name, Probability]], ...] = Field(
        (), max_length=20, description="Further settings: distributions over states, by node."
    )
    channels: Yes = Field(False, description="Split every change by channel.")


class CounterfactualBody(Asked):
    """What would have been: what was seen is known of the world as it is, what is set of the other."""

    target: Name | Names | None = Field(
        None, description="A node, or several; default the outcome."
    )
    states: Names | None = Field(
        None,
        description="States of the one target that are counted together; default the low ones.",
    )
    bounds: Yes = Field(False, description="Also between what each number lies for any response.")


class DecideBody(Asked):
    """Which option is best, and what it is worth to know more first."""

    know: Name | Names | None = Field(
        None, description="A node, or several, to be known before it though the graph says not."
    )
    before: Name | None = Field(
        None, description="The decision before which more may be known; default the first."
    )


class FlipBody(Asked):
    """What would reverse a statement, or make it hold."""

    claim: str = Field(
        max_length=LONGEST_STATEMENT,
        description="A statement in the notation of claims, such as `P(btc_return = down) > 40 %`.",
    )
    level: Level = Field(LEVEL, description="Probability of the intervals of rows.")
    order: ChangeOrder = Field("change", description="What makes a change of a row small.")
    top: Annotated[int, Field(ge=1, le=100_000, strict=True)] | None = Field(
        None, description="List so many rows and findings; default all."
    )


class ExplainBody(About):
    """How much each finding moved the answer, along which arrows, and in words."""

    orders: Annotated[int, Field(ge=100, le=100_000, strict=True)] = Field(
        ORDERS, description="Orders that are drawn where there are more than 12 findings."
    )
    seed: Seed = Field(0, description="Of these orders.")
    lang: Literal["en", "zh-Hant"] = Field("en", description="Language of the narrative.")


class SensitivityBody(About):
    """What an answer hangs on."""

    kinds: tuple[Kind, ...] | None = Field(
        None, max_length=10, description="What is varied; default all three."
    )
    level: Level = Field(LEVEL, description="Probability of the intervals of entries.")
    top: Annotated[int, Field(ge=1, le=100_000, strict=True)] | None = Field(
        None, description="List so many of each kind; default all that matter."
    )
    entry: str | None = Field(
        None, max_length=2_000, description="One entry: P(NODE = STATE | PARENT = STATE, ...)."
    )
    pair: tuple[str, str] | None = Field(None, description="Two entries that move together.")

    @model_validator(mode="after")
    def _one_thing(self) -> "SensitivityBody":
        named = self.entry is not None or self.pair is not None
        if self.entry is not None and self.pair is not None:
            raise PydanticCustomError("Q001", "entry and pair exclude each other")
        if named and set(self.kinds or ("rows",)) != {"rows"}:
            raise PydanticCustomError("Q001", "entry and pair are about rows: leave kinds away")
        return self


class WatchBody(About):
    """What to watch next."""

    among: Names | None = Field(None, description="What can be watched; default all that is open.")
    by: Order = Field("information", description="What decides the order.")


class ClaimsBody(Asked):
    """The claims of the graph; findings given here hold for every one of them."""


class DiffBody(Model):
    """What two graphs differ in."""

    before: Name = Field(description="Id of the graph before.")
    after: Name = Field(description="Id of the graph after.")
    target: Name | None = Field(None, description="Ask scenarios about it; default the outcome.")
    at_least: Annotated[float, Field(ge=0, le=100, strict=True)] = Field(
        AT_LEAST, description="Leave out answers that move by fewer percentage points."
    )


class AverageBody(Asked):
    """Several graphs weighed by the evidence; scenarios are those of the first."""

    graphs: Annotated[tuple[Name, ...], Field(min_length=2, max_length=MOST_VARIANTS)] = Field(
        description="Ids of the graphs, each once.", json_schema_extra={"uniqueItems": True}
    )
    prior: dict[Name, Number] = Field(
        default_factory=dict, description="Weights before anything is seen; others share the rest."
    )
    target: Name | Names | None = Field(
        None, description="A node, or several; default the outcome."
    )
