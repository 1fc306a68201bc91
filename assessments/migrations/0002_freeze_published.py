"""A published board and the rules it was made by are never altered: the database refuses it."""

from django.db import migrations

from core import freezing

PUBLISHED = (
    "EXISTS (SELECT 1 FROM assessments_edition e WHERE e.id = {row}.edition_id AND e.state = 'PUBLISHED')"
)
USED = (
    "EXISTS (SELECT 1 FROM assessments_edition e WHERE e.scheme_id = {row}.{key} AND e.state = 'PUBLISHED')"
)


def freeze_part_of_scheme(table):
    old, new = USED.format(row="OLD", key="scheme_id"), USED.format(row="NEW", key="scheme_id")
    return freezing.freeze(table, when=old, insert_when=new, update_when=f"{old} OR {new}")


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]
    operations = [
        freezing.freeze("assessments_edition", when="OLD.state = 'PUBLISHED'"),
        freezing.freeze(
            "assessments_entry",
            when=PUBLISHED.format(row="OLD"),
            insert_when=PUBLISHED.format(row="NEW"),
            update_when=f"{PUBLISHED.format(row='OLD')} OR {PUBLISHED.format(row='NEW')}",
        ),
        freezing.freeze("assessments_scheme", when=USED.format(row="OLD", key="id")),
        freeze_part_of_scheme("assessments_section"),
        freeze_part_of_scheme("assessments_item"),
        freeze_part_of_scheme("assessments_band"),
    ]
