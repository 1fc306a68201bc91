import django.db.models.functions.text
from django.db import migrations, models
from django.db.models import F, OrderBy

NEWEST_FIRST = (OrderBy(F("held_on"), descending=True), OrderBy(F("activity"), descending=True))
POSTGRESQL = [
    """CREATE FUNCTION participation_stands() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.held_on := (SELECT held_on FROM activities_activity WHERE id = NEW.activity_id);
        NEW.path := (SELECT path FROM branches_partyunit WHERE id = NEW.unit_id);
        RETURN NEW;
    END $$""",
    """CREATE FUNCTION participation_day() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE activities_participation SET held_on = NEW.held_on WHERE activity_id = NEW.id;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION participation_path() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE activities_participation SET path = NEW.path WHERE unit_id = NEW.id;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER participation_stands BEFORE INSERT OR UPDATE ON activities_participation
    FOR EACH ROW EXECUTE FUNCTION participation_stands()""",
    """CREATE TRIGGER participation_day AFTER UPDATE OF held_on ON activities_activity
    FOR EACH ROW WHEN (OLD.held_on <> NEW.held_on) EXECUTE FUNCTION participation_day()""",
    """CREATE TRIGGER participation_path AFTER UPDATE OF path ON branches_partyunit
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION participation_path()""",
]
STANDS = """BEGIN UPDATE activities_participation
    SET held_on = (SELECT held_on FROM activities_activity WHERE id = NEW.activity_id),
        path = (SELECT path FROM branches_partyunit WHERE id = NEW.unit_id)
    WHERE id = NEW.id; END"""
SQLITE = [
    "CREATE TRIGGER participation_stands_new AFTER INSERT ON activities_participation " + STANDS,
    "CREATE TRIGGER participation_stands AFTER UPDATE ON activities_participation " + STANDS,
    """CREATE TRIGGER participation_day AFTER UPDATE OF held_on ON activities_activity
    WHEN OLD.held_on <> NEW.held_on
    BEGIN UPDATE activities_participation SET held_on = NEW.held_on WHERE activity_id = NEW.id; END""",
    """CREATE TRIGGER participation_path AFTER UPDATE OF path ON branches_partyunit
    WHEN OLD.path IS NOT NEW.path
    BEGIN UPDATE activities_participation SET path = NEW.path WHERE unit_id = NEW.id; END""",
]
NAMES = ("participation_stands", "participation_day", "participation_path")


def keep(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL if postgresql else SQLITE:
        schema_editor.execute(statement, params=None)


def forget(apps, schema_editor):
    for name in NAMES if schema_editor.connection.vendor == "postgresql" else ():
        schema_editor.execute(f"DROP FUNCTION {name}() CASCADE", params=None)
    for name in () if schema_editor.connection.vendor == "postgresql" else (*NAMES, f"{NAMES[0]}_new"):
        schema_editor.execute(f"DROP TRIGGER {name}", params=None)


def under(length):
    name = f"participation_under_{length}"
    start = django.db.models.functions.text.Left("path", length)
    return migrations.AddIndex("participation", models.Index(start, *NEWEST_FIRST, name=name))


class Migration(migrations.Migration):
    """Lists of records are read along the day and the place in the tree, which stand in two other tables."""

    dependencies = [("activities", "0004_correction_requests"), ("branches", "0001_initial")]
    operations = [
        migrations.AddField(
            "participation",
            "held_on",
            models.DateField(editable=False, null=True, verbose_name="day held"),
        ),
        migrations.AddField(
            "participation",
            "path",
            models.CharField(editable=False, max_length=120, null=True, verbose_name="path of the unit"),
        ),
        migrations.AddIndex("participation", models.Index(*NEWEST_FIRST, name="participation_newest")),
        under(16),
        under(24),
        under(32),
        migrations.RunPython(keep, forget),
    ]
