from __future__ import annotations

import csv
import io

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.sources import rows as rows_module
from linkworthy.sources.delimited import read_chunks
from linkworthy.sources.rows import FEW_CELLS, LONG_ROW, MANY_CELLS, STRAY_QUOTE, Buffer, Rows, ends_open
from linkworthy.sources.streams import Utf8
from tests.support.exports import table_bytes


def read(
    content: bytes, n_cells: int, delimiter: str = ",", **more: int
) -> tuple[list[list[str]], list[tuple[int, str]]]:
    """Give the rows and the rejects of a text, and check that every row has one number."""
    rows: list[list[str]] = []
    rejects: list[tuple[int, str]] = []
    numbers: list[int] = []
    for chunk in read_chunks(Utf8(io.BytesIO(content)), delimiter, n_cells, range(n_cells), **more):
        rows += [list(row) for row in zip(*(chunk.columns[n].to_pylist() for n in range(n_cells)), strict=True)]
        rejects += [(number, reason) for number, reason, _ in chunk.rejects]
        numbers += [*chunk.numbers.to_pylist(), *(number for number, _, _ in chunk.rejects)]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    return rows, rejects


CELLS = st.text(alphabet=st.sampled_from('ab",;\t\n\r é\x00'), max_size=6)
TABLES = st.integers(2, 4).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=12))


@settings(deadline=None)
@given(
    table=TABLES,
    delimiter=st.sampled_from([",", ";", "\t"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    quote_all=st.booleans(),
    block_bytes=st.integers(1, 60),
)
def test_any_table_is_read_back_whole(
    table: list[list[str]], delimiter: str, line_end: str, *, quote_all: bool, block_bytes: int
) -> None:
    has_cr = any("\r" in cell for row in table for cell in row)  # csv.writer leaves a lone CR bare
    content = table_bytes([], table, delimiter=delimiter, line_end=line_end, quote_all=quote_all or has_cr)
    rows, rejects = read(content, len(table[0]), delimiter, block_bytes=block_bytes)
    assert (rows, rejects) == (table, [])


@settings(deadline=None)
@given(st.text(alphabet='ab",\n\r', max_size=80), st.integers(1, 200))
def test_blocks_of_any_size_give_every_row_one_number(text: str, block_bytes: int) -> None:
    read(text.encode(), 2, block_bytes=block_bytes)


@settings(deadline=None)
@given(st.text(alphabet='ab",\n', max_size=40))
def test_an_open_quote_is_told_as_csv_does(line: str) -> None:
    line = line.replace("\n", "")
    joined = next(iter(csv.reader([line + "\n", "tail\n"])), [])
    is_open = bool(joined) and "tail" in joined[-1]
    assert ends_open(line + "\n", ",") == is_open


def test_ragged_rows_are_numbered_and_the_rest_is_kept() -> None:
    rows, rejects = read(b"a,b\nc\nd,e,f\ng,h,\n\ni,j\n", 2, n_needed=2)
    assert rows == [["a", "b"], ["g", "h"], ["i", "j"]]
    assert rejects == [(2, FEW_CELLS), (3, MANY_CELLS)]


@settings(deadline=None)
@given(
    widths=st.lists(st.integers(1, 5), min_size=1, max_size=4),
    last=st.sampled_from(["", "x"]),
    n_needed=st.integers(1, 3),
    block_bytes=st.integers(1, 60),
)
def test_blocks_whose_rows_are_all_shorter_or_longer_than_the_header_are_read_as_single_rows_are(
    widths: list[int], last: str, n_needed: int, block_bytes: int
) -> None:
    content = "".join((",".join(["a", *"bcd"[: width - 2], last][:width]) + "\n") * 3 for width in widths)
    reader = Rows(Buffer(io.BytesIO(content.encode())), ",", 3, n_needed)
    one_by_one = [row for _ in content.splitlines() if (row := reader.next())]
    rows, rejects = read(content.encode(), 3, n_needed=n_needed, block_bytes=block_bytes)
    assert rows == [row.cells for row in one_by_one if not row.reason]
    assert [reason for _, reason in rejects] == [row.reason for row in one_by_one if row.reason]


def test_a_stray_quote_costs_its_own_row_only() -> None:
    rows, rejects = read(b'a,b\n"c,d\ne,f\ng,h\n', 2)
    assert rows == [["a", "b"], ["e", "f"], ["g", "h"]]
    assert rejects == [(2, STRAY_QUOTE)]


def test_a_row_over_the_limit_is_rejected_and_reading_goes_on() -> None:
    rows, rejects = read(b"a,b\n" + b"x" * 1_000_000 + b"\nc,d,e\nf,g\n", 2, block_bytes=1000)
    assert rows == [["a", "b"], ["f", "g"]]
    assert rejects == [(2, LONG_ROW), (3, MANY_CELLS)]


def test_many_stray_quotes_take_linear_time() -> None:
    n = 3 * rows_module.MAX_STRAY
    rows, rejects = read(b'a,"b\n' * n + b"c,d\n", 2, n_needed=2)
    assert len(rows) + len(rejects) >= n / 2
    assert rows[-1] == ["c", "d"]


def test_lines_may_end_as_they_ended_on_old_machines() -> None:
    assert read(b"a,b\rc,d\r", 2)[0] == [["a", "b"], ["c", "d"]]


def test_bytes_that_are_no_utf8_are_read_as_windows_1252() -> None:
    rows, _ = read("caf\xe9,\x80\n".encode("latin-1"), 2)
    assert rows == [["caf\xe9", "€"]]


def test_rows_are_strings_in_arrow() -> None:
    (chunk,) = read_chunks(Utf8(io.BytesIO(b"1,2\n")), ",", 2, [1])
    assert chunk.columns[1].type == pa.string()


def test_a_row_across_two_reads_is_one_row() -> None:
    class Slow:
        def __init__(self) -> None:
            self.rest = b'a,"b\r\nc"\r\nd,e\r\n'

        def read(self, size: int) -> bytes:
            piece, self.rest = self.rest[:1], self.rest[1:]
            return piece

    reader = Rows(Buffer(Slow()), ",", 2)
    found = []
    while row := reader.next():
        found.append(row.cells)
    assert found == [["a", "b\r\nc"], ["d", "e"]]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["a,b", '"a\n",b', "c", "d,e,f", '"g,h', "", 'i,"j""k"', 'l"m,n', '"o"p,q']), max_size=40),
    st.integers(1, 120),
)
def test_what_arrow_reads_ahead_and_what_is_read_row_by_row_are_the_same_rows(lines: list[str], block: int) -> None:
    content = "".join(f"{line}\n" for line in lines).encode()
    reader = Rows(Buffer(io.BytesIO(content)), ",", 2, 2)
    one_by_one = []
    while row := reader.next():
        one_by_one.append(row)
    rows, rejects = read(content, 2, n_needed=2, block_bytes=block)
    assert rows == [row.cells for row in one_by_one if not row.reason]
    assert rejects == [(n, row.reason) for n, row in enumerate(one_by_one, 1) if row.reason]
