"""Conventions that no linter knows. A failure says what to do, or which exception to argue for."""

import ast
import importlib.util
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.urls import URLResolver, get_resolver
from django.views import View

from branches.access import ScopedMixin
from partybuild import celery_app

ROOT = Path(__file__).resolve().parent.parent
FLOORS = [
    {"core"},
    {"accounts"},
    {"branches"},
    {"activities"},
    {"pairings"},
    {"training", "projects"},
    {"assessments"},
    {"dashboard"},
]
FLOOR_OF = {app: floor for floor, names in enumerate(FLOORS) for app in names}
TEMPLATES = ROOT / "templates"
TEMPLATE_FILES = sorted(TEMPLATES.rglob("*.html"))
PYTHON_FILES = sorted(path for app in FLOOR_OF for path in (ROOT / app).rglob("*.py"))

# Views that state no model and action, each with the reason why nothing of a unit can leak through it.
UNSCOPED_VIEWS: dict[str, str] = {
    "accounts.views.ActivationView": "before sign-in; knows nothing of units",
    "accounts.views.PasswordChangeView": "one's own password",
    "accounts.views.ProfileView": "one's own record",
    "accounts.views.SignInView": "before sign-in; knows nothing of units",
    "accounts.views.sign_out": "one's own session",
    "activities.views.drafts.DraftListView": "one's own drafts",
    "activities.views.drafts.DraftTextView": "one's own drafts",
    "activities.views.duties.ReminderListView": "what one was told oneself",
    "activities.views.duties.RemindersSeenView": "what one was told oneself",
    "activities.views.own_record.AskCorrectionView": "of one's own record",
    "activities.views.own_record.OwnRecordView": "one's own record",
    "assessments.views.board_list.BoardListView": "the second rule: published_to(user)",
    "assessments.views.boards.BoardView": "the second rule: published_to(user)",
    "assessments.views.made.KeptBoardView": "files one asked for oneself, while the board is in sight",
    "assessments.views.schemes.SchemeChangesView": "the rules of a board are everybody's to read",
    "assessments.views.schemes.SchemeFileView": "the rules of a board are everybody's to read",
    "assessments.views.schemes.SchemeListView": "the rules of a board are everybody's; drafts by allowed_to",
    "assessments.views.schemes.SchemeView": "the rules of a board are everybody's to read",
    "core.views.drafts.DraftView": "one's own drafts",
    "core.views.health.health": "for the machine; says only that the parts answer",
    "core.views.imports.ImportErrorsView": "of one's own imports",
    "core.views.imports.ImportHeadingsView": "the headings alone, for administrators",
    "core.views.imports.ImportListView": "for administrators, by Django's own permissions; one's own imports",
    "core.views.imports.ImportResultView": "of one's own imports",
    "core.views.imports.ImportView": "for administrators, by Django's own permissions",
    "core.views.jobs.JobCancelView": "jobs one started oneself",
    "core.views.jobs.JobDetailView": "jobs one started oneself",
    "core.views.search.SearchView": "each source of results draws from allowed_to",
    "dashboard.views.province.AttentionView": "shows what allowed_to gives, and nothing without the right",
    "dashboard.views.province.ProvinceView": "shows what allowed_to gives, and nothing without the right",
    "dashboard.views.reports.CatalogueView": "names the reports for which one has the right somewhere",
    "dashboard.views.reports.FolderView": "shows what allowed_to gives, and nothing without the right",
    "dashboard.views.reports.KeptFileView": "files one asked for oneself, while the unit is in sight",
    "dashboard.views.reports.ReportFileView": "holds what allowed_to gives, and nothing without the right",
    "dashboard.views.reports.ReportView": "shows what allowed_to gives, and nothing without the right",
    "dashboard.views.workbench.WorkbenchView": "each source of what is due draws from allowed_to",
}
# Models with a key to a unit and without allowed_to: no page lists them.
NOT_ON_ANY_PAGE = {
    "branches.Assignment": "the rights themselves; only the admin shows them",
}
# The exact places where text is taken for HTML.
SAFE_BY_HAND: dict[str, str] = {}
# Templates that Django or a library finds by a name of its own.
FOUND_BY_NAME = re.compile(
    r"^(400|403|404|409|413|429|500|admin/|bootstrap5/|account/|mfa/|allauth/|registration/)"
)


def own_models():
    return [model for model in apps.get_models() if model._meta.app_label in FLOOR_OF]


# --- floors --------------------------------------------------------------------------------------
def test_every_app_of_ours_has_a_floor():
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT}
    assert ours - set(FLOOR_OF) == set()


def test_keys_point_to_the_floors_below():
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in own_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and points_upward(model, field.related_model)
    ]
    assert upward == []


def points_upward(model, target):
    if (
        target is None or target._meta.label == "accounts.User"
    ):  # generic keys; the user stands below everything
        return False
    here, there = model._meta.app_label, target._meta.app_label
    return here != there and FLOOR_OF.get(there, -1) >= FLOOR_OF[here]


def test_no_module_is_a_drawer_for_everything():
    drawers = {"utils", "helpers", "common", "misc"}
    assert [str(path) for path in PYTHON_FILES if path.stem in drawers] == []


def test_the_clock_is_read_in_one_place():
    readers = {"timezone.now", "date.today", "datetime.now", "datetime.today", "datetime.utcnow", "time.time"}
    elsewhere = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in PYTHON_FILES
        if path != ROOT / "core" / "clock.py" and "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node).endswith(tuple(readers))
    ]
    assert elsewhere == []


# --- access --------------------------------------------------------------------------------------
def routes(resolver=None, prefix=""):
    """Address, view and name of every route but the admin's, which has rules of its own."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.app_name != "admin":
                yield from routes(entry, path)
        else:
            yield path, entry.callback, entry.name


def own_views():
    """Every view of ours with the addresses it answers; the libraries' views keep their own rules."""
    views = {}
    for path, callback, _ in routes():
        view = getattr(callback, "view_class", callback)
        if view.__module__.split(".")[0] in FLOOR_OF:
            views.setdefault(view, []).append(path)
    return views


def test_every_view_is_scoped_or_named_here():
    unscoped = {f"{view.__module__}.{view.__qualname__}" for view in own_views() if not is_scoped(view)}
    assert unscoped == set(UNSCOPED_VIEWS)


def is_scoped(view):
    return isinstance(view, type) and issubclass(view, ScopedMixin) and bool(view.model and view.action)


def test_every_route_has_a_name():
    assert [path for path, _, name in routes() if not name] == []


def test_rows_of_a_unit_are_reached_through_allowed_to():
    unit = apps.get_model("branches.PartyUnit")
    without = [
        model._meta.label
        for model in own_models()
        if any(field.related_model is unit for field in model._meta.fields)
        and not hasattr(model._default_manager.all(), "allowed_to")
        and not hasattr(model, "instance_type")  # a history row is shown by the object whose history it is
    ]
    assert set(without) == set(NOT_ON_ANY_PAGE)


# --- templates -----------------------------------------------------------------------------------
class Inline(HTMLParser):
    """Collects what the content security policy forbids: style and event attributes, scripts with a body."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        names = {name for name, _ in attrs}
        self.found += [
            f"<{tag} {name}>" for name in names if name == "style" or re.fullmatch(r"on[a-z]+", name)
        ]
        self.found += ["<style>"] if tag == "style" else []
        self.found += [
            f"<{tag} javascript:>" for _, value in attrs if (value or "").startswith("javascript:")
        ]
        inert = dict(attrs).get("type") in {"application/json", "text/template"}
        self.found += ["<script> without src"] if tag == "script" and "src" not in names and not inert else []


@pytest.mark.parametrize("path", TEMPLATE_FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_has_nothing_inline(path):
    parser = Inline()
    parser.feed(re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", " ", path.read_text(encoding="utf-8")))
    assert parser.found == []


def test_text_is_taken_for_html_only_where_named_here():
    by_hand = re.compile(r"\|\s*safe\b|autoescape off|mark_safe\(")
    files = [*TEMPLATE_FILES, *PYTHON_FILES]
    found = {path.relative_to(ROOT).as_posix() for path in files if by_hand.search(path.read_text("utf-8"))}
    assert found == set(SAFE_BY_HAND)


def test_every_template_is_used():
    used = named_templates() | set(filter(FOUND_BY_NAME.match, map(template_name, TEMPLATE_FILES)))
    assert {template_name(path) for path in TEMPLATE_FILES} - used == set()


def test_every_named_template_is_there():
    by_app = (f"{app}/" for app in FLOOR_OF)
    ours = {name for name in named_templates() if name.startswith((*by_app, "components/"))}
    assert ours - conventional_names() - {template_name(path) for path in TEMPLATE_FILES} == set()


def template_name(path):
    return path.relative_to(TEMPLATES).as_posix()


def named_templates():
    """Names written in Python or templates, and those that generic views make of the model's name."""
    sources = [*PYTHON_FILES, *TEMPLATE_FILES, *(ROOT / "partybuild").glob("*.py")]
    written = {
        name
        for path in sources
        for name in re.findall(r"""["']([\w/-]+\.html)(?:#[\w-]+)?["']""", path.read_text(encoding="utf-8"))
    }
    return written | conventional_names()


def conventional_names():
    suffixes = {
        getattr(view, "template_name_suffix", None)
        for view in own_views()
        if isinstance(view, type) and issubclass(view, View)
    }
    return {
        f"{model._meta.app_label}/{model._meta.model_name}{suffix}.html"
        for model in own_models()
        for suffix in suffixes
        if suffix
    }


# --- what is made from something else ------------------------------------------------------------
@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def load_script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_translations_are_complete_and_compiled():
    assert load_script("messages").check() == []


def test_placeholders_are_the_same_in_every_translation():
    messages = load_script("messages")
    placeholders = re.compile(r"%(?:\(\w+\))?[sd]|{\w*}")
    differing = [
        entry.msgid
        for entry in messages.polib.pofile(str(messages.CATALOGUE))
        for text in ([entry.msgstr] if not entry.msgid_plural else entry.msgstr_plural.values())
        if text
        and set(placeholders.findall(text)) != set(placeholders.findall(entry.msgid_plural or entry.msgid))
    ]
    assert differing == []


def test_locks_name_no_other_index():
    hosts = {
        host
        for lock in ("uv.lock", "requirements.lock", "requirements-dev.lock")
        for host in re.findall(r"https?://([^/\"\s]+)", (ROOT / lock).read_text(encoding="utf-8"))
    }
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_every_task_of_the_schedule_is_there():
    celery_app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} - set(
        celery_app.tasks
    ) == set()


# --- the start -----------------------------------------------------------------------------------
def start_with(**environment):
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    variables = {"PATH": "/usr/bin:/bin", "DATABASE_URL": "sqlite://:memory:", **environment}
    start = subprocess.run(  # noqa: S603 - our own command
        command,
        cwd=ROOT,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return start.returncode, start.stdout.splitlines()


@pytest.mark.parametrize("key", ["", "for-development-only-never-for-people-s-data"])
def test_without_a_secret_key_the_start_stops_with_one_line(key):
    line = "partybuild: SECRET_KEY is not set; with DEBUG off it must be a long random value."
    assert start_with(SECRET_KEY=key) == (1, [line])


def test_the_deployment_check_has_nothing_to_say():
    assert start_with(SECRET_KEY="0aB9-" * 20) == (0, ["System check identified no issues (0 silenced)."])


def test_no_text_is_marked_inside_an_f_string():
    """Who gathers the texts does not look into f-strings."""
    marked = re.compile(r"""\bf["'].*\{n?p?(gettext|_)\(""")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in PYTHON_FILES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marked.search(line)
    ]
    assert found == []
