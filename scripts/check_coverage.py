"""Where a mistake costs most, every line and every branch has been run by a test.

Reads the data of ``pytest --cov``. A pattern without a file fails as well: it would guard nothing.
"""

import json
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WHOLLY_TESTED = {
    "scoping": ["branches/querysets.py", "branches/roles.py", "branches/access.py"],
    "scoring": ["assessments/scoring*"],
    "publishing": ["assessments/*publishing*"],
    "imports": ["*/importers*", "core/spreadsheets*"],
}


def main() -> int:
    report = subprocess.run(
        [sys.executable, "-m", "coverage", "json", "--quiet", "--fail-under=0", "-o", "-"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = json.loads(report.stdout)["files"]
    complaints = [
        complaint
        for concern, patterns in WHOLLY_TESTED.items()
        for pattern in patterns
        for complaint in complaints_about(files, concern, pattern)
    ]
    print("\n".join(complaints) or "scoping, scoring, publishing and imports are wholly tested")
    return 1 if complaints else 0


def complaints_about(files: dict, concern: str, pattern: str) -> list[str]:
    matching = {path: figures for path, figures in files.items() if fnmatch(path, pattern)}
    if not matching:
        return [f"{concern}: no file is like {pattern}"]
    return [
        f"{concern}: {path} not tested: {figures['missing_lines']}, branches {figures['missing_branches']}"
        for path, figures in matching.items()
        if figures["missing_lines"] or figures["missing_branches"]
    ]


if __name__ == "__main__":
    sys.exit(main())
