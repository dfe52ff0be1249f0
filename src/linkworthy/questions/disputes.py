"""Questions about what sources contradict each other on, and who says what of one link."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from linkworthy import urls
from linkworthy.errors import InputError
from linkworthy.index.witnesses import spoken_of
from linkworthy.questions.open import Answers
from linkworthy.site import SiteConfig
from linkworthy.tables import table

ABOUT = {
    "state": "one says live, the other lost",
    "follow": "one says followed, the other nofollow",
    "anchor": "another anchor for the same pages",
    "kind": "text for one, image or the like for the other",
    "target": "the same anchor on the same page, another own page",
    "date": "dates of one source that cannot be",
}
MAX_LINKS = 20
"""Links whose witnesses are shown at once."""


def disagreements(
    answers: Answers, *, about: str | None = None, source: str | None = None, limit: int = 100, offset: int = 0
) -> pa.Table:
    """Give the contradictions, of one sort and of one source where they are named, with the rows behind either word.

    Raises: InputError for an unknown sort; StageError where nothing was merged yet.
    """
    answers.need("link_index", "judge")
    if about is not None and about not in ABOUT:
        raise InputError(f"about {about!r}: one of {', '.join(ABOUT)}")
    order = ", ".join(table("disagreements").sort)
    return answers.ask_named(
        f"""
        select * from disagreements
        where ($about is null or about = $about) and ($source is null or one = $source or other = $source)
        order by {order}, link_id limit $limit offset $offset""",
        {"about": about, "source": source, "limit": limit, "offset": offset},
    )


def dispute_counts(answers: Answers) -> list[dict[str, Any]]:
    """Count the contradictions by their sort and by the pair of sources.

    Raises: StageError where nothing was merged yet.
    """
    answers.need("link_index", "judge")
    return answers.rows(
        """
        select about, one, other, count(*) as n, count(distinct source_domain) as n_domains
        from disagreements group by about, one, other order by n desc, about, one, other"""
    )


def witnesses(answers: Answers, config: SiteConfig, subject: str) -> list[dict[str, Any]]:
    """Give links by their id or their linking page, each with every source's word side by side.

    Each word carries its file and row, how it came to this link, and in ``disputes`` what other sources contradict.
    Raises: InputError where there is no such link; StageError where nothing was merged yet.
    """
    answers.need("link_index", "judge")
    url = urls.normalise(subject) or subject
    found = answers.rows(
        f"select * from link_index where link_id = ? or source_url = ? order by source_url, link_id limit {MAX_LINKS}",
        [subject, url],
    )
    if not found:
        raise InputError(f"no link {subject!r} in this snapshot; 'linkworthy links' lists them")
    told = spoken_of(answers.db, config, [link["source_url"] for link in found])
    disputed = _disputed(answers, [link["link_id"] for link in found])
    for link in found:
        link["words"] = [
            {**row, "disputes": disputed.get((link["link_id"], row["file"], row["row"]), [])}
            for row in told.get(link["link_id"], [])
        ]
    return found


def _disputed(answers: Answers, link_ids: list[str]) -> dict[tuple[str, str | None, int | None], list[str]]:
    """Give what is contradicted by link, file and row."""
    out: dict[tuple[str, str | None, int | None], list[str]] = {}
    rows = answers.rows(
        """
        select distinct * from (
          select link_id, one_file as file, one_row as row, about from disagreements
          union all select other_link_id, other_file, other_row, about from disagreements where other is not null)
        where list_contains(?, link_id) order by about""",
        [link_ids],
    )
    for row in rows:
        out.setdefault((row["link_id"], row["file"], row["row"]), []).append(row["about"])
    return out
