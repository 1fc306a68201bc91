"""The audit trail is written and read, never altered: the database refuses the rest."""

from django.db import migrations

from core import freezing


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [freezing.freeze("core_auditevent")]
