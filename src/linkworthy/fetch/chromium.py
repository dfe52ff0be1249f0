"""Where Chromium is on this machine. Nothing here downloads one."""

from __future__ import annotations

import os
import shutil
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Names under which it is looked for, in this order."""


def find_chromium() -> str | None:
    """Give the path of an installed Chromium, null where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def may_be_sandboxed() -> bool:
    """Tell whether Chromium can keep its sandbox: it refuses to as root, which containers often run as."""
    return not (hasattr(os, "geteuid") and os.geteuid() == 0)
