"""The gates of our own find what they are there to find."""

import importlib.util
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"


def load(name):
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def sizes(monkeypatch, tmp_path):
    module = load("check_sizes")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def function_of(lines):
    return "def long():\n" + "    x = 1\n" * (lines - 1)


@pytest.mark.parametrize(
    ("source", "offences"),
    [
        (function_of(40), []),
        (function_of(41), ["module.py:1: long has 41 lines, at most 40"]),
        ("x = 1\n" * 400, []),
        ("x = 1\n" * 401, ["module.py: 401 lines, at most 400"]),
    ],
)
def test_sizes_are_counted_to_the_line(sizes, tmp_path, source, offences):
    (tmp_path / "module.py").write_text(source)
    assert [line for path in sizes.measured_files() for line in sizes.offences_of(path)] == offences


def test_tests_and_migrations_are_not_measured(sizes, tmp_path):
    for folder in ("tests", "branches/migrations", ".venv/lib"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "long.py").write_text(function_of(100))
    assert list(sizes.measured_files()) == []


@pytest.fixture
def messages(monkeypatch, tmp_path):
    """A tree with one text in it, translated and compiled."""
    module = load("messages")
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "texts.py").write_text(
        'from django.utils.translation import gettext as _\n\nA = _("Unit")\n'
    )
    catalogue = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "CATALOGUE", catalogue)
    monkeypatch.setattr(module, "COMPILED", catalogue.with_suffix(".mo"))
    if module.gathered() is None:
        pytest.skip("gettext is not installed")
    module.update()
    translate(module, "单位")
    return module


def translate(module, text):
    catalogue = module.polib.pofile(str(module.CATALOGUE))
    catalogue.find("Unit").msgstr = text
    catalogue.save()
    catalogue.save_as_mofile(str(module.COMPILED))


def test_a_whole_catalogue_passes_and_keeps_its_translations(messages):
    assert (messages.check(), messages.update(), messages.check()) == ([], [], [])


def test_a_text_without_translation_is_found(messages):
    translate(messages, "")
    assert messages.check() == ["not translated: 'Unit'"]


def test_texts_that_come_and_go_are_found(messages, tmp_path):
    (tmp_path / "core" / "texts.py").write_text(
        'from django.utils.translation import gettext as _\n\nA = _("Post")\n'
    )
    assert messages.check() == [
        "not in the catalogue: (None, 'Post')",
        "in the catalogue, but nowhere in the code: (None, 'Unit')",
    ]


def test_a_compiled_file_that_lags_behind_is_found(messages):
    catalogue = messages.polib.pofile(str(messages.CATALOGUE))
    catalogue.find("Unit").msgstr = "组织"
    catalogue.save()
    assert messages.check() == ["django.mo is not what django.po says: ./run messages"]
