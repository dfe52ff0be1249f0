"""Kind 1, link networks: private blog networks, link farms, exchanges. What several linking sites of one owner share."""

from __future__ import annotations

from linkworthy.catalogue.signal import Signal
from linkworthy.signals import sources

NETWORK = (
    Signal(
        slug="shared-owner-id", title="it shares an owner's identifier with other linking sites", aspect="network", group="owner",
        value="n_id_domains", ramp=(1, 2), unit="other referring domains", weight=0.6, is_strong=True,
        provenance="owner identifiers carried most of the 98.7 % accuracy of the source; under 1, since publishers own several honest sites",
        evidence=("network_evidence", "n_id_domains", "network_size"),
        why="One analytics, advertising or contact identity on three or more linking sites is one owner who links to you three times.",
        limits="An agency may run many clients' tags; placeholders and identifiers of platforms are left out.",
        source=sources.PURCHASED_FAME,
        examples=(({"n_id_domains": 4}, 1.0), ({"n_id_domains": 1}, 0.0), ({}, None)),
    ),
    Signal(
        slug="shared-address", title="it answers from the same server address as other linking sites", aspect="network", group="address",
        value="n_address_domains", ramp=(1, 4), unit="other referring domains", weight=0.25, provenance=sources.OURS,
        evidence=("n_address_domains", "network_evidence"),
        why="Networks are hosted together.",
        limits="So are strangers: known content networks and crowded hosts are left out, and it never speaks alone.",
        source=sources.PURCHASED_FAME,
        examples=(({"n_address_domains": 4}, 1.0), ({"n_address_domains": 1}, 0.0), ({}, None)),
    ),
    Signal(
        slug="shared-address-range", title="it is hosted in the same address range as other linking sites", aspect="network", group="address",
        value="n_subnet_domains", ramp=(4, 10), unit="other referring domains", weight=0.1, provenance=sources.OURS,
        evidence=("n_subnet_domains",),
        why="Cheap networks rent neighbouring addresses.",
        limits="A popular host's range holds many strangers; private ranges are left out.",
        source=sources.PURCHASED_FAME,
        examples=(({"n_subnet_domains": 10}, 1.0), ({"n_subnet_domains": 4}, 0.0), ({}, None)),
    ),
    Signal(
        slug="shared-design", title="it has the same page skeleton as other linking sites", aspect="network", group="design",
        value="n_design_domains", ramp=(1, 4), unit="other referring domains", weight=0.2, provenance="a template alone is never enough",
        evidence=("n_design_domains",),
        why="Networks are stamped from one template.",
        limits="So is everybody with the same stock theme; designs on more than forty domains are left out.",
        source=sources.PURCHASED_FAME,
        examples=(({"n_design_domains": 4}, 1.0), ({"n_design_domains": 0}, 0.0), ({}, None)),
    ),
    Signal(
        slug="shared-text", title="its text stands on other linking sites", aspect="network", group="text",
        value="n_text_domains", ramp=(0, 3), unit="other referring domains", weight=0.3, provenance=sources.OURS,
        evidence=("n_text_domains", "scraped_url"),
        why="One text posted on many sites was posted for its link.",
        limits="Press releases and licensed texts look the same.",
        source=sources.LINK_FARMS,
        examples=(({"n_text_domains": 3}, 1.0), ({"n_text_domains": 0}, 0.0), ({}, None)),
    ),
    Signal(
        slug="linked-both-ways", title="it and other linking sites link to each other", aspect="network", group="mutual links",
        value="n_interlink_domains", ramp=(1, 4), unit="other referring domains", weight=0.2, provenance=sources.OURS,
        evidence=("n_interlink_domains",),
        why="A farm is recognised by its dense links both ways.",
        limits="Friends link to each other, too: from two others on.",
        source=sources.LINK_FARMS,
        examples=(({"n_interlink_domains": 4}, 1.0), ({"n_interlink_domains": 1}, 0.0), ({}, None)),
    ),
    Signal(
        slug="money-anchor-of-a-cluster", title="a cluster of one owner's sites links with keywords", aspect="network", group="anchor",
        value="case when is_money_anchor is null then null else (is_money_anchor and network_id is not null)::int end", ramp=(0, 1),
        unit="yes or no", weight=0.2, provenance=sources.OURS, evidence=("anchor", "network_id", "network_size"),
        why="An honest publisher's sites call you by name.",
        limits="Keywords are those of the settings.",
        source=sources.GOOGLE_SPAM,
        examples=(({"is_money_anchor": True, "network_id": "network-1"}, 1.0), ({"is_money_anchor": True}, 0.0), ({}, None)),
    ),
    Signal(
        slug="hides-from-link-tools", title="its robots.txt shuts link tools out", aspect="network", group="robots",
        value="n_blocked_bots", ramp=(1, 4), unit="crawlers", weight=0.15, provenance=sources.OURS, evidence=("n_blocked_bots",),
        why="Networks hide from the crawlers that would show them, and let search engines in.",
        limits="Shops and small servers shut them out to save load.",
        source=sources.PURCHASED_FAME,
        examples=(({"n_blocked_bots": 4}, 1.0), ({"n_blocked_bots": 0}, 0.0), ({}, None)),
    ),
    Signal(
        slug="exchanged", title="you link back, or around a ring", aspect="network", group="exchange",
        value="case when is_reciprocal then 1.0 when is_ring then 0.5 when is_reciprocal is not null then 0.0 end", ramp=(0, 1),
        unit="share", weight=0.1, provenance="partners link to each other: weak by nature", evidence=("is_reciprocal", "is_ring"),
        why="Excessive exchange is a breach; a link back to a friend is not.",
        limits="Cannot see who asked whom.",
        source=sources.GOOGLE_SPAM,
        examples=(({"is_reciprocal": True}, 1.0), ({"is_reciprocal": False, "is_ring": False}, 0.0), ({}, None)),
    ),
)  # fmt: skip
