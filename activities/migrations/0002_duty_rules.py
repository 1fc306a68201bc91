"""The first rules of what is owed, as data (domain.md 7)."""

from django.db import migrations

BRANCHES = ["BRANCH", "JOINT_BRANCH", "TEMPORARY_BRANCH"]
RULES = [
    # code, kind, owed by, cadence, needs_committee, in_meetings, basis
    ("general-meeting", "GENERAL_MEETING", BRANCHES, "QUARTER", False, True, "党支部工作条例第十一条"),
    ("committee-meeting", "COMMITTEE_MEETING", BRANCHES, "MONTH", True, True, "党支部工作条例第十二条"),
    ("group-meeting", "GROUP_MEETING", ["GROUP"], "MONTH", False, True, "党支部工作条例第十三条"),
    ("party-lecture", "PARTY_LECTURE", BRANCHES, "QUARTER", False, True, "三会一课"),
    ("themed-party-day", "THEMED_PARTY_DAY", BRANCHES, "MONTH", False, False, "党支部工作条例第十六条"),
]


def seed(apps, schema_editor):
    rule_model = apps.get_model("activities", "DutyRule")
    for code, kind, unit_kinds, cadence, needs_committee, in_meetings, basis in RULES:
        rule_model.objects.update_or_create(
            code=code,
            defaults={
                "kind": kind,
                "unit_kinds": unit_kinds,
                "cadence": cadence,
                "needs_committee": needs_committee,
                "in_meetings": in_meetings,
                "basis": basis,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
