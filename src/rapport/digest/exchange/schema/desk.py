"""How an entry was made at the desk: the sidecar beside it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from rapport.digest.exchange.schema.values import File, Language, Moment, Name, Text, Whole


class VersionWords(File):
    """The words of a version as they were typed, without what is empty."""

    title: Text | None = None
    author: Text | None = None
    translator: Text | None = None
    design: Text | None = None
    who: Text | None = None
    how_many: Text | None = None
    measured: Text | None = None
    summary: Text | None = None
    implications: Text | None = None
    limitations: Text | None = None
    disagreements: Text | None = None


class VersionFile(File):
    """An entry's words in one language as they were saved once."""

    number: Annotated[Whole, Field(ge=1)]
    by: Name | None = None
    begun: Moment
    saved: Moment
    of_original: Annotated[Whole, Field(ge=1)] | None = None
    restored_from: Annotated[Whole, Field(ge=1)] | None = None
    words: VersionWords = VersionWords()


class AcknowledgementFile(File):
    """A figure that somebody answers for."""

    language: Language
    figure: Text
    sentence: Text
    reason: Text
    by: Name
    made: Moment
    taken_back: Moment | None = None


class DeskFile(File):
    """The sidecar `desk/SLUG.yml`: where an entry stands, its versions, and what was acknowledged."""

    stage: Literal["draft", "in-review", "approved", "out"]
    author: Name | None = None
    approved_by: Name | None = None
    approved: Moment | None = None
    changed: Moment
    versions: Annotated[
        dict[Language, tuple[VersionFile, ...]], AfterValidator(lambda versions: dict(sorted(versions.items())))
    ] = {}
    acknowledgements: tuple[AcknowledgementFile, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.stage == "approved" and self.approved is None:
            raise ValueError("is approved, so `approved` must say when.")
        for language, versions in self.versions.items():
            if [version.number for version in versions] != list(range(1, len(versions) + 1)):
                raise ValueError(f"must number its versions ({language}) 1, 2, 3 … in order.")
        return self
