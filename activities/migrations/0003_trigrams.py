"""pg_trgm, with which PostgreSQL compares texts. Where it can't be had, texts are compared in Python."""

import logging

from django.db import Error, migrations, transaction

logger = logging.getLogger(__name__)


def create_extension(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except Error as error:
        logger.warning("pg_trgm can't be created, texts are compared in Python: %s", error)


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_duty_rules")]
    # Left where it is when going back: somebody else may use it.
    operations = [migrations.RunPython(create_extension, migrations.RunPython.noop)]
