from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0004_prominent'),
    ]

    operations = [
        migrations.AddField(
            model_name='issue',
            name='edited_at_desk',
            field=models.BooleanField(default=False, help_text='Whether the database is the authority: an import does not overwrite it unasked.'),
        ),
    ]
