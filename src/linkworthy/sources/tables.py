"""Any delimited file or plain list with a column of linking pages: what its columns are, and how it is read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.site import SiteConfig
from linkworthy.sources import dates, layouts, numbers, wrong_site
from linkworthy.sources.ahead import in_order
from linkworthy.sources.base import Batch, Context
from linkworthy.sources.completed import completed, count_bare
from linkworthy.sources.delimited import Chunk, read_chunks
from linkworthy.sources.forms import opinions_of
from linkworthy.sources.layouts import Grid, Layout, find, is_bare_url, is_url, named
from linkworthy.sources.observations import Tally, shape
from linkworthy.sources.streams import open_text

_NAMES: Mapping[str, Sequence[str]] = {
    "source": (
        "source url", "source page", "source page url", "source", "url from", "from url", "from",
        "referring page url", "referring page", "referring url", "linking page", "linking url", "backlink url",
        "backlink", "backlinks", "page url", "link from", "referrer", "referer", "source link", "url",
    ),
    "target": (
        "target url", "target page", "target page url", "target", "destination url", "destination", "url to",
        "to url", "to", "link to", "links to", "landing page", "linked page", "linked url", "link url",
    ),
    "anchor": ("anchor text", "anchor", "link text", "anchortext", "anchor_text", "link anchor"),
    "title": ("source title", "source page title", "title", "page title", "referring page title", "backlink title"),
    "first_seen": ("first seen", "first indexed date", "date first seen", "discovered", "date found", "first found"),
    "last_seen": ("last seen", "last seen date", "last crawled", "last checked", "last found"),
    "lost": ("date lost", "lost", "lost date"),
    "nofollow": ("nofollow", "flag no follow", "is nofollow", "no follow"),
    "follow": ("follow", "dofollow", "is dofollow", "followed"),
    "ugc": ("ugc", "is ugc"),
    "sponsored": ("sponsored", "is sponsored"),
    "rel": ("rel", "link rel", "rel attribute", "link attributes", "attributes"),
    "kind": ("link type", "type"),
}  # fmt: skip
_KINDS = {
    **dict.fromkeys(("text", "textlink", "text link", "href", "hyperlink", "link", "a"), "text"),
    **dict.fromkeys(("image", "imagelink", "image link", "img", "bild", "imagen", "immagine"), "image"),
    **dict.fromkeys(("dofollow", "nofollow", "ugc", "sponsored"), "text"),
    "redirect": "redirect", "canonical": "canonical", "frame": "frame", "iframe": "frame", "form": "form",
}  # fmt: skip
_NO_TEXTS = frozenset({"true", "false", "yes", "no", "follow", "do-follow", "no-follow", "live", "lost", "active"})
_PREVIEW_ROWS = 3
HTTPS = "https://"
"""What anybody's list means where it leaves the scheme out."""


@lru_cache(maxsize=1)
def header_words() -> Mapping[str, Sequence[str]]:
    """Give the words of headers by role, English ones first."""
    text = resources.files("linkworthy.words").joinpath("headers.toml").read_text(encoding="utf-8")
    foreign = {role: tuple(map(named, words)) for role, words in tomllib.loads(text).items()}
    return {role: (*words, *foreign.get(role, ())) for role, words in _NAMES.items()}


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(word for words in header_words().values() for word in words)


@dataclass(slots=True)
class TableSource:
    """A delimited file whose layout is known."""

    layout: Layout
    detail: str | None = None
    is_damaged: bool = False

    @property
    def reported_by(self) -> str:
        """Who speaks."""
        return self.layout.reported_by

    @property
    def recognised_as(self) -> str:
        """The layout in words."""
        return self.layout.recognised_as

    def read(self, path: Path, context: Context) -> Iterator[Batch]:
        """Read the file in batches of bounded size.

        Raises: SourceError where the file is damaged; InputError where its links are none of this site's backlinks.
        """
        layout, tally = self.layout, Tally()
        roles = layout.roles
        needed = 1 + max(roles[role] for role in ("source", "target", "anchor_and_target") if role in roles)
        with open_text(path, context) as text:
            chunks = read_chunks(
                text,
                layout.delimiter,
                layout.n_columns,
                layout.wanted,
                n_needed=needed,
                skip_bytes=layout.skip_bytes,
            )
            n_bare = 0

            def counted(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
                nonlocal n_bare
                for chunk in chunks:
                    n_bare += count_bare(chunk.columns[roles["source"]]) if len(chunk.numbers) else 0
                    yield chunk

            told = counted(chunks) if layout.bare_scheme == HTTPS else chunks
            shaped = in_order(lambda chunk: shape(completed(chunk, layout), layout, context, str(path)), told)
            n_rows = 0
            for batches, part in shaped:
                tally.add(part)
                n_rows += sum(batch.n_rows_used + batch.n_rows_rejected for batch in batches)
                yield from batches
        _refuse_wrong_site(tally, layout, context.config)
        if tally.n_unread_dates:
            said = "date" if tally.n_unread_dates == 1 else "dates"
            context.noticed.append(f"{tally.n_unread_dates:,} {said} could not be read")
        if n_bare:
            said = "linking page without scheme is" if n_bare == 1 else "linking pages without scheme are"
            context.noticed.append(f"{n_bare:,} {said} taken for {HTTPS}")
        if not n_rows:
            self.detail = "it has a header and no rows"
        elif not tally.n_used:
            self.detail = "no row of it is a backlink; the table of rejects says why"


def _refuse_wrong_site(tally: Tally, layout: Layout, config: SiteConfig) -> None:
    site = urls.domain_of(config.url)
    if tally.n_foreign > tally.n_used and tally.foreign:
        other, count = tally.foreign.most_common(1)[0]
        total = tally.n_foreign + tally.n_used
        raise InputError(wrong_site.question("its links lead to", other, count, total, site))
    if tally.n_internal and not tally.n_used and not layout.is_crawl:
        raise InputError(f"it lists pages of {site} itself ({tally.n_internal:,}) and no linking page")


def recognise(grid: Grid, config: SiteConfig, mapping: Mapping[str, str]) -> Layout | None:
    """Tell what the columns of a table are: by the user's word, else by headers, else by what they hold.

    Raises: InputError where no column holds URLs of linking pages, or it cannot be told which does; with a preview.
    """
    n_header = header_of(grid)
    rows = [row for row in grid.without(n_header) if not (row and row[0].lstrip().startswith("#"))]
    n_columns = len(grid.rows[n_header - 1]) if n_header else max((len(row) for row in rows), default=0)
    header = grid.rows[n_header - 1] if n_header else ()
    if not rows and not header:
        return None
    names = [named(cell) for cell in header]
    roles = mapped(mapping, names, n_columns, grid) if mapping else _told(names, rows, n_columns, config, grid)
    if roles is None:
        return None
    if not header and not mapping:
        roles |= _by_content(rows, roles, n_columns)
    date_cells = [
        row[roles[role]]
        for role in ("first_seen", "last_seen", "lost")
        if role in roles
        for row in rows
        if roles[role] < len(row)
    ]
    numbered = [f"column {n}" for n in range(1, n_columns + 1)]
    return Layout(
        reported_by="list",
        recognised_as=_in_words(roles, header, by_user=bool(mapping)),
        delimiter=grid.delimiter,
        n_columns=n_columns,
        skip_bytes=grid.starts[n_header - 1] if n_header else grid.lead,
        roles=roles,
        opinions=opinions_of(header or numbered, names or numbered, roles.values()),
        kinds=_KINDS,
        date_order=dates.order_of(date_cells),
        bare_scheme=HTTPS,
    )


def header_of(grid: Grid) -> int:
    """Count the rows up to and with the header: a row of the table's width before the first URL; 0 for none."""
    holds = is_url if any(is_url(cell) for row in grid.rows for cell in row) else is_bare_url
    first = next((n for n, row in enumerate(grid.rows) if any(map(holds, row))), None)
    if first is None:
        return 1 if len(grid.rows) == 1 else 0
    width = len(grid.rows[first])
    above = [n for n in range(first) if len(grid.rows[n]) == width]
    if not above or (width == 1 and _is_entry(grid.rows[above[-1]][0])):
        return 0
    # Rows without a URL may follow the header: known words tell it, else that it holds neither dates nor numbers.
    n_known = {n: sum(named(cell) in _known() for cell in grid.rows[n]) for n in above}
    if any(n_known.values()):
        return max(above, key=lambda n: (n_known[n], -n)) + 1
    return 1 + next((n for n in reversed(above) if not any(map(_is_value, grid.rows[n]))), above[-1])


def _is_entry(line: str) -> bool:
    """Tell whether a line of a plain list is a comment or a URL without its scheme, and so no header."""
    return line.lstrip().startswith("#") or layouts.is_host(line.partition("/")[0])


def _is_value(cell: str) -> bool:
    return dates.is_date(cell) or numbers.is_count(cell)


def names_all(mapping: Mapping[str, str], grid: Grid) -> bool:
    """Tell whether the user's words on columns are all headers of this table, and so meant for it whoever wrote it."""
    n_header = header_of(grid)
    names = {named(cell) for cell in grid.rows[n_header - 1]} if n_header else set()
    return bool(mapping) and all(named(column) in names for column in mapping.values())


def mapped(mapping: Mapping[str, str], names: Sequence[str], n_columns: int, grid: Grid) -> dict[str, int]:
    """Turn the user's words on columns, headers or numbers from 1, into places.

    Raises: InputError naming what is not there.
    """
    roles: dict[str, int] = {}
    for role, column in mapping.items():
        if role not in layouts.ROLES:
            raise InputError(f"--map {role}={column}: no such role; there are: {', '.join(layouts.ROLES)}")
        place = names.index(named(column)) if named(column) in names else None
        if place is None and column.strip().isdecimal() and 1 <= int(column) <= n_columns:
            place = int(column) - 1
        if place is None:
            raise InputError(f"--map {role}={column}: no such column. {preview(grid)}")
        roles[role] = place
    if "source" not in roles:
        raise InputError(f"--map names no source: the column of linking pages. {preview(grid)}")
    return roles


def _told(
    names: Sequence[str], rows: Sequence[Sequence[str]], n_columns: int, config: SiteConfig, grid: Grid
) -> dict[str, int] | None:
    url_columns = [n for n in range(n_columns) if _share(rows, n, is_url) >= 0.5]
    page_columns = url_columns or [n for n in range(n_columns) if _share(rows, n, _is_page) >= 0.5]
    named_columns = {n for n in range(n_columns) if _share(rows, n, _is_any_url) >= 0.5}
    roles = {
        role: place
        for role, place in layouts.roles_by_name(names, header_words()).items()
        if role not in {"source", "target"} or place in named_columns
    }
    if not page_columns and "source" not in roles:
        return None
    url_columns = page_columns
    own = [n for n in url_columns if _share(rows, n, lambda cell: _is_own(cell, config)) >= 0.5]
    foreign = [n for n in url_columns if n not in own]
    if "source" not in roles and "target" in roles:
        foreign = [n for n in foreign if n != roles["target"]]
    if "source" not in roles:
        candidates = foreign or (own if len(url_columns) == 1 else [])
        if len(candidates) != 1:
            raise InputError(f"it cannot be told which column holds the linking pages. {preview(grid)}")
        roles["source"] = candidates[0]
    targets = [n for n in own if n != roles["source"]]
    if "target" not in roles and len(targets) == 1:
        roles["target"] = targets[0]
    return roles


def _by_content(rows: Sequence[Sequence[str]], roles: Mapping[str, int], n_columns: int) -> dict[str, int]:
    """Tell the date and, beside a target, the anchor of a table without header, each where one column alone fits."""
    free = [
        n for n in range(n_columns) if n not in roles.values() and any(n < len(row) and row[n].strip() for row in rows)
    ]
    days = [n for n in free if _share(rows, n, dates.is_date) >= 0.9]
    texts = [n for n in free if _share(rows, n, _is_text) >= 0.5]
    out = {"first_seen": days[0]} if len(days) == 1 else {}
    return out | ({"anchor": texts[0]} if len(texts) == 1 and "target" in roles else {})


def _is_text(cell: str) -> bool:
    """Tell whether a cell may be an anchor: no number, date, URL, and no word for a kind of link or a flag."""
    is_word = cell.strip().lower() in {*_KINDS, *_NO_TEXTS}
    return not (is_word or _is_value(cell) or _is_any_url(cell)) and any(map(str.isalpha, cell))


def _is_any_url(cell: str) -> bool:
    return is_url(cell) or is_bare_url(cell)


def _is_page(cell: str) -> bool:
    """Tell whether a cell is a URL, or one without scheme that is more than the name of a host or of a file."""
    return is_url(cell) or (is_bare_url(cell) and "/" in cell)


def _share(rows: Sequence[Sequence[str]], n: int, holds: object) -> float:
    filled = [row[n] for row in rows if n < len(row) and row[n].strip()]
    return sum(map(holds, filled)) / len(filled) if filled and callable(holds) else 0.0


def _is_own(text: str, config: SiteConfig) -> bool:
    url = urls.normalise(f"{HTTPS}{text.strip()}" if is_bare_url(text) else text)
    return url is not None and config.is_own_host(urls.host_of(url))


def preview(grid: Grid) -> str:
    """Show the first rows with their columns' numbers, and how to say what they are."""
    shown = [
        " | ".join(f"{n}: {' '.join(cell.split())[:40]}" for n, cell in enumerate(row[:8], 1))
        for row in grid.rows[:_PREVIEW_ROWS]
    ]
    say = "Say it with --map source=COLUMN,target=COLUMN,anchor=COLUMN (header or number)"
    return f"Its first rows: [{'] ['.join(shown)}]. {say}"


def _in_words(roles: Mapping[str, int], header: Sequence[str], *, by_user: bool) -> str:
    place = roles["source"]
    name = f"{header[place].strip()!r}" if header else f"number {place + 1}"
    told = (
        "by --map"
        if by_user
        else "by what it holds"
        if find([named(c) for c in header], *header_words()["source"]) is None
        else "by its header"
    )
    return (
        f"table of links, its linking pages in column {name}, {told}"
        if header or len(roles) > 1
        else "list of URLs, one a line"
    )
