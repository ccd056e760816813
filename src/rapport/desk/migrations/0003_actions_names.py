from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0002_actions'),
    ]

    operations = [
        migrations.AddField(
            model_name='progress',
            name='author_name',
            field=models.CharField(blank=True, default='', help_text='Where that is no account here, by an import.', max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='progress',
            name='approved_by_name',
            field=models.CharField(blank=True, default='', help_text='As for the author.', max_length=200),
            preserve_default=False,
        ),
    ]
