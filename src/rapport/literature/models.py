"""Published articles and what they found, as data."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.literature.citations import Reference, Retraction
from rapport.literature.metrics import METRICS, Metric
from rapport.web.fields import PrintedNumberField
from rapport.web.wording import in_language


class ReadLevel(models.TextChoices):
    """How closely an article (or one finding of it) was read before we wrote about it."""

    FULL_TEXT = "full-text"
    ABSTRACT = "abstract"
    SECONDARY_SOURCE = "secondary-source"


class Favours(models.TextChoices):
    """Which direction of a finding's value is good for clients."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"


class Axis(models.TextChoices):
    """What a family groups: outcomes, comparisons (or predictors), or time points."""

    OUTCOME = "outcome"
    COMPARISON = "comparison"
    TIME_POINT = "time_point"


class Shelf(models.Model):
    """A named place on which entries stand: what topics and research types share."""

    key = models.SlugField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField()
    name = models.JSONField(default=dict)
    description = models.JSONField(default=dict)
    variants = models.JSONField(default=list, help_text="Other spellings that saved pages use.")

    class Meta:
        abstract = True
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return str(in_language(self.name, "en"))


class Topic(Shelf):
    """A subject, one of the digest's list."""


class ResearchType(Shelf):
    """A kind of evidence."""


class Family(models.Model):
    """Outcomes, comparisons or time points that may be set side by side."""

    axis = models.CharField(max_length=12, choices=Axis.choices)
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    name = models.JSONField(default=dict)

    class Meta:
        ordering = ["axis", "position"]
        verbose_name_plural = "families"
        constraints = [
            models.UniqueConstraint(fields=["axis", "key"], name="family_key_once_per_axis"),
            models.CheckConstraint(condition=Q(axis__in=Axis.values), name="family_axis_known"),
        ]

    def __str__(self) -> str:
        return f"{self.axis}: {self.key}"


@dataclass(frozen=True)
class Figure:
    """A number the article gives that is not a finding, and what it counts."""

    value: Decimal
    what: dict[str, str]


class Standing(models.TextChoices):
    """What the notices about an article come to; empty while there are none."""

    RETRACTED = "retracted", _("retracted")
    QUESTIONED = "questioned", _("questioned")
    CORRECTED = "corrected", _("corrected")
    REINSTATED = "reinstated", _("reinstated")


class Article(models.Model):
    """A published work that an entry reports on. What was not seen stays empty."""

    key = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=30, default="journal-article")
    language = models.CharField(max_length=8, default="en")
    authors = models.JSONField(default=list, help_text="As APA prints them: “Family, I. I.”")
    year = models.PositiveSmallIntegerField(null=True)
    title = models.TextField()
    journal = models.TextField(blank=True, help_text="For a chapter, its book.")
    volume = models.CharField(max_length=30, blank=True)
    issue = models.CharField(max_length=30, blank=True)
    pages = models.CharField(max_length=60, blank=True)
    editors = models.JSONField(default=list, help_text="Of the book that a chapter is in, as APA prints them.")
    publisher = models.TextField(blank=True, help_text="Of a book; for a thesis or a report, the institution.")
    doi = models.CharField(max_length=255, blank=True)
    pmid = models.CharField(max_length=20, blank=True)
    read_level = models.CharField(max_length=20, choices=ReadLevel.choices)
    figures = models.JSONField(default=list, help_text="Other numbers the article gives: value and what it counts.")
    overlaps_with = models.ManyToManyField("self", help_text="Articles known to share studies or people with this one.")
    superseded_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="supersedes")
    standing = models.CharField(
        max_length=14,
        blank=True,
        choices=Standing.choices,
        editable=False,
        help_text="What the notices about it come to. Kept here so that lists need not read them.",
    )
    retracted_on = models.DateField(null=True, editable=False, help_text="When its retraction was published.")
    retraction_doi = models.CharField(
        max_length=255, blank=True, editable=False, help_text="Of the notice that retracts it."
    )

    class Meta:
        ordering = ["sort_key"]
        constraints = [
            models.CheckConstraint(condition=Q(read_level__in=ReadLevel.values), name="article_read_level_known"),
            models.UniqueConstraint(fields=["doi"], condition=~Q(doi=""), name="article_doi_once"),
        ]

    sort_key = models.CharField(
        max_length=255, db_index=True, editable=False, help_text="Authors, year, title: folded."
    )

    def __str__(self) -> str:
        return self.key

    @property
    def counted(self) -> list[Figure]:
        """The other numbers the article gives, each with what it counts."""
        return [Figure(Decimal(figure["value"]), figure["what"]) for figure in self.figures]

    @property
    def reference(self) -> Reference:
        """The bibliographic description that citations and exports are made from."""
        return Reference(
            key=self.key,
            kind=self.kind,
            language=self.language,
            authors=tuple(self.authors),
            year=self.year,
            title=self.title,
            journal=self.journal,
            volume=self.volume,
            issue=self.issue,
            pages=self.pages,
            editors=tuple(self.editors),
            publisher=self.publisher,
            doi=self.doi,
            pmid=self.pmid,
            retraction=self._retraction,
        )

    @property
    def _retraction(self) -> Retraction | None:
        if self.standing != Standing.RETRACTED:
            return None
        return Retraction(year=self.retracted_on.year if self.retracted_on else None, doi=self.retraction_doi)


class Abstract(models.Model):
    """An article's abstract, kept for checking what we write. It is never published: it belongs to somebody else."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, primary_key=True, related_name="abstract")
    text = models.TextField()
    source = models.CharField(max_length=40, help_text="Which service gave it, or “by hand”.")
    kept_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"abstract of {self.article_id}"


class Notice(models.Model):
    """A published retraction, correction or expression of concern about an article."""

    class Kind(models.TextChoices):
        RETRACTION = "retraction", _("retraction")
        CONCERN = "concern", _("expression of concern")
        CORRECTION = "correction", _("correction")
        REINSTATEMENT = "reinstatement", _("reinstatement")
        OTHER = "other", _("notice")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    doi = models.CharField(max_length=255, blank=True, help_text="Of the notice itself.")
    source = models.CharField(max_length=60, help_text="Who says so: the publisher, Retraction Watch.")
    published_on = models.DateField(null=True)
    noticed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["article", "published_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "kind", "doi"], name="notice_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["retraction", "concern", "correction", "reinstatement", "other"]),
                name="notice_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.article_id}"

    @property
    def address(self) -> str:
        """Where the notice itself can be read, if we know."""
        return f"https://doi.org/{quote(self.doi)}" if self.doi else ""


class NoticeCheck(models.Model):
    """When an article was last asked about, and whether an answer came. No answer is not “not retracted”."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, primary_key=True, related_name="notice_check")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, help_text="When an answer last came.")
    problem = models.TextField(blank=True, help_text="Why the last question had no answer.")

    def __str__(self) -> str:
        return f"notices of {self.article_id}, asked {self.asked_at:%Y-%m-%d}"


class FindingQuerySet(models.QuerySet["Finding"]):
    def with_families(self) -> FindingQuerySet:
        return self.select_related("outcome_family", "comparison_family", "time_point_family")

    def comparable(self) -> FindingQuerySet:
        """Those that say all that comparing needs (see `evidence`), and have an interval."""
        return self.filter(
            interval_level__isnull=False,
            outcome_family__isnull=False,
            comparison_family__isnull=False,
            time_point_family__isnull=False,
        ).exclude(favours="")


class Finding(models.Model):
    """One result an article reports, as data. Numbers are as printed; empty means not seen."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="findings")
    key = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    claim = models.JSONField(default=dict)
    reading = models.JSONField(default=dict, help_text="What the figure says, in plain words.")
    metric_key = models.CharField(max_length=24, blank=True, choices=[(key, key) for key in METRICS])
    estimate = PrintedNumberField(null=True)
    interval_low = PrintedNumberField(null=True)
    interval_high = PrintedNumberField(null=True)
    interval_level = PrintedNumberField(null=True)
    p_operator = models.CharField(max_length=1, blank=True, choices=[(sign, sign) for sign in "=<>"])
    p_value = models.CharField(max_length=24, blank=True, help_text="As printed, with or without its leading zero.")
    n = models.PositiveBigIntegerField(null=True)
    k = models.PositiveIntegerField(null=True)
    outcome = models.JSONField(default=dict)
    outcome_family = models.ForeignKey(Family, null=True, on_delete=models.PROTECT, related_name="+")
    comparison = models.JSONField(default=dict)
    comparison_family = models.ForeignKey(Family, null=True, on_delete=models.PROTECT, related_name="+")
    time_point = models.JSONField(default=dict)
    time_point_family = models.ForeignKey(Family, null=True, on_delete=models.PROTECT, related_name="+")
    favours = models.CharField(max_length=6, blank=True, choices=Favours.choices)
    read_level = models.CharField(max_length=20, choices=ReadLevel.choices)
    test = models.CharField(max_length=4, blank=True, choices=[(test, test) for test in ("t", "F", "chi2", "z", "r")])
    statistic = PrintedNumberField(null=True)
    df = models.JSONField(default=list, help_text="The test’s degrees of freedom as printed: one, or two for F.")
    also_reported = models.JSONField(
        default=list, help_text="Where a second source gives another value: field, value, source."
    )
    seen_as = models.TextField(blank=True, help_text="The words or the place in the source. Not shown to readers.")
    note = models.JSONField(default=dict)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["article", "position"]
        constraints = [
            models.UniqueConstraint(fields=["article", "key"], name="finding_key_once_per_article"),
            models.CheckConstraint(
                condition=Q(estimate__isnull=True, metric_key="") | (Q(estimate__isnull=False) & ~Q(metric_key="")),
                name="finding_estimate_has_its_metric",
            ),
            models.CheckConstraint(
                condition=Q(interval_low__isnull=True, interval_high__isnull=True, interval_level__isnull=True)
                | Q(
                    interval_low__isnull=False,
                    interval_high__isnull=False,
                    interval_level__isnull=False,
                    estimate__isnull=False,
                ),
                name="finding_interval_whole_with_estimate_and_level",
            ),
            models.CheckConstraint(
                condition=Q(p_operator="", p_value="") | (~Q(p_operator="") & ~Q(p_value="")),
                name="finding_p_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}/{self.key}"

    @property
    def metric(self) -> Metric | None:
        return METRICS.get(self.metric_key)

    @property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        if self.interval_low is None or self.interval_high is None:
            return None
        return self.interval_low, self.interval_high
