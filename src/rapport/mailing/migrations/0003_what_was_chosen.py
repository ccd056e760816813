from typing import Any

from django.db import migrations, models


def chose_what_they_have(apps: Any, schema_editor: Any) -> None:
    """Of whom topics are kept, they were chosen; so with types."""
    subscriber = apps.get_model("mailing", "Subscriber")
    for of, field in (("topics", "chose_topics"), ("research_types", "chose_types")):
        chosen = getattr(subscriber, of).through.objects.values("subscriber_id")
        subscriber.objects.filter(pk__in=chosen).update(**{field: True})


class Migration(migrations.Migration):
    dependencies = [("mailing", "0002_why_a_mailing_paused")]

    operations = [
        migrations.AddField(
            model_name="subscriber",
            name="chose_topics",
            field=models.BooleanField(default=False, help_text="Whether having no topics means that theirs are gone."),
        ),
        migrations.AddField(
            model_name="subscriber",
            name="chose_types",
            field=models.BooleanField(default=False, help_text="Whether having no types means that theirs are gone."),
        ),
        migrations.RunPython(chose_what_they_have, migrations.RunPython.noop),
    ]
