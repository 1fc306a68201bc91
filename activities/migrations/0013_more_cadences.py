"""Half-yearly rules; two more rules that nobody owes until an office says so; why a Party day is due as it is."""

from django.db import migrations, models

LEADERS = "最佳党小组长评选、党小组长培训，每年一次；记录里分不出培训对象，任何一次培训都会算作完成，由使用单位按本地做法启用"
VISITS = "党委委员联系点走访，每季度一次；系统不登记谁联系哪个点，说不清由谁完成，由使用单位确定后启用"
RULES = {
    "group-leader-training": {
        "kind": "TRAINING",
        "name": "党小组长培训与评优",
        "unit_kinds": ["BRANCH", "JOINT_BRANCH", "TEMPORARY_BRANCH"],
        "cadence": "YEAR",
        "needs_groups": True,
        "remind_before": [60],
        "basis": LEADERS,
    },
    "contact-point-visit": {
        "kind": "RESEARCH_VISIT",
        "name": "联系点走访",
        "unit_kinds": ["COMMITTEE"],
        "cadence": "QUARTER",
        "remind_before": [20],
        "basis": VISITS,
    },
}
PARTY_DAY = "themed-party-day"
BASIS = "党支部工作条例第十六条"
TOLD = "党支部工作条例第十六条：每月相对固定1天；固定哪一天由各支部自定，系统以月末为限，提前3天提醒"


def seed(apps, schema_editor):
    """What somebody wrote himself stays."""
    rules = apps.get_model("activities", "DutyRule").objects
    for code, facts in RULES.items():
        rules.get_or_create(code=code, defaults={**facts, "active": False})
    rules.filter(code=PARTY_DAY, basis=BASIS).update(basis=TOLD)


class Migration(migrations.Migration):
    dependencies = [("activities", "0012_six_musts")]

    operations = [
        migrations.AlterField(
            "dutyrule",
            "cadence",
            models.CharField(
                choices=[
                    ("MONTH", "monthly"),
                    ("QUARTER", "quarterly"),
                    ("HALF_YEAR", "half-yearly"),
                    ("YEAR", "yearly"),
                ],
                max_length=10,
                verbose_name="cadence",
            ),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
