"""How an entry was made at the desk: the sidecar beside it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from rapport.digest.exchange.schema.articles import Doi, NoticeKind
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


class TaskFile(File):
    """The task that a notice about the article made, and what an editor did about it. `notice` is its kind."""

    notice: NoticeKind
    doi: Doi | None = None
    made: Moment
    done: Moment | None = None
    by: Name | None = None
    outcome: Text | None = None

    @model_validator(mode="after")
    def _is_done_or_waits(self) -> Self:
        if (self.done is None) != (self.outcome is None):
            raise ValueError("needs both `done` and `outcome`, or neither while the notice waits for an editor.")
        if self.by is not None and self.done is None:
            raise ValueError("says `by` whom it was done, but not when; add `done` and `outcome`.")
        return self


def _tasks_in_order(tasks: tuple[TaskFile, ...]) -> tuple[TaskFile, ...]:
    return tuple(sorted(tasks, key=lambda task: (task.made, task.notice, task.doi or "")))


class DeskFile(File):
    """The sidecar `desk/SLUG.yml`: where an entry stands, its versions, what was acknowledged, and its tasks.

    An entry that has not been at the desk has no stage, and nothing but the tasks that notices made.
    """

    stage: Literal["draft", "in-review", "approved", "out"] | None = None
    author: Name | None = None
    approved_by: Name | None = None
    approved: Moment | None = None
    approved_versions: Annotated[
        dict[Language, int], AfterValidator(lambda versions: dict(sorted(versions.items())))
    ] = {}
    changed: Moment | None = None
    versions: Annotated[
        dict[Language, tuple[VersionFile, ...]], AfterValidator(lambda versions: dict(sorted(versions.items())))
    ] = {}
    acknowledgements: tuple[AcknowledgementFile, ...] = ()
    tasks: Annotated[tuple[TaskFile, ...], AfterValidator(_tasks_in_order)] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.stage is None) != (self.changed is None):
            raise ValueError("needs both `stage` and `changed`, or neither where the entry was never at the desk.")
        if self.stage is None and not (self.tasks and self.model_fields_set == {"tasks"}):
            raise ValueError("has no `stage`; add it. Only `tasks` may stand in a sidecar without one.")
        if self.stage == "approved" and self.approved is None:
            raise ValueError("is approved, so `approved` must say when.")
        for language, number in self.approved_versions.items():
            if not 1 <= number <= len(self.versions.get(language, ())):
                raise ValueError(f"names an approved version ({language}: {number}) that it does not have.")
        for language, versions in self.versions.items():
            if [version.number for version in versions] != list(range(1, len(versions) + 1)):
                raise ValueError(f"must number its versions ({language}) 1, 2, 3 … in order.")
        return self
