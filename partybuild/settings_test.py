"""The production settings, with what makes tests fast, repeatable and free of traces."""

import os
import tempfile

os.environ["DEBUG"] = "0"
os.environ["SECRET_KEY"] = "a-fixed-key-for-tests-only-0123456789-abcdefghij"  # noqa: S105 - of no installation
os.environ["INSECURE_HTTP"] = "1"  # the test client speaks plain HTTP
os.environ["STATIC_MANIFEST"] = "0"
os.environ["EMAIL_URL"] = "memorymail://"

from partybuild.settings import *  # noqa: F403 - after the environment above
from partybuild.settings import DATABASES, LOGGING

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = os.environ.get("MEDIA_ROOT", "/nonexistent")  # conftest gives each test a folder of its own
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads and the browser's server then lock each other as they do in use.
    DATABASES["default"]["TEST"] = {
        "NAME": os.path.join(tempfile.gettempdir(), f"partybuild-test-{os.getpid()}.sqlite3")
    }
else:
    # whatever language the server was set up in
    DATABASES["default"]["TEST"] = {"CHARSET": "UTF8", "TEMPLATE": "template0"}
# Tasks run where they are rung, with Redis too; the fixture ``worker`` brings a real worker to this queue.
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("TEST_QUEUE", f"tests-{os.getpid()}")
CELERY_TASK_ALWAYS_EAGER = "TEST_QUEUE" not in os.environ
LOGGING["root"] = LOGGING["loggers"]["django"] = {"handlers": ["stderr"], "level": "WARNING"}
