"""The shape of a questionnaire file: its keys, and how they become an instrument."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from questionnaires.model import (
    Dimension,
    Form,
    Instrument,
    Item,
    Question,
    RaterGroup,
    Referent,
    ResponseScale,
    Suggestion,
    When,
)

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$")]
Texts = dict[str, str]


class _Table(BaseModel):
    """A TOML table in which a misspelt key is an error, and "1" is not 1."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ScaleTable(_Table):
    """``[response_scale]``."""

    code: Code
    low: Annotated[int, Field(ge=-100, le=100)]
    high: Annotated[int, Field(ge=-100, le=100)]
    anchors: dict[str, list[str]]
    cannot_say: Texts

    def to_scale(self) -> ResponseScale:
        """Return what the rest of the program sees."""
        anchors = {language: tuple(a) for language, a in self.anchors.items()}
        return ResponseScale(self.code, self.low, self.high, anchors, self.cannot_say)


class InstructionTable(_Table):
    """``[instruction.self]`` and ``[instruction.other]``."""

    self_: Texts = Field(default_factory=dict, alias="self")
    other: Texts = Field(default_factory=dict)


class ScoringTable(_Table):
    """``[scoring]``."""

    dimension: Literal["mean"] = "mean"
    min_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    overall_min_dimensions: Annotated[int, Field(ge=1)] = 1


class ItemTable(_Table):
    """``[[dimensions.items]]``."""

    code: Code
    source: list[str] = Field(default_factory=list)
    short: bool = False
    reverse_keyed: bool = False
    facet: str = ""
    hint: str = ""
    self_: Texts = Field(default_factory=dict, alias="self")
    other: Texts = Field(default_factory=dict)

    def to_item(self) -> Item:
        """Return what the rest of the program sees."""
        return Item(
            code=self.code,
            self_wording=self.self_,
            other_wording=self.other,
            reverse_keyed=self.reverse_keyed,
            short=self.short,
            source=tuple(self.source),
            facet=self.facet,
            hint=self.hint,
        )


class _TextsInside(_Table):
    """A table whose texts stand in it by language, beside its other keys."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    __pydantic_extra__: dict[str, str]

    @property
    def texts(self) -> Texts:
        """The keys that are no field: one text a language."""
        return dict(self.__pydantic_extra__)


class SuggestionTable(_TextsInside):
    """``[[dimensions.suggestions]]``."""

    code: Code
    when: Literal["low", "over", "under", "split"]
    source: list[str] = Field(default_factory=list)

    def to_suggestion(self) -> Suggestion:
        """Return what the rest of the program sees."""
        return Suggestion(self.code, When(self.when), self.texts, tuple(self.source))


class DimensionTable(_Table):
    """``[[dimensions]]``."""

    code: Code
    source: list[str] = Field(default_factory=list)
    title: Texts
    description: Texts = Field(default_factory=dict)
    high_is: Literal["good", "bad"] = "good"
    items: Annotated[list[ItemTable], Field(min_length=1)]
    suggestions: list[SuggestionTable] = Field(default_factory=list)

    def to_dimension(self) -> Dimension:
        """Return what the rest of the program sees."""
        return Dimension(
            code=self.code,
            title=self.title,
            description=self.description,
            items=tuple(item.to_item() for item in self.items),
            suggestions=tuple(s.to_suggestion() for s in self.suggestions),
            high_is_good=self.high_is == "good",
            source=tuple(self.source),
        )


class QuestionTable(_TextsInside):
    """``[[questions]]``."""

    code: Code
    help: Texts = Field(default_factory=dict)

    def to_question(self) -> Question:
        """Return what the rest of the program sees."""
        return Question(self.code, self.texts, self.help)


class InstrumentFile(_Table):
    """A whole questionnaire file."""

    format: Literal[1]
    code: Code
    version: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    status: Literal["ready", "stub"]
    licence: Annotated[str, StringConstraints(min_length=1)]
    languages: Annotated[list[str], Field(min_length=1)]
    referent: Literal["leader", "team"]
    asked: Annotated[
        list[Literal["self", "team", "peers", "manager"]], Field(min_length=1)
    ]
    title: Texts
    credit: str = ""
    citation: str = ""
    permission: str = ""
    forms: Annotated[list[Literal["full", "short"]], Field(min_length=1)]
    response_scale: ScaleTable
    instruction: InstructionTable = Field(default_factory=InstructionTable)
    scoring: ScoringTable = Field(default_factory=ScoringTable)
    dimensions: Annotated[list[DimensionTable], Field(min_length=1)]
    questions: list[QuestionTable] = Field(default_factory=list)

    def to_instrument(self) -> Instrument:
        """Return what the rest of the program sees; nobody downstream sees a dict."""
        return Instrument(
            code=self.code,
            version=self.version,
            is_ready=self.status == "ready",
            licence=self.licence,
            languages=tuple(self.languages),
            referent=Referent(self.referent),
            asked_groups=tuple(RaterGroup(group) for group in self.asked),
            title=self.title,
            credit=self.credit,
            citation=self.citation,
            permission=self.permission,
            forms=tuple(Form(form) for form in self.forms),
            response_scale=self.response_scale.to_scale(),
            self_instruction=self.instruction.self_,
            other_instruction=self.instruction.other,
            min_share=self.scoring.min_share,
            overall_min_dimensions=self.scoring.overall_min_dimensions,
            dimensions=tuple(d.to_dimension() for d in self.dimensions),
            questions=tuple(q.to_question() for q in self.questions),
        )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a questionnaire file, for editors."""
    return InstrumentFile.model_json_schema()
