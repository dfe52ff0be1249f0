"""When documents are read by compiled code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from linkworthy.html import faster
from linkworthy.html.documents import walk
from tests.support.markup import START, everything

pytestmark = pytest.mark.xdist_group("compiled")
TEXT = f"{START}<p>one <a href=/x>two</a> three</p></body></html>"


@pytest.fixture
def choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> faster._Choice:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = faster._Choice()
    monkeypatch.setattr(faster, "reader", made)
    faster._mark.cache_clear()
    return made


def test_nothing_is_compiled_unasked(choice: faster._Choice) -> None:
    assert [choice() for _ in range(100)] == [None] * 100
    assert not faster.is_ready()


def test_what_was_compiled_is_used_after_a_few_documents_and_reads_the_same(choice: faster._Choice) -> None:
    before = everything(walk(TEXT))
    faster.prepare()
    assert faster.is_ready()
    assert faster.prepare_beside() is None
    assert choice() is None
    while choice() is None:
        continue
    assert everything(walk(TEXT)) == before
    assert everything(walk("<p>not <b>plain</p></b>")) == everything(walk("<p>not <b>plain</p></b>"))


def test_compiling_goes_on_in_a_process_of_its_own(choice: faster._Choice) -> None:
    process = faster.prepare_beside()
    assert process is not None
    assert os.waitpid(process, 0) == (process, 0)
    assert faster.is_ready()
