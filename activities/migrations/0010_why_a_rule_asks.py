"""The basis of two rules in full: what the regulations say, and what they leave to this system."""

from django.db import migrations

# code: (as seeded first, as it is told now)
BASES = {
    "org-life-meeting": (
        "党支部工作条例第十七条",
        "党支部工作条例第十七条：每年至少召开一次，一般安排在第四季度；条例未规定跨年宽限，确需延期的由上级单位开放期限",
    ),
    "group-leaders-meeting": (
        "党小组长例会",
        "党小组建设做法：党支部定期召开党小组长会议，交流经验、取长补短；每季度一次是系统取定的频次",
    ),
}


def tell(apps, schema_editor):
    """What somebody wrote himself stays."""
    rules = apps.get_model("activities", "DutyRule").objects
    for code, (before, now) in BASES.items():
        rules.filter(code=code, basis=before).update(basis=now)


class Migration(migrations.Migration):
    dependencies = [("activities", "0009_settled_by_a_meeting")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
