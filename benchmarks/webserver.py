"""nginx on loopback, for benchmarks whose pages are generated."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

_CONFIG = """
worker_processes {workers}; pid {home}/pid; error_log {home}/error.log crit; daemon off;
events {{ worker_connections 8192; }}
http {{
  access_log off; default_type text/html; absolute_redirect off; keepalive_requests 1000000;
  server {{ listen 127.0.0.1:{port}; {locations} }}
}}
"""


def free_port() -> int:
    """Give a port on loopback that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def nginx(home: Path, locations: str, workers: int = 1) -> Iterator[str]:
    """Serve these locations; gives the URL of the start page.

    Raises: RuntimeError where nginx is absent or does not come up.
    """
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        raise RuntimeError("nginx is not installed")
    port = free_port()
    home.mkdir(parents=True, exist_ok=True)
    for folder in (home, home.parent):
        folder.chmod(0o755)  # started by root, nginx reads as somebody else
    text = _CONFIG.format(home=home, port=port, locations=locations, workers=workers)
    (home / "nginx.conf").write_text(text, encoding="utf-8")
    server = subprocess.Popen([program, "-c", str(home / "nginx.conf"), "-p", str(home)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        else:
            raise RuntimeError("nginx does not come up")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(10)
