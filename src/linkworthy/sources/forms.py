"""A vendor's export as data: the words of its header that tell it, and what its columns are for us."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from linkworthy.sources import dates, numbers
from linkworthy.sources.layouts import Grid, Layout, find, is_bare_url, is_url, named, roles_by_name

MAX_OPINIONS = 60
_HEADER_ROWS = 20
"""Rows that the header is looked for in: some vendors write a title or several lines before it."""
_BARE = re.compile(r"(?:[^\s/:?#@]+\.)+[^\s/:?#@.]+(?:[:/?#]\S*)?")
_URL_ROLES = ("source", "target", "url")
_DATE_ROLES = ("first_seen", "last_seen", "lost", "day")
_DECIMAL_ROLES = ("position", "volume", "traffic", "clicks", "impressions", "score")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One export of one vendor."""

    vendor: str
    title: str
    """The export in words."""
    table: str = "observations"
    signs: tuple[tuple[str, ...], ...]
    """The header holds one word of each group, in the spelling of :func:`layouts.named`."""
    never: tuple[str, ...] = ()
    """And none of these."""
    roles: Mapping[str, Sequence[str]]
    """Our name for a column to its spellings, the first found wins."""
    needs: tuple[str, ...]
    """Roles without which it is not this export."""
    opinions: frozenset[str] | None = None
    """Columns kept as opinions; null for all that have no role."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    flag_kinds: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Our kind of link to the flag that says so, read where no column names the kind."""
    lost_flags: tuple[str, ...] = ()
    """Flags that call a link lost."""
    regions: Mapping[str, str] = field(default_factory=dict)
    is_crawl: bool = False


def layout_of(grid: Grid, forms: Sequence[Form]) -> Layout | None:
    """Give the layout of the first form that a row of the file's beginning fits, null where none does."""
    for n, row, names in headers(grid):
        for form in forms:
            if found := _fitted(form, names):
                roles, told = found
                if n and not _goes_on(grid.without(n + 1), roles, len(row)):
                    continue
                return _layout(form, grid, n, row, names, roles, told)
    return None


def headers(grid: Grid) -> Iterator[tuple[int, tuple[str, ...], list[str]]]:
    """Give the rows that may be the header: place, cells, and the cells in one spelling."""
    for n, row in enumerate(grid.rows[:_HEADER_ROWS]):
        if len(row) > 1:
            yield n, row, [named(cell) for cell in row]


def _fitted(form: Form, names: Sequence[str]) -> tuple[dict[str, int], list[int]] | None:
    """Give the roles and the places of the signs, null where the header is not this form's."""
    told = [find(names, *group) for group in form.signs]
    if any(place is None for place in told) or find(names, *form.never) is not None:
        return None
    roles = roles_by_name(names, form.roles)
    if any(role not in roles for role in form.needs):
        return None
    return roles, [place for place in told if place is not None]


def _goes_on(rows: Sequence[Sequence[str]], roles: Mapping[str, int], width: int) -> bool:
    """Tell whether some rows below a header are of its table, or none follow: a text may quote headers."""
    places = [roles[role] for role in _URL_ROLES if role in roles]
    n_fitting = sum(
        len(row) > max(places, default=width - 1)
        and not any(row[width:])
        and (not places or any(is_url(row[n]) or is_bare_url(row[n]) for n in places))
        for row in rows
    )
    return 10 * n_fitting >= len(rows)


def _layout(
    form: Form,
    grid: Grid,
    n: int,
    row: Sequence[str],
    names: Sequence[str],
    roles: dict[str, int],
    told: Iterable[int],
) -> Layout:
    width = len(row)
    shown = " and ".join(f"{row[place].strip()!r}" for place in dict.fromkeys(told))
    taken = set(roles.values())
    flag_kinds = {} if "kind" in roles else roles_by_name(names, form.flag_kinds)
    lost_flag = find(names, *form.lost_flags)
    lost_parts = None
    if flag_kinds:
        roles = roles | {"kind": width}
    if lost_flag is not None:
        taken.add(lost_flag)
        lost_parts = (roles["lost"], lost_flag) if "lost" in roles else None
        roles = roles | {"lost": width + 1 if lost_parts else lost_flag}
    rows = grid.without(n + 1)
    return Layout(
        reported_by=form.vendor,
        recognised_as=f"{form.title}, by the column{'s' if ' and ' in shown else ''} {shown}",
        delimiter=grid.delimiter,
        n_columns=width,
        skip_bytes=grid.starts[n],
        roles=roles,
        opinions=opinions_of(row, names, taken, form.opinions),
        kinds=form.kinds,
        regions=form.regions,
        date_order=dates.order_of(cells_of(rows, [roles[role] for role in _DATE_ROLES if role in roles])),
        is_crawl=form.is_crawl,
        table=form.table,
        decimal_mark=numbers.decimal_mark(
            cells_of(rows, [roles[role] for role in _DECIMAL_ROLES if role in roles]), grid.delimiter
        ),
        flag_kinds=flag_kinds,
        lost_parts=lost_parts,
        bare_scheme="http://",
    )


def opinions_of(
    row: Sequence[str], names: Sequence[str], taken: Iterable[int], wanted: frozenset[str] | None = None
) -> dict[str, int]:
    """Give the columns kept as the source's opinion, by their own names in lower case."""
    out: dict[str, int] = {}
    used, bare = set(taken), {name.replace(" ", "") for name in wanted or ()}
    for place, (cell, name) in enumerate(zip(row, names, strict=True)):
        said = " ".join(cell.strip("\ufeff\"' \t").lower().split())
        if (
            said
            and place not in used
            and (wanted is None or name in wanted or name.replace(" ", "") in bare)
            and len(out) < MAX_OPINIONS
        ):
            out.setdefault(said, place)
    return out


def cells_of(rows: Iterable[Sequence[str]], places: Sequence[int]) -> list[str]:
    """Give the cells of some columns that are not empty."""
    return [row[place] for row in rows for place in places if place < len(row) and row[place].strip()]
