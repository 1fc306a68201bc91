"""The Chinese catalogue: gather the texts from the code, keep their translations, compile.

    ./run messages            bring the catalogue up to date; says what waits for a translation
    ./run messages --check    change nothing; fail where something is missing, fuzzy or not compiled

The source texts are English, so English needs no catalogue. Gathering needs gettext's xgettext and msguniq.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")
SOURCES = (
    "accounts",
    "activities",
    "assessments",
    "branches",
    "core",
    "dashboard",
    "pairings",
    "partybuild",
    "templates",
)
METADATA = {
    "Project-Id-Version": "partybuild",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing, fail where something is wrong")
    complaints = check() if parser.parse_args().check else update()
    print("\n".join(complaints) or "the catalogue is complete")
    return 1 if complaints else 0


def update() -> list[str]:
    texts = gathered()
    if texts is None:
        return ["gettext is not installed: nothing could be gathered"]
    known = {key(entry): entry for entry in polib.pofile(str(CATALOGUE))} if CATALOGUE.exists() else {}
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = METADATA
    catalogue.extend(known.get(key(entry), entry) for entry in texts)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    catalogue.save_as_mofile(str(COMPILED))
    return untranslated(catalogue)


def check() -> list[str]:
    if not CATALOGUE.exists() or not COMPILED.exists():
        return [f"{CATALOGUE} and its .mo are not there"]
    catalogue = polib.pofile(str(CATALOGUE))
    complaints = untranslated(catalogue)
    compiled = {key(entry): translation(entry) for entry in polib.mofile(str(COMPILED))}
    if compiled != {key(entry): translation(entry) for entry in catalogue.translated_entries()}:
        complaints.append(f"{COMPILED.name} is not what {CATALOGUE.name} says: ./run messages")
    return complaints + out_of_step(catalogue)


def out_of_step(catalogue: polib.POFile) -> list[str]:
    texts = gathered()
    if texts is None:
        print("gettext is not installed: whether a text is missing was not looked at", file=sys.stderr)
        return []
    used, held = {key(entry) for entry in texts}, {key(entry) for entry in catalogue if not entry.obsolete}
    return [f"not in the catalogue: {text}" for text in sorted(map(str, used - held))] + [
        f"in the catalogue, but nowhere in the code: {text}" for text in sorted(map(str, held - used))
    ]


def untranslated(catalogue: polib.POFile) -> list[str]:
    waiting = [entry for entry in catalogue if entry.fuzzy or entry.obsolete or not entry.translated()]
    return [f"not translated: {entry.msgid!r}" for entry in waiting]


def key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt or None, entry.msgid


def translation(entry: polib.POEntry) -> str | tuple[str, ...]:
    return tuple(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr


def gathered() -> polib.POFile | None:
    """All texts marked for translation, found in a copy: ``makemessages`` writes where it reads."""
    if not shutil.which("xgettext"):
        return None
    with tempfile.TemporaryDirectory() as scratch:
        for name in SOURCES:
            if (ROOT / name).is_dir():
                shutil.copytree(
                    ROOT / name, Path(scratch, name), ignore=shutil.ignore_patterns("__pycache__")
                )
        Path(scratch, "locale").mkdir()
        command = [sys.executable, "-m", "django", "makemessages", "--locale", "zh_Hans", "--no-location"]
        bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        subprocess.run([*command, "--verbosity", "0"], cwd=scratch, env=bare, check=True)
        template = polib.pofile(
            str(Path(scratch, "locale", "zh_Hans", "LC_MESSAGES", "django.po")), wrapwidth=0
        )
    for entry in template:
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        entry.comment = ""
    return template


if __name__ == "__main__":
    sys.exit(main())
