"""Imports go downhill."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_no_room_imports_one_above_or_beside_it() -> None:
    code = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 kept, 0 broken" in done.stdout


def test_every_heavy_library_stays_behind_its_rooms() -> None:
    homes = {
        "aiohttp": {"demo"}, "pycurl": {"fetch"}, "certifi": {"fetch"}, "turbohtml": {"html"}, "trustme": {"demo"},
        "playwright": {"fetch"}, "selectolax": {"html"}, "xlsxwriter": {"reports"}, "charset_normalizer": {"sources"},
        "py3langid": {"html"}, "jinja2": {"reports", "demo", "web"},
        "publicsuffixlist": {"urls.py"},
        "ada_url": {"urls.py"}, "protego": {"fetch"}, "rich": {"cli"}, "click": {"cli"},
    }  # fmt: skip
    strays = []
    source = ROOT / "src" / "linkworthy"
    for path in source.rglob("*.py"):
        room = path.relative_to(source).parts[0]
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if len(words) > 1 and words[0] in {"import", "from"}:
                library = words[1].split(".")[0]
                if library in homes and room not in homes[library]:
                    strays.append(f"{path.relative_to(source)}: {library}")
    assert strays == []
