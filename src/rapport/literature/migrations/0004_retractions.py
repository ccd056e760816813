from django.db import migrations, models


def fill(apps, schema_editor):
    """Articles retracted before these fields were there: by the last of their retractions, as they are in force."""
    Article, Notice = apps.get_model("literature", "Article"), apps.get_model("literature", "Notice")
    for article in Article.objects.filter(standing="retracted"):
        retraction = Notice.objects.filter(article=article, kind="retraction").order_by("published_on", "pk").last()
        if retraction is not None:
            article.retracted_on, article.retraction_doi = retraction.published_on, retraction.doi
            article.save(update_fields=["retracted_on", "retraction_doi"])


class Migration(migrations.Migration):
    dependencies = [("literature", "0003_running")]

    operations = [
        migrations.AddField(
            model_name="article",
            name="retracted_on",
            field=models.DateField(editable=False, help_text="When its retraction was published.", null=True),
        ),
        migrations.AddField(
            model_name="article",
            name="retraction_doi",
            field=models.CharField(
                blank=True,
                default="",
                editable=False,
                help_text="Of the notice that retracts it.",
                max_length=255,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
