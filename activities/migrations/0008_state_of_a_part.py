from importlib import import_module

from django.db import migrations, models
from django.db.models import F, OrderBy, Q

NEWEST_FIRST = (OrderBy(F("held_on"), descending=True), OrderBy(F("activity"), descending=True))
POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION participation_stands() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        SELECT held_on, state INTO NEW.held_on, NEW.state FROM activities_activity WHERE id = NEW.activity_id;
        NEW.path := (SELECT path FROM branches_partyunit WHERE id = NEW.unit_id);
        RETURN NEW;
    END $$""",
    """CREATE OR REPLACE FUNCTION participation_day() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE activities_participation SET held_on = NEW.held_on, state = NEW.state
         WHERE activity_id = NEW.id;
        RETURN NULL;
    END $$""",
    "DROP TRIGGER participation_day ON activities_activity",
    """CREATE TRIGGER participation_day AFTER UPDATE OF held_on, state ON activities_activity
    FOR EACH ROW WHEN (OLD.held_on <> NEW.held_on OR OLD.state <> NEW.state)
    EXECUTE FUNCTION participation_day()""",
]
STANDS = """BEGIN UPDATE activities_participation
    SET held_on = (SELECT held_on FROM activities_activity WHERE id = NEW.activity_id),
        state = (SELECT state FROM activities_activity WHERE id = NEW.activity_id),
        path = (SELECT path FROM branches_partyunit WHERE id = NEW.unit_id)
    WHERE id = NEW.id; END"""
SQLITE = [
    "DROP TRIGGER participation_stands_new",
    "DROP TRIGGER participation_stands",
    "DROP TRIGGER participation_day",
    "CREATE TRIGGER participation_stands_new AFTER INSERT ON activities_participation " + STANDS,
    "CREATE TRIGGER participation_stands AFTER UPDATE ON activities_participation " + STANDS,
    """CREATE TRIGGER participation_day AFTER UPDATE OF held_on, state ON activities_activity
    WHEN OLD.held_on <> NEW.held_on OR OLD.state <> NEW.state
    BEGIN UPDATE activities_participation SET held_on = NEW.held_on, state = NEW.state
          WHERE activity_id = NEW.id; END""",
]
FILL = "UPDATE activities_participation SET held_on = held_on"  # the trigger says the rest


def keep(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in [*(POSTGRESQL if postgresql else SQLITE), FILL]:
        schema_editor.execute(statement, params=None)


def keep_as_before(apps, schema_editor):
    """The day and the path only, as 0005 made it."""
    before = import_module("activities.migrations.0005_where_a_part_stands")
    before.forget(apps, schema_editor)
    before.keep(apps, schema_editor)


class Migration(migrations.Migration):
    """What counts and what waits is read from the part too, beside its day and its place in the tree."""

    dependencies = [("activities", "0007_rules_told_apart")]
    operations = [
        migrations.AddField(
            "participation",
            "state",
            models.CharField(editable=False, max_length=10, null=True, verbose_name="state of the record"),
        ),
        migrations.RunPython(keep, keep_as_before),
        migrations.AddIndex(
            "participation",
            models.Index(*NEWEST_FIRST, condition=Q(state="CONFIRMED"), name="participation_confirmed"),
        ),
        migrations.AddIndex(
            "participation",
            models.Index(
                F("state"), *NEWEST_FIRST, condition=~Q(state="CONFIRMED"), name="participation_unconfirmed"
            ),
        ),
        migrations.AddIndex(
            "activity",
            models.Index(
                condition=Q(state__in=["DRAFT", "PLANNED", "RETURNED", "SUBMITTED"]),
                fields=["unit", "state"],
                name="activity_open",
            ),
        ),
    ]
