"""Worlds are judged once a worker, however many tests look at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.support.worlds import Judged, judged


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Judged]]:
    done: dict[int, Judged] = {}
    with ExitStack() as stack:

        def get(seed: int) -> Judged:
            if seed not in done:
                done[seed] = stack.enter_context(judged(seed, tmp_path_factory.mktemp(f"world-{seed}")))
            return done[seed]

        yield get
