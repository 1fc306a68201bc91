"""The first rules of what is owed, as data (domain.md 7)."""

from django.db import migrations

BRANCHES = ["BRANCH", "JOINT_BRANCH", "TEMPORARY_BRANCH"]
MEETING = {"in_meetings": True}
RULES = [
    # code, kind, owed by, cadence, remind so many days before, basis, what else
    ("general-meeting", "GENERAL_MEETING", BRANCHES, "QUARTER", [20, 7], "党支部工作条例第十一条", MEETING),
    (
        "committee-meeting",
        "COMMITTEE_MEETING",
        BRANCHES,
        "MONTH",
        [7],
        "党支部工作条例第十二条",
        MEETING | {"needs_committee": True},
    ),
    ("group-meeting", "GROUP_MEETING", ["GROUP"], "MONTH", [7], "党支部工作条例第十三条", MEETING),
    ("party-lecture", "PARTY_LECTURE", BRANCHES, "QUARTER", [20], "三会一课", MEETING),
    ("themed-party-day", "THEMED_PARTY_DAY", BRANCHES, "MONTH", [3], "党支部工作条例第十六条", {}),
    ("committee-lecture", "PARTY_LECTURE", ["COMMITTEE"], "YEAR", [61], "党委书记每年至少讲一次党课", {}),
    ("org-life-meeting", "ORG_LIFE_MEETING", BRANCHES, "YEAR", [91, 30], "党支部工作条例第十七条", {}),
    (
        "democratic-appraisal",
        "DEMOCRATIC_APPRAISAL",
        BRANCHES,
        "YEAR",
        [60],
        "党支部工作条例第十八条",
        {"grace_days": 90},
    ),
    (
        "talks-committee-mutual",
        "HEART_TALK",
        BRANCHES,
        "YEAR",
        [91],
        "党支部工作条例第十九条",
        {"needs_committee": True, "talk_kind": "COMMITTEE_MUTUAL"},
    ),
    (
        "talks-committee-member",
        "HEART_TALK",
        BRANCHES,
        "YEAR",
        [91],
        "党支部工作条例第十九条",
        {"needs_committee": True, "talk_kind": "COMMITTEE_MEMBER"},
    ),
    (
        "talks-member-mutual",
        "HEART_TALK",
        BRANCHES,
        "YEAR",
        [91],
        "党支部工作条例第十九条",
        {"talk_kind": "MEMBER_MUTUAL"},
    ),
    (
        "group-leaders-meeting",
        "GROUP_LEADERS_MEETING",
        BRANCHES,
        "QUARTER",
        [20],
        "党小组长例会",
        {"needs_groups": True},
    ),
    ("model-day", "MODEL_DAY", BRANCHES, "QUARTER", [20], "示范服务日，每季度一次", {"active": False}),
]


def seed(apps, schema_editor):
    rule_model = apps.get_model("activities", "DutyRule")
    for code, kind, unit_kinds, cadence, remind_before, basis, more in RULES:
        facts = {"kind": kind, "unit_kinds": unit_kinds, "cadence": cadence, "basis": basis}
        rule_model.objects.update_or_create(
            code=code, defaults={**facts, "remind_before": remind_before, **more}
        )


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
