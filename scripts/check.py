"""Every gate that needs no database and no browser, one line each; what fails is shown in full.

./run check            all of them
./run check ruff mypy  those named
"""

import os
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
PRODUCTION = {"DEBUG": "0", "INSECURE_HTTP": "0", "SECRET_KEY": secrets.token_urlsafe(50), "DATABASE_URL": ""}


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def tool(name: str, *arguments: str) -> list[str]:
    return [str(TOOLS / name), *arguments]


GATES = {
    "format": tool("ruff", "format", "--check", "."),
    "ruff": tool("ruff", "check", "."),
    "sizes": python("scripts/check_sizes.py"),
    "imports": tool("lint-imports", "--no-logo"),
    # lint only: djlint's formatter puts spaces between Chinese words that stand in one line on purpose
    "templates": tool("djlint", "--lint", "--quiet", "templates"),
    "translations": python("scripts/messages.py", "--check"),
    "migrations": python("manage.py", "makemigrations", "--check", "--dry-run"),
    "deploy": python("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
    "vendored": ["scripts/vendor_static", "--check"],
    "types": tool("mypy", "."),
    "shell": ["shellcheck", "run", "scripts/vendor_static", ".ci/run"],
}


def main(names: list[str]) -> int:
    unknown = set(names) - set(GATES)
    if unknown:
        print(f"no such gate: {', '.join(sorted(unknown))}; there are: {', '.join(GATES)}", file=sys.stderr)
        return 2
    failed = [name for name in names or GATES if not passes(name, GATES[name])]
    print(f"failed: {', '.join(failed)}" if failed else "all gates passed")
    return 1 if failed else 0


def passes(name: str, command: list[str]) -> bool:
    if not shutil.which(command[0], path=f"{os.environ['PATH']}{os.pathsep}{ROOT}"):
        print(f"{name:<13} not here: {command[0]}")
        return True
    started = time.monotonic()
    run = subprocess.run(
        command, cwd=ROOT, env=os.environ | PRODUCTION, capture_output=True, text=True, check=False
    )
    verdict = "ok" if run.returncode == 0 else "FAILED"
    print(f"{name:<13} {verdict} ({time.monotonic() - started:.1f} s)", flush=True)
    if run.returncode:
        print(run.stdout + run.stderr, flush=True)
    return run.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
