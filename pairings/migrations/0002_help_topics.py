"""A short catalogue of what branches and partners help each other with; the administration changes it."""

from django.db import migrations

TOPICS = [
    ("LINE_CHECK", "用电检查"),
    ("GRID_REBUILDING", "线路改造"),
    ("SAFETY", "安全用电宣传"),
    ("ENERGY_SAVING", "节能诊断"),
    ("TRAINING", "技能培训"),
    ("SCHOOLING", "结对助学"),
    ("PREMISES", "活动场地"),
    ("LINE_GUARDS", "护线人手"),
    ("FARM_SALES", "农产品销路"),
    ("LECTURERS", "党课师资"),
]


def add_topics(apps, schema_editor):
    topic = apps.get_model("pairings.HelpTopic")
    for at, (code, name) in enumerate(TOPICS, start=1):
        topic.objects.get_or_create(code=code, defaults={"name": name, "order": at * 10})


class Migration(migrations.Migration):
    dependencies = [("pairings", "0001_initial")]

    operations = [migrations.RunPython(add_topics, migrations.RunPython.noop)]
