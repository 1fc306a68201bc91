"""Where else the core task of a meeting stands: in the self-check, in the branch's yearly appraisal."""

from importlib import import_module

from django.conf import settings
from django.db import migrations, models

BOUND = import_module("activities.migrations.0008_state_of_a_part").SQLITE


def loosen(apps, schema_editor):
    """SQLite makes a changed table anew, which the triggers that name it forbid."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in BOUND:
            if statement.startswith("DROP"):
                schema_editor.execute(statement, params=None)


def bind(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in BOUND:
            if statement.startswith("CREATE"):
                schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0011_corrections_keep_their_member'),
        ('branches', '0003_offices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(loosen, bind),
        migrations.AddField(
            model_name='activity',
            name='core_task_checked',
            field=models.BooleanField(db_default=False, default=False, help_text='That it was checked; of the self-criticism itself no text is kept.', verbose_name='core task in the self-check'),
        ),
        migrations.AddField(
            model_name='activity',
            name='core_task_listed',
            field=models.BooleanField(db_default=False, default=False, help_text="That the branch's own report of the year lists it.", verbose_name='core task in the yearly appraisal'),
        ),
        migrations.AddField(
            model_name='historicalactivity',
            name='core_task_checked',
            field=models.BooleanField(db_default=False, default=False, help_text='That it was checked; of the self-criticism itself no text is kept.', verbose_name='core task in the self-check'),
        ),
        migrations.AddField(
            model_name='historicalactivity',
            name='core_task_listed',
            field=models.BooleanField(db_default=False, default=False, help_text="That the branch's own report of the year lists it.", verbose_name='core task in the yearly appraisal'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('core_task__isnull', False), models.Q(('core_task_checked', False), ('core_task_listed', False)), _connector='OR'), name='activity_core_task_placed'),
        ),
        migrations.RunPython(bind, loosen),
    ]
