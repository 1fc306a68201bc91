#!/usr/bin/env python
"""Django's command line; ``./run manage`` calls it in the project's environment."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

LONG_STATEMENTS_MS = "300000"  # imports and recomputes are long; a page is not (settings: 15 s)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partybuild.settings")
    os.environ.setdefault("DB_STATEMENT_TIMEOUT_MS", LONG_STATEMENTS_MS)
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"partybuild: {error}")


if __name__ == "__main__":
    main()
