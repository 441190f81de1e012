"""The shape of a questionnaire file: its keys and types, turned into the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

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
    Texts,
    When,
)

LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
"""Language codes: ``vi``, ``en``, ``pt-BR``."""

LOWEST_POINT, HIGHEST_POINT = -10, 11
"""A scale point is drawn as a button on a telephone: there is room for few."""

_Texts = dict[str, str]
_Language = Annotated[str, Field(pattern=LANGUAGE)]
_Group = Annotated[RaterGroup, Field(strict=False)]
_Form = Annotated[Form, Field(strict=False)]
_Point = Annotated[int, Field(ge=LOWEST_POINT, le=HIGHEST_POINT)]


class _Table(BaseModel):
    """A TOML table in which a misspelt key is an error, not an extra."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _only_languages_beside(schema: dict[str, Any]) -> None:
    """Say in the JSON Schema what keys beside the named ones may be."""
    schema["additionalProperties"] = False
    schema["patternProperties"] = {LANGUAGE: {"type": "string"}}


class _WordedTable(_Table):
    """A table whose text stands in it directly, one key for each language."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_only_languages_beside)
    __pydantic_extra__: dict[str, str]

    @property
    def texts(self) -> Texts:
        """The text by language; an unknown key is among them, for the checks."""
        return dict(self.__pydantic_extra__)


def _complete(texts: _Texts, languages: Sequence[str]) -> Texts:
    """Give what was left out as blank, so that readers need not ask."""
    return dict.fromkeys(languages, "") | texts


class ItemTable(_Table):
    """``[[dimensions.items]]``: one statement to rate."""

    code: str = Field(description="Unique; answers are stored and exported under it.")
    self_: _Texts = Field(
        default={}, alias="self", description="What leaders read about themselves."
    )
    other: _Texts = Field(
        default={}, description="What everybody else reads, with {leader} in it."
    )
    reverse_keyed: bool = Field(
        default=False, description="Whether agreeing means less of the dimension."
    )
    short: bool = Field(default=False, description="Whether the short form asks it.")
    source: list[str] = Field(default=[], description="Where the item comes from.")
    facet: str = Field(
        default="", description="A label inside the dimension; never scored."
    )
    hint: str = Field(
        default="", description="What the item is about while it has no text."
    )

    def to_item(self, languages: Sequence[str]) -> Item:
        """Return what the rest of the program sees."""
        return Item(
            code=self.code,
            self_wording=_complete(self.self_, languages),
            other_wording=_complete(self.other, languages),
            reverse_keyed=self.reverse_keyed,
            short=self.short,
            source=tuple(self.source),
            facet=self.facet,
            hint=self.hint,
        )


class SuggestionTable(_WordedTable):
    """``[[dimensions.suggestions]]``: a step to take after a finding."""

    code: str = Field(description="Unique, for example mindset.low.1.")
    when: Annotated[When, Field(strict=False)] = Field(
        description="The finding it answers."
    )
    source: list[str] = Field(default=[], description="Where it comes from.")

    def to_suggestion(self) -> Suggestion:
        """Return what the rest of the program sees."""
        return Suggestion(self.code, self.when, self.texts, tuple(self.source))


class DimensionTable(_Table):
    """``[[dimensions]]``: what is scored, as the mean of its items."""

    code: str = Field(description="Unique, for example mindset.")
    title: _Texts = Field(description="Heading on pages and in reports.")
    description: _Texts = Field(default={}, description="One sentence for reports.")
    high_is: Literal["good", "bad"] = Field(
        default="good", description="Whether a high mean is good or bad news."
    )
    source: list[str] = Field(default=[], description="Where it comes from.")
    items: list[ItemTable] = Field(min_length=1)
    suggestions: list[SuggestionTable] = []

    def to_dimension(self, languages: Sequence[str]) -> Dimension:
        """Return what the rest of the program sees."""
        return Dimension(
            code=self.code,
            title=dict(self.title),
            description=_complete(self.description, languages),
            items=tuple(item.to_item(languages) for item in self.items),
            suggestions=tuple(s.to_suggestion() for s in self.suggestions),
            high_is_good=self.high_is == "good",
            source=tuple(self.source),
        )


class QuestionTable(_WordedTable):
    """``[[questions]]``: an open question, always optional."""

    code: str = Field(description="Unique, for example OQ1.")
    help: _Texts = Field(default={}, description="What stands under the question.")

    def to_question(self, languages: Sequence[str]) -> Question:
        """Return what the rest of the program sees."""
        return Question(self.code, self.texts, _complete(self.help, languages))


class ScaleTable(_Table):
    """``[response_scale]``: the answer options of every item."""

    code: str = Field(description="Name of the scale, for example freq5.")
    low: _Point = Field(description="The lowest point.")
    high: _Point = Field(description="The highest point.")
    anchors: dict[str, list[str]] = Field(
        description="A label for every point, from low to high, in every language."
    )
    cannot_say: _Texts = Field(description="Label of the option that is no point.")

    def to_scale(self) -> ResponseScale:
        """Return what the rest of the program sees."""
        return ResponseScale(
            code=self.code,
            low=self.low,
            high=self.high,
            anchors={key: tuple(labels) for key, labels in self.anchors.items()},
            cannot_say=dict(self.cannot_say),
        )


class InstructionTable(_Table):
    """``[instruction]``: what stands above the items."""

    self_: _Texts = Field(default={}, alias="self", description="For the leader.")
    other: _Texts = Field(default={}, description="For everybody else.")


class ScoringTable(_Table):
    """``[scoring]``: how answers become dimension scores."""

    dimension: Literal["mean"] = Field(
        default="mean",
        description="A dimension score is the mean of the answered items.",
    )
    min_share: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="Share of a dimension's items one must answer.",
    )
    overall_min_dimensions: int = Field(
        default=1, ge=1, le=1000, description="Dimensions needed for an overall score."
    )


class InstrumentFile(_Table):
    """A questionnaire file: one instrument in one version."""

    format: int = Field(  # not Literal[1], which takes true for 1
        ge=1, le=1, description="Version of this file format: 1."
    )
    code: str = Field(description="Short name of the instrument, for example ll-35.")
    version: str = Field(description="Numbers with dots; a changed text is a new one.")
    status: Literal["ready", "stub"] = Field(
        description="A stub lacks its wording and cannot be launched."
    )
    licence: str = Field(description="SPDX name of the licence of the texts.")
    languages: list[_Language] = Field(
        min_length=1, description="Every text must exist in each of these."
    )
    referent: Annotated[Referent, Field(strict=False)] = Field(
        description="Whom the items describe."
    )
    asked: list[_Group] = Field(min_length=1, description="Rater groups that get it.")
    title: _Texts = Field(description="Name of the instrument for readers.")
    credit: str = Field(default="", description="Whose ideas the instrument builds on.")
    citation: str = Field(default="", description="The publication to cite.")
    permission: str = Field(
        default="", description="What a user must obtain, from whom."
    )
    forms: list[_Form] = Field(
        default=[Form.FULL], min_length=1, description="“short” asks marked items only."
    )
    response_scale: ScaleTable
    instruction: InstructionTable = InstructionTable()
    scoring: ScoringTable = ScoringTable()
    dimensions: list[DimensionTable] = Field(min_length=1)
    questions: list[QuestionTable] = []

    def to_instrument(self) -> Instrument:
        """Return what the rest of the program sees."""
        return Instrument(
            code=self.code,
            version=self.version,
            is_ready=self.status == "ready",
            licence=self.licence,
            languages=tuple(self.languages),
            referent=self.referent,
            asked_groups=tuple(self.asked),
            title=dict(self.title),
            credit=self.credit,
            citation=self.citation,
            permission=self.permission,
            forms=tuple(self.forms),
            response_scale=self.response_scale.to_scale(),
            self_instruction=_complete(self.instruction.self_, self.languages),
            other_instruction=_complete(self.instruction.other, self.languages),
            min_share=self.scoring.min_share,
            overall_min_dimensions=self.scoring.overall_min_dimensions,
            dimensions=tuple(d.to_dimension(self.languages) for d in self.dimensions),
            questions=tuple(q.to_question(self.languages) for q in self.questions),
        )


TABLES: Mapping[str, type[_Table]] = {
    "": InstrumentFile,
    "response_scale": ScaleTable,
    "instruction": InstructionTable,
    "scoring": ScoringTable,
    "dimensions": DimensionTable,
    "items": ItemTable,
    "suggestions": SuggestionTable,
    "questions": QuestionTable,
}
"""The tables by the name in their brackets; the empty name is the file itself."""


def known_keys(table: str) -> tuple[str, ...]:
    """Return the keys a table may have."""
    fields = TABLES[table].model_fields
    return tuple(field.alias or name for name, field in fields.items())


def json_schema() -> dict[str, Any]:
    """Return the shape as a JSON Schema, for editors that complete and check."""
    dialect = "https://json-schema.org/draft/2020-12/schema"
    schema = InstrumentFile.model_json_schema(by_alias=True)
    return {"$schema": dialect, **schema, "title": "Hansei questionnaire file"}
