"""A Spark cluster of this machine for tests: a master and workers as processes of their own, on loopback only."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from tests.support.command import environment

MARK = "LINKWORTHY_TEST_CLUSTER"
_MASTER = re.compile(r"Starting Spark master at (spark://\S+)")
_REGISTERED = "Successfully registered with master"
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java starts sooner so, and runs slower later."""


class Cluster:
    """A master and its workers, of one core each."""

    def __init__(self, folder: Path) -> None:
        import pyspark

        self.mark = uuid.uuid4().hex
        self.env = {"SPARK_LOCAL_IP": "127.0.0.1", MARK: self.mark}
        self._folder = folder
        self._home = Path(pyspark.__file__).parent
        self._processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self.master = ""

    def start(self, n_workers: int) -> None:
        log = self._daemon("master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        self.master = _awaited(log, _MASTER)
        for n in range(n_workers):
            self._daemon(
                "worker.Worker", self.master, "--host", "127.0.0.1", "--cores", "1", "--memory", "512m",
                "--webui-port", "0", "--work-dir", str(self.work_of(n)),
            )  # fmt: skip
            self.workers.append(self._processes[-1])
        for n in range(n_workers):
            _awaited(self._folder / f"{n + 1}.log", re.compile(f"({_REGISTERED})"))

    def work_of(self, n: int) -> Path:
        """Give the folder in which a worker keeps what its executors say."""
        return self._folder / f"worker-{n}"

    def kill_worker(self, n: int) -> None:
        """Kill a worker and its executors at once; they have no time to say so."""
        os.killpg(self.workers[n].pid, signal.SIGKILL)
        self.workers[n].wait()

    def stop(self) -> None:
        """Kill everything, and wait until nothing is left."""
        for one in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()
        for _ in range(100):
            left = processes_of(self.mark)
            if not left:
                return
            time.sleep(0.1)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        raise AssertionError(f"processes were left: {left}")

    def _daemon(self, name: str, *arguments: str) -> Path:
        log = self._folder / f"{len(self._processes)}.log"
        quick = {"SPARK_DAEMON_MEMORY": "192m", "SPARK_DAEMON_JAVA_OPTS": QUICK, "SPARK_HOME": str(self._home)}
        with log.open("wb") as said:
            self._processes.append(
                subprocess.Popen(
                    [self._home / "bin" / "spark-class", f"org.apache.spark.deploy.{name}", *arguments],
                    env=environment(**self.env, **quick), cwd=self._folder, stdout=said, stderr=said,
                    stdin=subprocess.DEVNULL, start_new_session=True,
                )
            )  # fmt: skip
        return log


@contextlib.contextmanager
def cluster(folder: Path, n_workers: int) -> Iterator[Cluster]:
    """Start a cluster, and leave no process of it behind."""
    folder.mkdir()
    made = Cluster(folder)
    try:
        made.start(n_workers)
        yield made
    finally:
        made.stop()


def processes_of(mark: str) -> list[int]:
    """Give the processes whose environment bears a cluster's mark, this one's own children and theirs."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdecimal():
            with contextlib.suppress(OSError):
                if f"{MARK}={mark}".encode() in (place / "environ").read_bytes():
                    found.append(int(place.name))
    return found


def _awaited(log: Path, pattern: re.Pattern[str], timeout_s: float = 120) -> str:
    for _ in range(int(timeout_s / 0.1)):
        found = pattern.search(log.read_text(encoding="utf-8", errors="replace")) if log.exists() else None
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"not said in time: {pattern.pattern}\n{log.read_text(encoding='utf-8')[-2_000:]}")
