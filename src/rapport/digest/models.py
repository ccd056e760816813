"""What readers see: issues, entries in their languages, revisions, announcements, pages."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse

from rapport.literature.models import Article, ResearchType, Topic


class SiteIdentity(models.Model):
    """Whose digest this is: one row, from `site.yml`. `stamp` changes with every change of content."""

    name = models.JSONField(default=dict)
    wordmark = models.JSONField(default=dict)
    tagline = models.JSONField(default=dict)
    notice = models.JSONField(default=dict, help_text="A line above every page, for example that this is a sample.")
    contact_email = models.EmailField(blank=True)
    postal_address = models.TextField(blank=True)
    content_licence = models.JSONField(default=dict)
    announcements_author = models.JSONField(default=dict)
    languages = models.JSONField(default=list)
    stamp = models.CharField(max_length=40, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="site_identity_is_one_row")]

    def __str__(self) -> str:
        return str(self.name.get("en", "site identity"))


class IssueQuerySet(models.QuerySet["Issue"]):
    def published(self, today: dt.date) -> IssueQuerySet:
        """Issues that are out and have something to read in them."""
        shown = Entry.objects.filter(issue=models.OuterRef("pk"), state=Entry.State.PUBLISHED)
        return self.filter(models.Exists(shown), published_on__lte=today)


class Issue(models.Model):
    """One month's edition."""

    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    # No index: with one, SQLite finds issues by this date and then sorts every entry to put the newest first.
    published_on = models.DateField()
    teaser = models.JSONField(default=dict)
    edited_at_desk = models.BooleanField(
        default=False, help_text="Whether the database is the authority: an import does not overwrite it unasked."
    )

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-month"]
        constraints = [
            models.UniqueConstraint(fields=["year", "month"], name="one_issue_a_month"),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="issue_month_1_to_12"),
            models.CheckConstraint(condition=Q(year__gte=1900, year__lte=2999), name="issue_year_four_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, self.month, 1)

    def get_absolute_url(self) -> str:
        return reverse("issue", args=[self.year, self.month])


class EntryQuerySet(models.QuerySet["Entry"]):
    def published(self, today: dt.date) -> EntryQuerySet:
        """What readers may see: published entries of issues that are out."""
        return self.filter(state=Entry.State.PUBLISHED, issue__published_on__lte=today)

    def with_a_page(self, today: dt.date) -> EntryQuerySet:
        """What readers may ask for by its address: published entries, and withdrawn ones, whose page says so."""
        return self.filter(issue__published_on__lte=today).exclude(state=Entry.State.DRAFT)

    def about(self, *topics: Topic) -> EntryQuerySet:
        """Entries that stand under every one of `topics`."""
        if len(topics) < 2:
            return self.filter(topics=topics[0]) if topics else self
        # One join for all of them: a database takes longer to plan a join for each than to read a whole digest.
        standing = Entry.topics.through.objects.filter(topic__in=topics).values("entry").order_by()
        under_all = standing.annotate(topics_found=models.Count("topic")).filter(topics_found=len(set(topics)))  # type: ignore[misc]  # stubs lose what values() annotates
        return self.filter(pk__in=under_all.values("entry"))

    def newest_first(self) -> EntryQuerySet:
        return self.order_by("-issue__year", "-issue__month", "position")

    def for_lists(self) -> EntryQuerySet:
        """With all that a line in a list shows: two queries, whatever their number."""
        return self.select_related("issue", "article", "research_type").prefetch_related("texts")

    def for_cards(self) -> EntryQuerySet:
        """With all that an issue shows of its entries: three queries, whatever their number."""
        return self.for_lists().prefetch_related("topics")


class Entry(models.Model):
    """Our summary of one article, in one or more languages."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    slug = models.SlugField(max_length=80, unique=True)
    article = models.OneToOneField(Article, on_delete=models.PROTECT, related_name="entry")
    issue = models.ForeignKey(Issue, null=True, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(max_length=8, help_text="The language it was first written in.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    research_type = models.ForeignKey(ResearchType, on_delete=models.PROTECT, related_name="entries")
    topics = models.ManyToManyField(Topic, related_name="entries")
    edited_at_desk = models.BooleanField(
        default=False, help_text="Whether the database is the authority: an import does not overwrite it unasked."
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["-issue__year", "-issue__month", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(issue__isnull=False), name="entry_shown_stands_in_an_issue"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "withdrawn"]), name="entry_state_known"
            ),
        ]
        # In the order of an issue, so that a page of entries is read and not sorted.
        indexes = [models.Index(fields=["issue", "state", "position", "research_type"], name="entry_browse")]

    def __str__(self) -> str:
        return self.slug

    def is_shown(self, today: dt.date) -> bool:
        """Whether readers may see it: what `published` asks of many, asked of one."""
        return self.state == self.State.PUBLISHED and self.issue is not None and self.issue.published_on <= today

    def get_absolute_url(self) -> str:
        assert self.issue is not None, "a draft has no address"
        return reverse("entry", args=[self.issue.year, self.issue.month, self.slug])


class EntryText(models.Model):
    """An entry's words in one language. Summary and the sections are Markdown."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
    author = models.CharField(max_length=200)
    translator = models.CharField(max_length=200, blank=True)
    design = models.CharField(max_length=300, blank=True)
    who = models.CharField(max_length=300, blank=True)
    how_many = models.CharField(max_length=300, blank=True)
    measured = models.CharField(max_length=300, blank=True)
    summary = models.TextField()
    implications = models.TextField()
    limitations = models.TextField(blank=True)
    disagreements = models.TextField(blank=True, help_text="Where sources disagree, told to the reader.")

    class Meta:
        ordering = ["entry", "language"]
        constraints = [models.UniqueConstraint(fields=["entry", "language"], name="one_text_a_language")]
        indexes = [models.Index(fields=["language", "entry"], name="entrytext_language")]

    def __str__(self) -> str:
        return f"{self.entry_id} ({self.language})"


class RevisionQuerySet(models.QuerySet["Revision"]):
    def told(self, today: dt.date, language: str) -> RevisionQuerySet:
        """The revisions that those who follow the digest in `language` hear of.

        They are those of what has been published, also when it has been withdrawn since. A translation is news
        in its own language only; one that does not say its language is told in all.
        """
        published = Revision.objects.filter(entry=models.OuterRef("entry"), kind=Revision.Kind.PUBLISHED)
        elsewhere = Q(kind=Revision.Kind.TRANSLATED) & ~Q(language__in=["", language])
        told = self.filter(models.Exists(published), entry__issue__published_on__lte=today)
        return told.exclude(entry__state=Entry.State.DRAFT).exclude(elsewhere)


class Revision(models.Model):
    """A numbered publishing, correction, translation or withdrawal of an entry."""

    class Kind(models.TextChoices):
        PUBLISHED = "published"
        CORRECTED = "corrected"
        TRANSLATED = "translated"
        WITHDRAWN = "withdrawn"
        NOTICE = "notice"  # the article itself was retracted, corrected or questioned

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    language = models.CharField(max_length=8, blank=True, help_text="Of a translation.")
    made_on = models.DateField()
    made_at = models.DateTimeField(null=True, help_text="To the second, where it was made at the desk.")
    by = models.CharField(max_length=200)
    account = models.JSONField(default=dict, help_text="One line for readers.")
    reason = models.TextField(blank=True, help_text="Why, for the network. Not shown to readers.")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["entry", "number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="revision_number_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["published", "corrected", "translated", "withdrawn", "notice"]),
                name="revision_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} revision {self.number}: {self.kind}"


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def current(self, today: dt.date) -> AnnouncementQuerySet:
        return self.filter(starts_on__lte=today, ends_on__gte=today)


class Announcement(models.Model):
    """A call for participants, an event or news, shown from its first to its last day."""

    class Kind(models.TextChoices):
        CALL = "call"
        EVENT = "event"
        NEWS = "news"

    key = models.SlugField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=5, choices=Kind.choices)
    title = models.JSONField(default=dict)
    body = models.JSONField(default=dict, help_text="Markdown.")
    link = models.URLField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["ends_on", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="announcement_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.key


class Page(models.Model):
    """A standing page in one language: about, accessibility, privacy."""

    slug = models.SlugField(max_length=60)
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
    body = models.TextField(help_text="Markdown.")

    class Meta:
        ordering = ["slug", "language"]
        constraints = [models.UniqueConstraint(fields=["slug", "language"], name="one_page_a_language")]

    def __str__(self) -> str:
        return f"{self.slug} ({self.language})"


class SynonymGroup(models.Model):
    """Words that mean the same to someone who searches, and everyday words that ask for them.

    `words` and `asked_as` map a language to a list of words or phrases. Each of `words` finds all of them;
    what stands in `asked_as` finds `words`, and not the other way round.
    """

    key = models.SlugField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField()
    words = models.JSONField(default=dict)
    asked_as = models.JSONField(default=dict)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.key


class KeptFromImports(models.Model):
    """A part of the network's own that was changed at the desk: an import does not overwrite it unasked.

    `kind` and `key` are those of the content files: “topics” and “alliance”, “pages” and “about.en”. A list has
    one row with an empty key when its order was changed. What was removed at the desk keeps its row, so that an
    import does not bring it back.
    """

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=90, blank=True)

    class Meta:
        verbose_name_plural = "kept from imports"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="kept_from_imports_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class SearchDocument(models.Model):
    """An entry as search reads it: the stems of its words in every language, by how much they say.

    Derived from the entry, its article and its shelves by `search.documents`, and never edited. The full-text
    index of either database follows this table by itself: see the migration that makes it.
    """

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, primary_key=True, related_name="+")
    title = models.TextField()
    shelves = models.TextField(help_text="Its topics and its research type.")
    implications = models.TextField()
    summary = models.TextField(help_text="With what stands at a glance.")
    article = models.TextField(help_text="Authors, year, title, journal, DOI.")
    rest = models.TextField(help_text="Limitations, disagreements, findings, and what its shelves are about.")

    def __str__(self) -> str:
        return f"search document of {self.entry_id}"


class SearchWord(models.Model):
    """A word of an entry, as written but for case and accents: what spelling is compared with.

    A word that stood in an entry once stays until the index is made anew (`rapport index_search`).
    """

    word = models.CharField(max_length=40, unique=True)
    stems = models.CharField(max_length=100, help_text="Its stem in each language, separated by spaces.")

    def __str__(self) -> str:
        return self.word
