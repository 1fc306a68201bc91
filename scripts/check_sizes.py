"""Functions of at most 40 lines, files of at most 400: what is longer has not been thought through.

Physical lines count, blank ones and comments too; a function from ``def`` to its last line. Tests and
migrations are not measured.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FUNCTION, LONGEST_FILE = 40, 400
NOT_OURS = {"tests", "migrations", "var", "node_modules"}


def main() -> int:
    offences = [offence for path in measured_files() for offence in offences_of(path)]
    print("\n".join(offences) or "no function and no file is too long")
    return 1 if offences else 0


def measured_files() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*.py")):
        folders = path.relative_to(ROOT).parts[:-1]
        if not any(folder in NOT_OURS or folder.startswith(".") for folder in folders):
            yield path


def offences_of(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    where = path.relative_to(ROOT)
    lines = len(source.splitlines())
    if lines > LONGEST_FILE:
        yield f"{where}: {lines} lines, at most {LONGEST_FILE}"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{where}:{node.lineno}: {node.name} has {length} lines, at most {LONGEST_FUNCTION}"


if __name__ == "__main__":
    sys.exit(main())
