"""Real pictures for the README, taken from the demo: ``./run screenshots`` writes them to docs/img/."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "img"
PASSWORD = os.environ.get("DEMO_PASSWORD") or "Demo-2026-partybuild"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
DESKTOP, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
# picture, who looks, at which page (and the link followed from there), on what
SHOTS = [
    ("workbench", "secretary", "/", "", DESKTOP),
    ("workbench-phone", "secretary", "/", "", PHONE),
    ("activity-form-phone", "secretary", "/activities/new/", "", PHONE),
    ("dashboard", "province", "/dashboard/", "", DESKTOP),
    ("board", "province", "/boards/", "main a[href*='/committee-vanguard/'] >> nth=-1", DESKTOP),
    ("why", "secretary", "/", ".wb-rank p a >> nth=0", DESKTOP),
]
COLOURS = 128  # as many as these pages need; a third of the size
STARTING_SECONDS = 30


def main() -> int:
    if not CHROMIUM:
        print("screenshots need Chromium: install it, or name one in CHROMIUM", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo_server() as address, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        for name, user, path, follow, viewport in SHOTS:
            picture = take(browser, address, user=user, path=path, follow=follow, viewport=viewport)
            Image.open(BytesIO(picture)).quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)
            print(f"docs/img/{name}.png")
        browser.close()
    return 0


def take(
    browser: Browser, address: str, *, user: str, path: str, follow: str, viewport: ViewportSize
) -> bytes:
    context = browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    page.goto(f"{address}/accounts/login/?next={path}")
    page.fill("[name=login]", user)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{address}{path}")
    if follow:
        page.click(follow)
    page.wait_for_load_state("networkidle")
    picture = page.screenshot()
    context.close()
    return picture


@contextmanager
def demo_server() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    gunicorn = Path(sys.executable).parent / "gunicorn"
    command = [str(gunicorn), "partybuild.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    server = subprocess.Popen([*command, "--log-level", "warning"], cwd=ROOT)
    try:
        wait_until_it_answers(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def wait_until_it_answers(port: int) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("the demo server does not answer")


if __name__ == "__main__":
    sys.exit(main())
