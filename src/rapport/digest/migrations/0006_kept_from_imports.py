from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0005_actions'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptFromImports',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('key', models.CharField(blank=True, max_length=90)),
            ],
            options={
                'verbose_name_plural': 'kept from imports',
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='kept_from_imports_once')],
            },
        ),
    ]
