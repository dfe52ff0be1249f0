"""All signals in report order: six criteria, then five kinds of harm."""

from __future__ import annotations

from linkworthy.catalogue.signal import Signal
from linkworthy.signals.authority import AUTHORITY
from linkworthy.signals.automated import AUTOMATED
from linkworthy.signals.comment import COMMENT
from linkworthy.signals.editorial import EDITORIAL
from linkworthy.signals.indexing import INDEXING
from linkworthy.signals.irrelevant import IRRELEVANT
from linkworthy.signals.link_quality import LINK_QUALITY
from linkworthy.signals.network import NETWORK
from linkworthy.signals.outbound import OUTBOUND
from linkworthy.signals.relevance import RELEVANCE
from linkworthy.signals.sitewide import SITEWIDE

SIGNALS: tuple[Signal, ...] = (
    *RELEVANCE,
    *AUTHORITY,
    *LINK_QUALITY,
    *EDITORIAL,
    *OUTBOUND,
    *INDEXING,
    *NETWORK,
    *AUTOMATED,
    *COMMENT,
    *SITEWIDE,
    *IRRELEVANT,
)
