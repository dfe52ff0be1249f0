"""Fixtures of every test: no test talks to anything but this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

_LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", ""})


def _is_loopback(host: object) -> bool:
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    if text.lower() in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


class _Watch:
    """Sees every connection that Python hears of, libcurl's among them, which announces its own to audit hooks."""

    def __init__(self) -> None:
        self.refuse: Callable[[str], None] | None = None
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and self.refuse is not None:
            address = arguments[1]
            if isinstance(address, tuple) and not _is_loopback(address[0]):
                self.refuse(f"connection to {address}")


_watch = _Watch()


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Refuse every connection and look-up that would leave this machine, and fail the test that tried."""
    refused: list[str] = []

    def refuse(what: str) -> None:
        refused.append(what)
        raise PermissionError(f"a test may connect to loopback only: {what}")

    def guarded(name: str) -> Callable[..., Any]:
        original = getattr(socket.socket, name)

        def call(self: socket.socket, *arguments: Any) -> Any:
            address = arguments[-1] if name == "sendto" else arguments[0]
            if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
                refuse(f"{name} {address}")
            return original(self, *arguments)

        return call

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(name))
    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if host is not None and not _is_loopback(host):
            refuse(f"getaddrinfo {host!r}")
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(_watch, "refuse", refuse)
    yield refused
    if refused:
        pytest.fail(f"tried to leave this machine: {', '.join(refused)}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run half as many workers again as there are cores: many tests wait for a server or a clock."""
    cores = len(os.sched_getaffinity(0))
    return cores + cores // 2


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse to go on where groups of tests are asked for and pytest-xdist did not mark them."""
    is_grouped = getattr(config.option, "loadgroup", False)
    lost = [item.nodeid for item in items if item.get_closest_marker("xdist_group") and "@" not in item.nodeid]
    if is_grouped and lost:
        raise pytest.UsageError(f"{len(lost)} tests have lost their group: {lost[0]}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run that skipped a test where LINKWORTHY_NO_SKIPS says that everything is at hand."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("LINKWORTHY_NO_SKIPS") or exitstatus != pytest.ExitCode.OK:
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"LINKWORTHY_NO_SKIPS is set, and {len(skipped)} tests were skipped", red=True)
