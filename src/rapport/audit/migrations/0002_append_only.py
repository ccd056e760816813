from django.db import migrations

SQLITE = [
    f"""
    CREATE TRIGGER audit_event_no_{deed} BEFORE {deed.upper()} ON audit_event
    BEGIN SELECT RAISE(ABORT, 'The audit is append-only.'); END
    """
    for deed in ("update", "delete")
]
POSTGRES = [
    """
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'The audit is append-only.'; END $$
    """,
    "CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event "
    "FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
]


def refuse(apps, schema_editor):
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER audit_event_append_only ON audit_event")
        schema_editor.execute("DROP FUNCTION audit_refuse()")
    else:
        for deed in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER audit_event_no_{deed}")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(refuse, allow)]
