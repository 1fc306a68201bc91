"""A board's table has room on each page: an entry that is scored again is written beside itself, and no index
has to learn of it. PostgreSQL only.

The function that begins a board takes no stage any more: gathering its statistics took longer than they saved.
"""

from importlib import import_module

from django.db import migrations

board_tables = import_module("assessments.migrations.0007_board_tables")
BEGIN = """
CREATE FUNCTION assessments_begin_board(edition bigint)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  fresh text := format('assessments_entry_%s_new', edition);
  old record;
BEGIN
  FOR old IN SELECT c.oid::regclass AS name FROM pg_class c
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
       AND c.relname ~ '^assessments_entry_[0-9]+_old$' AND substring(c.relname FROM '[0-9]+')::bigint IN
           (SELECT e.id FROM assessments_edition e WHERE e.state = 'PUBLISHED')
  LOOP EXECUTE format('DROP TABLE %s', old.name); END LOOP;
  EXECUTE format('DROP TABLE IF EXISTS %I, %I', fresh, format('assessments_entry_%s_old', edition));
  EXECUTE format('CREATE TABLE %I (LIKE assessments_entry INCLUDING CONSTRAINTS,'
    ' CHECK (edition_id = %s)) WITH (autovacuum_enabled = off, fillfactor = 90)', fresh, edition);
  EXECUTE format('ALTER TABLE %I ALTER id SET DEFAULT nextval(%L)', fresh,
    pg_get_serial_sequence('assessments_entry', 'id'));
  EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', fresh, session_user);
  EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', pg_get_serial_sequence('assessments_entry', 'id'),
    session_user);
  RETURN fresh;
END $$;
"""


def replace(old, new):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION assessments_begin_board({old})", params=None)
            allowed = new.replace("BEGIN\n", f"BEGIN{board_tables.ALLOWED}\n", 1)
            schema_editor.execute(allowed, params=None)

    return run


class Migration(migrations.Migration):
    dependencies = [("assessments", "0011_narrow_signs_of_units")]
    operations = [
        migrations.RunPython(replace("bigint, text", BEGIN), replace("bigint", board_tables.BEGIN)),
    ]
