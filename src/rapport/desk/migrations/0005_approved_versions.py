from django.db import migrations, models
from django.db.models import Max


def what_was_approved_together(apps, schema_editor):
    """Until now an approval was of all languages at once: of what is approved or out, the newest versions are."""
    Progress, Version = apps.get_model("desk", "Progress"), apps.get_model("desk", "Version")
    for progress in Progress.objects.filter(stage__in=["approved", "out"]).iterator():
        newest = Version.objects.filter(entry=progress.entry_id).order_by().values_list("language")
        progress.approved_versions = dict(newest.annotate(Max("number")))
        progress.save(update_fields=["approved_versions"])


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0004_who_did_a_task'),
    ]

    operations = [
        migrations.AddField(
            model_name='progress',
            name='approved_versions',
            field=models.JSONField(default=dict, help_text='By language, the number of the version that was last approved. Kept when the approval lapses: who wrote since is asked by it.'),
        ),
        migrations.RunPython(what_was_approved_together, migrations.RunPython.noop),
    ]
