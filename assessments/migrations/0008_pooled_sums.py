from django.db import migrations

import core.fields
from core import freezing

PUBLISHED = (
    "EXISTS (SELECT 1 FROM assessments_edition e WHERE e.id = {row}.edition_id AND e.state = 'PUBLISHED')"
)


def freeze_again(apps, schema_editor):
    """SQLite makes the table anew for another column, and its triggers are gone with the old one."""
    old, new = PUBLISHED.format(row="OLD"), PUBLISHED.format(row="NEW")
    if schema_editor.connection.vendor == "sqlite":
        conditions = {"when": old, "insert_when": new, "update_when": f"{old} OR {new}"}
        for statement in freezing.freeze_sql("sqlite", "assessments_entry", **conditions):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0007_board_tables")]
    operations = [
        migrations.RunPython(migrations.RunPython.noop, freeze_again),
        migrations.AddField(
            model_name="entry",
            name="sums",
            field=core.fields.IntegerListField(default=list, verbose_name="pooled figures"),
        ),
        migrations.RunPython(freeze_again, migrations.RunPython.noop),
    ]
