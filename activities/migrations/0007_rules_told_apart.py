"""Two rules for one kind of activity are told apart by a name."""

from django.db import migrations, models

SEEDED = {"committee-lecture": "党委书记讲课"}


def name_alike(apps, schema_editor):
    """The seeded name, and the code of any other rule that asks for what one before it asks for."""
    rules = apps.get_model("activities", "DutyRule").objects
    for code, name in SEEDED.items():
        rules.filter(code=code, name="").update(name=name)
    known = set()
    for rule in rules.order_by("pk"):
        if (rule.kind, rule.talk_kind, rule.name) in known:
            rule.name = rule.code
            rule.save(update_fields=["name"])
        known.add((rule.kind, rule.talk_kind, rule.name))


class Migration(migrations.Migration):
    dependencies = [("activities", "0006_days_of_a_unit")]

    operations = [
        migrations.AddField(
            model_name="dutyrule",
            name="name",
            field=models.CharField(
                blank=True,
                default="",
                help_text="What tells it apart from another rule for the same kind of activity.",
                max_length=60,
                verbose_name="name",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(name_alike, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="dutyrule",
            constraint=models.UniqueConstraint(
                fields=("kind", "talk_kind", "name"), name="duty_rule_told_apart"
            ),
        ),
    ]
