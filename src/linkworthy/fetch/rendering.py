"""What a browser made of a page, and what that took: kept apart from what came over HTTP."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """One rendering of a body. Milliseconds are the browser's own, from the beginning of its navigation."""

    raw: bytes
    """The body as it came over HTTP, decoded; that of the Exchange is the DOM after rendering."""
    is_settled: bool = False
    """The page was loaded and quiet before its time was up."""
    dom_ms: float | None = None
    """Until DOMContentLoaded; null where it never came."""
    load_ms: float | None = None
    """Until the load event; null where it never came."""
    settle_ms: float | None = None
    """From the beginning until the network was quiet, or the time was up; null where the page was not rendered."""
    total_ms: float | None = None
    """All that the rendering took, the wait for a tab left out."""
    lcp_ms: float | None = None
    """Largest contentful paint, blocked kinds left out; null where nothing was painted."""
    cls: float | None = None
    """Cumulative layout shift: the largest burst of shifts; null where not measured."""
    n_requests: int = 0
    """Requests of the page besides its own document, the blocked ones included."""
    n_blocked: int = 0
    """Of these, refused by kind, host, method, robots.txt, or a limit of the page."""
    n_failed: int = 0
    """Of these, asked for and not answered: private addresses, faults of the network."""
    n_bytes: int = 0
    """Decoded bytes of what they brought."""
    n_console_errors: int = 0
    """Calls of console.error, 100 at most."""
    n_script_errors: int = 0
    """Exceptions that no script caught."""
    moved_to_url: str | None = None
    """Where the page itself first wanted to lead, by script or refresh; it is not followed."""
