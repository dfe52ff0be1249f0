from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from linkworthy.sources.weblogs import bulk, combined
from linkworthy.sources.weblogs.entry import Entry
from linkworthy.sources.weblogs.split import Split, from_entries

MESSY = st.text(alphabet=st.sampled_from(list(' "\\[]-+:./\x00\x85\r\t%éx3aG')), max_size=12)
ADDRESS = st.sampled_from(["1.2.3.4", "2001:db8::1", "[::1]", "client.example", "h", "", "x" * 80])
HOST = st.sampled_from(["", "shop.example ", "shop.example:443 ", "[::1]:80 ", "bad/host ", "10.0.0.1 ", "a b "])
USER = st.sampled_from(["- -", "- -", "- -", "- ann", "- john smith", "ident -", "shop.example -", '- "q"', "-"])
TIME = st.sampled_from([
    "17/May/2026:10:05:03 +0000", "18/May/2026:23:59:60 -0230", "31/Feb/2026:10:05:03 +0000",
    "7/May/2026:10:05:03 +0000", "17/May/2026:24:05:03 +0000", "17/Mai/2026:10:05:03 +0000",
    "17/May/2026:10:05:03 +9900", "17/May/2026:10:05:03 *0000", "17/05/2026:10:05:03 +0000",
    "17/May/1980:10:05:03 +0000", "17/May/2026:10:05:03.123 +0000",
])  # fmt: skip
REQUESTS = ["GET / HTTP/1.1", "GET /a?b=1&c HTTP/2.0", "-", "", r"\x16\x03", r"GET /\"q\" HTTP/1.1"]
REQUEST = st.sampled_from(REQUESTS) | MESSY
STATUS = st.sampled_from(["200", "404", "000", "999", "-", "20", "2000", "2x0"])
SIZE = st.sampled_from(["5", "-", "1234567", "12a", "0.5", "5 0.123", "", "9" * 20])
REFERRERS = ["-", "", "https://blog.example/ä", r"https://b.example/\x22", "https://blog.example/a b"]
REFERRER = st.sampled_from(REFERRERS) | MESSY
BEHIND = st.sampled_from(["", "", " ", ' "1.2.3.4"', " 0.5 0.1", "x", "\r", ' "', "\r ", '"'])


@st.composite
def lines(draw: st.DrawFn) -> str:
    line = (
        f'{draw(HOST)}{draw(ADDRESS)} {draw(USER)} [{draw(TIME)}] "{draw(REQUEST)}" {draw(STATUS)} {draw(SIZE)} '
        f'"{draw(REFERRER)}" "{draw(REFERRER)}"{draw(BEHIND)}'
    )
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(line)))
        line = line[:at] + draw(MESSY) + line[at + draw(st.integers(0, 9)) :]
    return line


def rows(split: Split) -> Iterator[tuple[Any, ...]]:
    texts = [[column.values[code] for code in column.codes.tolist()] for column in split[3:]]
    yield from zip(split.rows.tolist(), split.at.tolist(), split.status.tolist(), *texts, strict=True)


def one_by_one(texts: list[str], wanted: set[int]) -> list[tuple[Any, ...]]:
    read = [(n, combined.parse(text.rstrip("\r"))) for n, text in enumerate(texts) if n in wanted]
    entries = [(n, entry) for n, entry in read if isinstance(entry, Entry)]
    assert len(entries) == len(wanted), "a line was taken at once that the line parser refuses"
    return list(rows(from_entries([n for n, _ in entries], [entry for _, entry in entries])))


@settings(deadline=None, max_examples=300)
@given(st.lists(lines(), min_size=1, max_size=12))
def test_lines_taken_at_once_say_what_each_says_alone(texts: list[str]) -> None:
    data = "".join(text + "\n" for text in texts).encode()
    cut = bulk.cut(data)
    taken = set(cut.split.rows.tolist())
    assert cut.n_lines == len(texts)
    assert taken | set(cut.places) == set(range(len(texts)))
    assert not taken & set(cut.places)
    assert [raw.decode() for raw in cut.lines] == [texts[place] for place in cut.places]
    assert [data[start:].partition(b"\n")[0].decode() for start in cut.starts] == [texts[n] for n in sorted(taken)]
    assert list(rows(cut.split)) == one_by_one(texts, taken)


PLAIN = st.builds(
    lambda host, address, when, request, referrer, agent, behind: (
        f'{host}{address} - - [{when}] "{request}" 200 5 "{referrer}" "{agent}"{behind}'
    ),
    st.sampled_from(["", "shop.example ", "shop.example:443 ", "other.example:80 "]),
    st.sampled_from(["1.2.3.4", "255.255.255.255", "2001:db8:85a3:8d3:1319:8a2e:370:7348", "c.example"]),
    st.sampled_from(["17/May/2026:10:05:03 +0000", "01/Jan/2020:23:59:59 +0530"]),
    st.sampled_from(["GET / HTTP/1.1", "GET /ä?q=1 HTTP/1.1", "-"]),
    st.sampled_from(["-", "https://blog.example/", ""]),
    st.sampled_from(["-", "Mozilla/5.0 (X11)", "curl/8"]),
    st.sampled_from(["", "\r", ' 0.004 "1.2.3.4"']),
)


@settings(deadline=None)
@given(st.lists(PLAIN, min_size=1, max_size=30))
def test_plain_lines_are_all_taken_at_once(texts: list[str]) -> None:
    # A short last line may be left to the line parser: what is looked at behind its request would pass the end.
    cut = bulk.cut("".join(text + "\n" for text in texts).encode())
    assert set(cut.places) <= {len(texts) - 1}
    assert list(rows(cut.split)) == one_by_one(texts, set(range(len(texts))) - set(cut.places))
