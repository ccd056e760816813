from django.db import migrations

# On PostgreSQL, to ask for a word in title or shelves by its weight means to read the whole vector of every entry that
# has the word anywhere. A vector of those two fields alone answers from its index.
ADD = """
    ALTER TABLE digest_searchdocument ADD COLUMN prominent tsvector GENERATED ALWAYS AS (
        to_tsvector('simple', title) || to_tsvector('simple', shelves)
    ) STORED
"""
INDEX = "CREATE INDEX digest_searchdocument_prominent ON digest_searchdocument USING gin (prominent)"
DROP = "ALTER TABLE digest_searchdocument DROP COLUMN prominent"


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ADD)
        schema_editor.execute(INDEX)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("digest", "0003_desk")]
    operations = [migrations.RunPython(add, drop)]
