"""The report on paper, through Chromium where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from linkworthy.fetch.chromium import find_chromium

TIMEOUT_S = 120


def write_pdf(html: str, path: Path) -> str | None:
    """Print a self-contained page to a PDF file; gives the reason where that was not possible, null where it was.

    The browser gets a profile of its own, no network, and at most two minutes. The file has no tags for screen
    readers, which are four fifths of its bytes and a third of the time: report.html is what they read.
    """
    chromium = find_chromium()
    if chromium is None:
        return "Chromium is not installed"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.html"
        source.write_text(html, encoding="utf-8")
        made = Path(folder) / "report.pdf"
        command = [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
            f"--user-data-dir={folder}/profile", "--host-resolver-rules=MAP * ~NOTFOUND",
            "--no-pdf-header-footer", "--disable-pdf-tagging", f"--print-to-pdf={made}", source.as_uri(),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=False)  # noqa: S603 - our own words
        except subprocess.TimeoutExpired:
            return f"Chromium did not finish within {TIMEOUT_S} s"
        if done.returncode or not made.exists():
            return f"Chromium gave up with exit code {done.returncode}"
        temporary = path.with_name(path.name + ".tmp")
        shutil.copyfile(made, temporary)
        temporary.replace(path)
    return None
