"""Duplicate text asked after the crawl: the site and its pages, one page, two side by side, near-duplicates."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.metrics import duplicates
from linkworthy.metrics.sharing import (
    COMMON,
    DUPLICATE,
    KINDS,
    UNIQUE,
    PageText,
    Sharing,
    covered,
    islands,
    page_text,
    sharing_of,
)
from linkworthy.questions.open import Answers, Question
from linkworthy.site import Duplicates

_SHARES = """
select m.url, t.n_words::int as n_words, round(m.duplicate_share * t.n_words)::int as n_duplicate_words,
    m.duplicate_share, m.common_share, m.unique_share, m.nearest_url, m.nearest_share, m.n_near_duplicates,
    m.near_duplicate_url, m.near_duplicate_share, m.cluster_url, s.link_score
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one block's text whose words are of one kind; ``passage`` numbers what both pages hold, from 1."""

    text: str
    kind: str
    passage: int | None = None


class Passage(NamedTuple):
    """A stretch of text that two pages share; the text is cut at 1,000 characters."""

    n_words: int
    text: str


class SiteText:
    """The text of a snapshot, split as it was measured or, with other settings, anew; nothing is fetched."""

    def __init__(self, answers: Answers, settings: Duplicates, *, is_anew: bool) -> None:
        answers.need("page_metrics", "audit")
        answers.need("blocks", "crawl")
        self.answers = answers
        self.settings = settings
        self._is_open = False
        self._shares = "page_metrics"
        self._pairs = "near_duplicates"
        if is_anew or not answers.snapshot.has("near_duplicates"):
            self._split_anew()

    def _open(self) -> None:
        """Give numbers to the pages that were scanned, and tell the template's blocks."""
        if not self._is_open:
            self.answers.db.execute("create temp view index_status as select url, is_indexable from page_metrics")
            self.answers.db.execute(
                "create temp view variant as select url from page_metrics where variant_of is not null"
            )
            duplicates.open_scanned(self.answers.db, self.settings)
            self._is_open = True

    def _split_anew(self) -> None:
        self._open()
        with duplicates.open_duplicates(self.answers.db, self.settings):
            self.answers.db.execute(f"create temp table pair_anew as {duplicates.NEAR_DUPLICATES}")
        self._shares, self._pairs = "text_share", "pair_anew"

    def about_pages(self, *, limit: int | None = None, offset: int = 0) -> Question:
        """Ask for the pages with their shares, most duplicate words first."""
        return Question(
            f"""{_SHARES} from {self._shares} m join pages p on p.url = m.url and p.role <> 'probe'
            left join page_metrics s on s.url = m.url
            cross join lateral (select p.n_words) t where m.unique_share is not null
            order by n_duplicate_words desc, m.url limit ? offset ?""",
            [limit, offset],
        )

    def about_near(self, *, limit: int | None = None, offset: int = 0) -> Question:
        """Ask for the pairs of near-duplicates, each once, the likest first."""
        return Question(
            f"""select url, other_url, similarity_share from {self._pairs}
            where url < other_url and similarity_share >= {self.settings.similarity_share:f} - 1e-12
            order by similarity_share desc, url, other_url limit ? offset ?""",
            [limit, offset],
        )

    def about_clusters(self, *, limit: int | None = None, offset: int = 0) -> Question:
        """Ask for the clusters of near-duplicates, largest first."""
        return Question(
            f"""select cluster_url, count(*)::int as n_pages, list(url order by url) as urls
            from {self._shares} where cluster_url is not null group by cluster_url
            order by n_pages desc, cluster_url limit ? offset ?""",
            [limit, offset],
        )

    def summary(self) -> dict[str, Any]:
        """Give pages, words and the three shares of the site, and how many pages have near-duplicates."""
        return self.answers.one(
            f"""
            select count(*)::int as n_pages, coalesce(sum(p.n_words), 0)::bigint as n_words,
                sum(m.duplicate_share * p.n_words) / sum(p.n_words) as duplicate_share,
                sum(m.common_share * p.n_words) / sum(p.n_words) as common_share,
                sum(m.unique_share * p.n_words) / sum(p.n_words) as unique_share,
                count(*) filter (m.n_near_duplicates > 0)::int as n_near_duplicate_pages,
                count(distinct m.cluster_url)::int as n_clusters
            from {self._shares} m join pages p using (url)
            where p.role <> 'probe' and m.unique_share is not null and p.n_words > 0"""
        )

    def page(self, url: str) -> Sharing:
        """Hold one page against all others.

        Raises: InputError where the page was not compared, with the reason.
        """
        text = self._text(url)
        db, k = self.answers.db, self.settings.words
        template, _sizes = duplicates.read_template(db, k)
        n_pages = self.answers.one("select count(*) as n from scanned")["n"]
        return sharing_of(db, text, template, duplicates.limit_of(n_pages, self.settings.common_share), k)

    def beside(self, sharing: Sharing, url: str) -> SideBySide:
        """Put a page and another one side by side.

        Raises: InputError where the other page was not compared, with the reason.
        """
        return _side_by_side(sharing, self._text(url), self.settings.words)

    def _text(self, url: str) -> PageText:
        self._open()
        text = page_text(self.answers.db, urls.normalise(url) or url, self.settings.words)
        if text is None:
            raise InputError(self._why_not(urls.normalise(url) or url))
        return text

    def _why_not(self, url: str) -> str:
        rows = self.answers.rows("select index_reason, variant_of from page_metrics where url = ?", [url])
        if not rows:
            return f"{url}: no own page of this snapshot"
        if rows[0]["variant_of"]:
            return f"{url}: a variant of {rows[0]['variant_of']}, which stands for it"
        return f"{url}: not compared, since no search engine may index it ({rows[0]['index_reason'] or 'no answer'})"


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two pages block by block, and the passages of the first that stand on the second, in the order of the first."""

    url: str
    other_url: str
    similarity_share: float
    n_shared_words: int
    passages: list[Passage]
    blocks: list[list[Piece]]
    other_blocks: list[list[Piece]]

    def as_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {**asdict(self), "passages": [passage._asdict() for passage in self.passages]}


def pieces_of(text: PageText, kinds: Any, passages: Any = None) -> list[list[Piece]]:
    """Cut the blocks of a page where the kind of its words, or the passage that they lie in, changes."""
    out: list[list[Piece]] = []
    first = 0
    offset = 0
    for raw, end in zip(text.blocks.column("text").to_pylist(), text.read.ends.tolist(), strict=True):
        data = raw.encode("utf-8")
        start = offset
        pieces: list[Piece] = []
        at = first
        while at < end:
            stop = at + 1
            while stop < end and kinds[stop] == kinds[at] and (passages is None or passages[stop] == passages[at]):
                stop += 1
            until = int(text.read.starts[stop]) if stop < end else offset + len(data)
            passage = int(passages[at]) or None if passages is not None else None
            said = data[start - offset : until - offset].decode("utf-8", "replace")
            pieces.append(Piece(said, KINDS[int(kinds[at])], passage))
            start, at = until, stop
        out.append(pieces or [Piece(raw, KINDS[UNIQUE])])
        first, offset = end, offset + len(data)
    return out


def _side_by_side(sharing: Sharing, other: PageText, k: int) -> SideBySide:
    text = sharing.text
    is_common = sharing.kinds == COMMON
    at, other_at = np.flatnonzero(text.read.runs), np.flatnonzero(other.read.runs)
    # A run of the template covers common words only.
    n_common = np.concatenate((np.zeros(1, np.int64), np.cumsum(is_common)))
    at = at[n_common[np.minimum(at + k, text.n_words)] - n_common[at] < k]
    mine = at[np.isin(text.read.runs[at], other.read.runs)]
    theirs = other_at[np.isin(other.read.runs[other_at], text.read.runs[mine])]
    numbers, other_numbers = np.zeros(text.n_words, np.int64), np.zeros(other.n_words, np.int64)
    passages: list[Passage] = []
    of_run: dict[int, int] = {}
    for first, end in islands(mine, k):
        passages.append(Passage(end - first, text.quote(first, end)))
        numbers[first:end] = len(passages)
        for place in range(first, end - k + 1):
            of_run.setdefault(int(text.read.runs[place]), len(passages))
    for first, end in islands(theirs, k):
        other_numbers[first:end] = of_run[int(other.read.runs[first])]
    kinds = np.where(numbers > 0, DUPLICATE, np.where(text.is_template, COMMON, UNIQUE))
    other_kinds = np.where(other_numbers > 0, DUPLICATE, np.where(other.is_template, COMMON, UNIQUE))
    runs, others = set(text.read.runs[at].tolist()), set(other.read.runs[other_at].tolist())
    return SideBySide(
        text.url, other.url, len(runs & others) / max(1, len(runs | others)),
        int(np.count_nonzero(covered(mine, text.n_words, k))), passages,
        pieces_of(text, kinds, numbers), pieces_of(other, other_kinds, other_numbers),
    )  # fmt: skip
