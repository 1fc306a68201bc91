"""Settings, read from the environment and safe by default: nothing here needs editing for a new machine.

DATABASE_URL  REDIS_URL  SECRET_KEY  DEBUG  ALLOWED_HOSTS  CSRF_TRUSTED_ORIGINS  MEDIA_ROOT  EMAIL_URL  OIDC_*
are the installation's own; INSECURE_HTTP, STATIC_MANIFEST and DB_STATEMENT_TIMEOUT_MS are set by ``./run``.
A variable that is set but empty counts as not set.
"""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()


def env_text(name: str, default: str = "") -> str:
    return env.str(name, default="").strip() or default


def env_switch(name: str, *, default: bool) -> bool:
    return env.bool(name) if env_text(name) else default


def env_list(name: str, default: tuple[str, ...] = ()) -> list[str]:
    return [part.strip() for part in env_text(name).split(",") if part.strip()] or list(default)


# --- what must be right before anything else starts -----------------------------------------------
DEBUG = env_switch("DEBUG", default=False)
DEVELOPMENT_SECRET_KEY = "for-development-only-never-for-people-s-data"  # noqa: S105 - refused below
SECRET_KEY = env_text("SECRET_KEY", DEVELOPMENT_SECRET_KEY)
if not DEBUG and SECRET_KEY == DEVELOPMENT_SECRET_KEY:
    raise SystemExit("partybuild: SECRET_KEY is not set; with DEBUG off it must be a long random value.")

# Plain HTTP is refused outside development unless said aloud: cookies without Secure travel readable.
INSECURE_HTTP = env_switch("INSECURE_HTTP", default=DEBUG)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

# --- applications ---------------------------------------------------------------------------------
OIDC_SERVER_URL = env_text("OIDC_SERVER_URL")
SINGLE_SIGN_ON_APPS = ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    *(SINGLE_SIGN_ON_APPS if OIDC_SERVER_URL else []),
    "axes",
    "crispy_bootstrap5",
    "crispy_forms",
    "csp",
    "django_htmx",
    "simple_history",
    # ours last: their admin takes away what the libraries registered; templates/ wins over any app's folder
    "core",
    "accounts",
    "branches",
    "activities",
    "pairings",
    "assessments",
    "dashboard",
]

MIDDLEWARE = [
    "core.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionLifetimeMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",  # last, so that it sees the final answer to a failed sign-in
]

ROOT_URLCONF = "partybuild.urls"
WSGI_APPLICATION = "partybuild.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORMS_URLFIELD_ASSUME_HTTPS = True  # what Django 6 does anyway

# --- database -------------------------------------------------------------------------------------
SQLITE_OPTIONS = {
    # DEFERRED, Django's default, fails with "database is locked" under eight writers; IMMEDIATE never did
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
DB_STATEMENT_TIMEOUT_MS = env_text("DB_STATEMENT_TIMEOUT_MS", "15000")
POSTGRESQL_OPTIONS = {
    "connect_timeout": 5,
    "options": (
        f"-c lock_timeout=5000 -c statement_timeout={DB_STATEMENT_TIMEOUT_MS}"
        " -c idle_in_transaction_session_timeout=30000"
    ),
}


def database_from(url: str) -> dict:
    database = env.db_url_config(url)
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"].endswith("sqlite3"):
        options.update(SQLITE_OPTIONS)
    elif database["ENGINE"].endswith("postgresql"):
        options.update(POSTGRESQL_OPTIONS | options)
        database.update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
    else:
        raise SystemExit("partybuild: DATABASE_URL must name PostgreSQL or SQLite.")
    return database


if not env_text("DATABASE_URL"):
    VAR_DIR.mkdir(exist_ok=True)
DATABASES = {"default": database_from(env_text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people and sessions --------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.SignInBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "staff_no")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.validators.GuessableValidator"},
    {"NAME": "accounts.validators.CharacterClassValidator"},
]
PASSWORD_POLICY = "dengbao"  # noqa: S105 - "dengbao" asks for kinds of characters, "asvs" does not
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL

SESSION_COOKIE_AGE = (
    30 * 60
)  # idle time, which accounts.middleware begins anew; it ends any session after 12 hours
SESSION_ABSOLUTE_HOURS = 12
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.errors.csrf_failure"

ACCOUNT_ADAPTER = "accounts.adapter.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {
    "login_failed": None
}  # axes keeps this rule, in the database, for every process at once
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "partybuild"

if OIDC_SERVER_URL:
    SOCIALACCOUNT_ONLY = False
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": env_text("OIDC_PROVIDER_ID", "sso"),
                    "name": env_text("OIDC_NAME", "SSO"),
                    "client_id": env_text("OIDC_CLIENT_ID"),
                    "secret": env_text("OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": OIDC_SERVER_URL},
                },
            ],
        },
    }

# One colleague's mistyping locks nobody else behind the same address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours: 15 minutes
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "accounts.backends.counted_name"
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are in the audit trail
AXES_VERBOSE = False

# --- browser and transport ------------------------------------------------------------------------
if not INSECURE_HTTP:
    # TLS ends at the proxy, which must set (and strip from clients) X-Forwarded-Proto.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # data: for the small images inside Bootstrap's own style sheet
        "img-src": [SELF, "data:"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True

DATA_UPLOAD_MAX_MEMORY_SIZE = (
    5 * 1024 * 1024
)  # without files; files have their own limits where they are checked
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # an attendance list posts several fields a person
DATA_UPLOAD_MAX_NUMBER_FILES = 40
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- files ----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env_text("MEDIA_ROOT", str(VAR_DIR / "media"))
MEDIA_URL = ""  # no address: a file is only served by a view that checks who asks
STATIC_MANIFEST = env_switch("STATIC_MANIFEST", default=not DEBUG)
WHITENOISE_USE_FINDERS = not STATIC_MANIFEST
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if STATIC_MANIFEST
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        ),
    },
}

# --- mail -----------------------------------------------------------------------------------------
globals().update(env.email_url_config(env_text("EMAIL_URL", "consolemail://")))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env_text("EMAIL_FROM", "partybuild@localhost")

# --- background work: Celery only rings the bell, the Job row is the truth ------------------------
REDIS_URL = env_text("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# A killed worker's task runs again (both are needed), and long before Redis would hand it out a second time.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 540
CELERY_TASK_SOFT_TIME_LIMIT = 510
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "retry_on_timeout": True,
}
# The bell is rung inside a request: a broker that is away costs the page a second, no more.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True
EVERY_MINUTE = {"schedule": 60.0, "options": {"expires": 50}}  # rings pile up nowhere while no worker listens
CELERY_BEAT_SCHEDULE = {
    "sweep jobs": {"task": "core.tasks.sweep_jobs", **EVERY_MINUTE},
    "delete old drafts": {"task": "core.tasks.delete_old_drafts", "schedule": crontab(hour=3, minute=0)},
    "sweep files": {"task": "core.tasks.sweep_files", "schedule": crontab(hour=3, minute=20)},
    "rescore what changed": {"task": "assessments.tasks.rescore_dirty", **EVERY_MINUTE},
    "generate duties": {"task": "activities.tasks.generate_duties", "schedule": crontab(hour=1, minute=10)},
    "remind of what is due": {"task": "activities.tasks.remind", "schedule": crontab(hour=8, minute=0)},
    "confirm what lapsed": {
        "task": "activities.tasks.confirm_lapsed",
        "schedule": crontab(hour=1, minute=30),
    },
    "recompute the running period": {
        "task": "assessments.tasks.recompute_running",
        "schedule": crontab(hour=2, minute=0),
    },
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# --- logs: to stderr, each line with the request it belongs to ------------------------------------
LOG_LEVEL = env_text("LOG_LEVEL", "INFO")
LOGGING: dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "partybuild.logs.RequestIdFilter"},
        "refusals": {"()": "partybuild.logs.RefusalFilter"},
    },
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stderr",
            "formatter": "line",
            "filters": ["request_id"],
        },
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        "django.request": {"filters": ["refusals"]},
        "celery.app.trace": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
    },
}
