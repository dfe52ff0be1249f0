"""A file that speaks of another site than the run's: told by where most of it leads, and asked about by name."""

from __future__ import annotations


def question(what: str, other: str, count: int, total: int, site: str) -> str:
    """Name both sites in one line, and say what to do whichever is meant."""
    return (
        f"{what} {other} ({count:,} of {total:,}), and the site is {site}; which is meant? Import it for {other} with "
        f"that site, or name {other} in site.toml: under hosts if it is yours too, under competitors if it is a rival's"
    )
