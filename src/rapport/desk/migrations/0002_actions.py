import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='version',
            name='by_name',
            field=models.CharField(blank=True, default='', help_text='Who wrote it where that is no account here: it came by an import.', max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='acknowledgement',
            name='by_name',
            field=models.CharField(blank=True, default='', help_text='Who answers where that is no account here: it came by an import.', max_length=200),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='acknowledgement',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]
