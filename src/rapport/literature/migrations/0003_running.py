from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("literature", "0002_desk")]

    operations = [
        migrations.AddField(
            model_name="article",
            name="standing",
            field=models.CharField(
                blank=True,
                choices=[
                    ("retracted", "retracted"),
                    ("questioned", "questioned"),
                    ("corrected", "corrected"),
                    ("reinstated", "reinstated"),
                ],
                default="",
                editable=False,
                help_text="What the notices about it come to. Kept here so that lists need not read them.",
                max_length=14,
            ),
            preserve_default=False,
        ),
    ]
