"""Large boards stand in tables of their own that inherit from the entries (docs/adr/0009). PostgreSQL only.

The application's role owns no table. What it needs done is done by functions with the rights of the owner,
and by nothing else. They serve whoever may write entries, show no board in the place of a published one, and no
table that somebody else made.
"""

from django.db import migrations

ALLOWED = """
  IF NOT has_table_privilege(session_user, 'public.assessments_entry', 'INSERT') THEN
    RAISE EXCEPTION '% writes no boards', session_user USING ERRCODE = 'insufficient_privilege';
  END IF;"""
OPEN = """
CREATE OR REPLACE FUNCTION assessments_open_board(scheme bigint, period bigint, mark text, figures text[])
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  stem text := format('assessments_gathered_%s_%s', scheme, period);
  stage text := stem || '_' || mark;
  columns text;
  old record;
  stale boolean := false;
BEGIN
  IF mark !~ '^[0-9a-f]{8}$' THEN RAISE EXCEPTION 'not a mark: %', mark; END IF;
  FOR old IN SELECT oid::regclass AS name FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND starts_with(relname, stem || '_')
       AND relname NOT IN (stage, stage || '_done')
  LOOP EXECUTE format('DROP TABLE %s', old.name); END LOOP;
  IF to_regclass(stage) IS NOT NULL THEN
    EXECUTE format('SELECT coalesce(min(at) < now() - interval ''15 minutes'', false) FROM %I', stage || '_done')
      INTO stale;
    IF NOT stale THEN RETURN stage; END IF;
    EXECUTE format('DROP TABLE %I, %I', stage, stage || '_done');
  END IF;
  SELECT string_agg(format(', %I bigint', name), '') INTO columns FROM unnest(figures) name;
  EXECUTE format('CREATE UNLOGGED TABLE %I (id bigint, code text COLLATE "C", name text, path text COLLATE "C",'
    ' category text COLLATE "C", parent_code text COLLATE "C", size_class text COLLATE "C", is_subject integer, is_committee integer, previous_total integer%s)'
    ' WITH (autovacuum_enabled = off)', stage, coalesce(columns, ''));
  EXECUTE format('CREATE UNLOGGED TABLE %I (first bigint PRIMARY KEY, at timestamptz DEFAULT now())', stage || '_done');
  EXECUTE format('GRANT SELECT, INSERT ON %I, %I TO %I', stage, stage || '_done', session_user);
  RETURN stage;
END $$;
"""
BEGIN = """
CREATE OR REPLACE FUNCTION assessments_begin_board(edition bigint, stage text)
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
  IF stage !~ '^$|^assessments_gathered_[0-9]+_[0-9]+_[0-9a-f]{8}$' THEN RAISE EXCEPTION 'no stage: %', stage; END IF;
  IF stage <> '' THEN EXECUTE format('ANALYZE %I', stage); END IF;
  EXECUTE format('DROP TABLE IF EXISTS %I, %I', fresh, format('assessments_entry_%s_old', edition));
  EXECUTE format('CREATE TABLE %I (LIKE assessments_entry INCLUDING CONSTRAINTS,'
    ' CHECK (edition_id = %s)) WITH (autovacuum_enabled = off)', fresh, edition);
  EXECUTE format('ALTER TABLE %I ALTER id SET DEFAULT nextval(%L)', fresh,
    pg_get_serial_sequence('assessments_entry', 'id'));
  EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', fresh, session_user);
  EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', pg_get_serial_sequence('assessments_entry', 'id'),
    session_user);
  RETURN fresh;
END $$;
"""
INDEX = """
CREATE OR REPLACE FUNCTION assessments_index_board(edition bigint, part integer, parts integer)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  fresh text := format('assessments_entry_%s_new', edition);
  found record;
BEGIN
  SET LOCAL maintenance_work_mem = '256MB';
  FOR found IN
    SELECT pg_get_indexdef(indexrelid) AS definition, indisprimary,
           row_number() OVER (ORDER BY indisunique DESC, indexrelid) AS nth
      FROM pg_index WHERE indrelid = 'assessments_entry'::regclass
  LOOP
    IF found.nth % parts = part THEN
      EXECUTE regexp_replace(found.definition, 'INDEX \\S+ ON \\S+',
        format('INDEX ON %I', fresh));
    END IF;
  END LOOP;
  IF part = 0 THEN
    EXECUTE format('ALTER TABLE %I ADD FOREIGN KEY (unit_id) REFERENCES branches_partyunit (id)'
      ' DEFERRABLE INITIALLY DEFERRED', fresh);
  END IF;
END $$;
"""
SHOW = """
CREATE OR REPLACE FUNCTION assessments_show_board(edition bigint, stage text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  fresh text := format('assessments_entry_%s_new', edition);
  shown text := format('assessments_entry_%s', edition);
  found record;
BEGIN
  IF stage !~ '^$|^assessments_gathered_[0-9]+_[0-9]+_[0-9a-f]{8}$' THEN RAISE EXCEPTION 'no stage: %', stage; END IF;
  IF EXISTS (SELECT 1 FROM assessments_edition e WHERE e.id = edition AND e.state = 'PUBLISHED') THEN
    RAISE EXCEPTION 'rows of assessments_entry may not be changed (%)', edition USING ERRCODE = 'restrict_violation';
  END IF;
  IF (SELECT relowner FROM pg_class WHERE oid = fresh::regclass) <> current_user::regrole THEN
    RAISE EXCEPTION '% was made by somebody else', fresh USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF to_regclass(shown) IS NOT NULL THEN  -- who is about to read it still finds it: begin_board drops it
    EXECUTE format('ALTER TABLE %I NO INHERIT assessments_entry', shown);
    FOR found IN SELECT conname FROM pg_constraint WHERE conrelid = shown::regclass AND contype = 'f'
    LOOP EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', shown, found.conname); END LOOP;
    EXECUTE format('ALTER TABLE %I RENAME TO %I', shown, shown || '_old');
  END IF;
  DELETE FROM ONLY assessments_entry WHERE edition_id = edition;
  EXECUTE format('ALTER TABLE %I RENAME TO %I', fresh, shown);
  FOR found IN SELECT pg_get_triggerdef(oid) AS definition FROM pg_trigger
     WHERE tgrelid = 'assessments_entry'::regclass AND NOT tgisinternal
  LOOP EXECUTE regexp_replace(found.definition, ' ON \\S+', format(' ON %I', shown)); END LOOP;
  FOR found IN SELECT privilege_type, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(grantee::regrole::text) END
      AS grantee FROM pg_class, aclexplode(relacl) WHERE oid = 'assessments_entry'::regclass
  LOOP EXECUTE format('GRANT %s ON %I TO %s', found.privilege_type, shown, found.grantee); END LOOP;
  EXECUTE format('ALTER TABLE %I RESET (autovacuum_enabled)', shown);
  EXECUTE format('ALTER TABLE %I INHERIT assessments_entry', shown);
  IF stage <> '' THEN EXECUTE format('DROP TABLE %I, %I', stage, stage || '_done'); END IF;
END $$;
"""
NAMES = ["open_board(bigint, bigint, text, text[])", "begin_board(bigint, text)"]
NAMES += ["index_board(bigint, integer, integer)", "show_board(bigint, text)"]


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for function in (OPEN, BEGIN, INDEX, SHOW):
            schema_editor.execute(function.replace("BEGIN\n", f"BEGIN{ALLOWED}\n", 1), params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in NAMES:
            schema_editor.execute(f"DROP FUNCTION assessments_{name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0006_scheme_drafts")]
    operations = [migrations.RunPython(make, drop)]
