"""A page as a browser without a window shows it."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
OPTIONS = [
    "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--no-first-run",
    "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=5000", "--dump-dom",
]  # fmt: skip
COLLECT_ERRORS = """<script>
const errors = [];
const note = (text) => { errors.push(String(text)); };
addEventListener("error", (event) => note(event.message || event.target.outerHTML), true);
addEventListener("unhandledrejection", (event) => note(event.reason));
console.error = note;
</script>"""
TELL = """<script>
setTimeout(async () => {
  try { document.documentElement.dataset.found = JSON.stringify(await (async () => { %s })()); }
  catch (error) { note(error); }
  document.documentElement.dataset.errors = JSON.stringify(errors);
}, 300);
</script>"""


def look_at(page: Path, script: str, fragment: str = "") -> tuple[object, list[str], str]:
    """What a script finds in a page when it has been loaded, script errors, and its DOM.

    Parameters
    ----------
    page : Path
        A copy of it, with the scripts that look, is written beside it.
    script : str
        The body of a function in JavaScript, which may await and returns what is found.
    fragment : str
        What follows # in the address.
    """
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        pytest.skip(f"no browser is installed; one of {', '.join(NAMES)} is needed")
    text = page.read_text(encoding="utf-8").replace("<head>", f"<head>{COLLECT_ERRORS}", 1)
    start, _, end = text.rpartition("</body>")
    looked_at = page.with_name(f"looked_at_{page.name}")
    looked_at.write_text(f"{start}{TELL % script}</body>{end}", encoding="utf-8")
    profile = page.with_name("browser_profile")
    command = [browser, *OPTIONS, f"--user-data-dir={profile}", f"{looked_at.as_uri()}#{fragment}"]
    run = subprocess.run(command, capture_output=True, timeout=120)
    shutil.rmtree(profile, ignore_errors=True)
    looked_at.unlink()
    dom = run.stdout.decode()
    told = dict(re.findall(r' data-(errors|found)="([^"]*)"', dom[: dom.find(">", 20) + 1]))
    assert "errors" in told, run.stderr.decode()[-2000:]
    values = {name: json.loads(unescape(value)) for name, value in told.items()}
    return values.get("found"), values["errors"], dom
