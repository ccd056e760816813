import django.db.models.deletion
from django.db import migrations, models

# The full-text index of either database follows `digest_searchdocument` by itself, in the same transaction:
# on SQLite by triggers, on PostgreSQL because its column is generated. A later migration that changes that
# table on SQLite makes the table anew and must make the triggers anew with it.

FIELDS = ("title", "shelves", "implications", "summary", "article", "rest")

_columns = ", ".join(FIELDS)
_new, _old = (", ".join(f"{row}.{field}" for field in FIELDS) for row in ("new", "old"))
_add = f"INSERT INTO digest_searchindex(rowid, {_columns}) VALUES (new.entry_id, {_new});"
_take = f"INSERT INTO digest_searchindex(digest_searchindex, rowid, {_columns}) VALUES ('delete', old.entry_id, {_old});"

SQLITE = [
    f"""
    CREATE VIRTUAL TABLE digest_searchindex USING fts5(
        {_columns}, content='digest_searchdocument', content_rowid='entry_id', tokenize='unicode61'
    )
    """,
    f"CREATE TRIGGER digest_searchindex_insert AFTER INSERT ON digest_searchdocument BEGIN {_add} END",
    f"CREATE TRIGGER digest_searchindex_delete AFTER DELETE ON digest_searchdocument BEGIN {_take} END",
    f"CREATE TRIGGER digest_searchindex_update AFTER UPDATE ON digest_searchdocument BEGIN {_take} {_add} END",
]

POSTGRES = [
    """
    ALTER TABLE digest_searchdocument ADD COLUMN vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', shelves), 'B')
        || setweight(to_tsvector('simple', implications || ' ' || summary), 'C')
        || setweight(to_tsvector('simple', article || ' ' || rest), 'D')
    ) STORED
    """,
    "CREATE INDEX digest_searchdocument_vector ON digest_searchdocument USING gin (vector)",
]


def make_index(apps, schema_editor):
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":  # PostgreSQL drops it with the table
        schema_editor.execute("DROP TABLE digest_searchindex")


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchDocument',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='digest.entry')),
                ('title', models.TextField()),
                ('shelves', models.TextField(help_text='Its topics and its research type.')),
                ('implications', models.TextField()),
                ('summary', models.TextField(help_text='With what stands at a glance.')),
                ('article', models.TextField(help_text='Authors, year, title, journal, DOI.')),
                ('rest', models.TextField(help_text='Limitations, disagreements, findings, and what its shelves are about.')),
            ],
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=40, unique=True)),
                ('stems', models.CharField(help_text='Its stem in each language, separated by spaces.', max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name='SynonymGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('position', models.PositiveSmallIntegerField()),
                ('words', models.JSONField(default=dict)),
                ('asked_as', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['position', 'key'],
            },
        ),
        migrations.RunPython(make_index, drop_index),
    ]
