from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="JobRun",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("due_at", models.DateTimeField(null=True)),
                (
                    "task",
                    models.CharField(
                        blank=True, help_text="The task that the schedule left for a worker.", max_length=40
                    ),
                ),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(help_text="When it was last done, well or not.", null=True)),
                ("problem", models.TextField(blank=True, help_text="Why it failed when it was last done.")),
            ],
            options={"ordering": ["name"]},
        ),
    ]
