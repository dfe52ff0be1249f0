"""Clusters of one owner's sites."""

from __future__ import annotations

import pyarrow as pa
import pytest

from linkworthy.engine.embedded import Embedded
from linkworthy.metrics.networks import find_networks, shared_counts
from linkworthy.metrics.owners import Shared, is_placeholder, is_shared_address, shared_values, subnet
from linkworthy.tables import table

FIVE = tuple(f"blog{n}.example" for n in range(5))


def test_an_identifier_joins() -> None:
    (found,) = find_networks([Shared("id", "adsense:77", FIVE)])
    assert found.domains == FIVE
    assert "adsense:77 on 5 domains" in found.evidence


@pytest.mark.parametrize("kind", ["design", "address", "subnet", "title", "text", "interlink"])
def test_one_weak_kind_never_joins(kind: str) -> None:
    assert find_networks([Shared(kind, "x", FIVE)]) == []


def test_two_independent_kinds_join() -> None:
    (found,) = find_networks([Shared("address", "203.0.113.9", FIVE), Shared("design", "template 7", FIVE)])
    assert found.kinds == ("address", "design")


def test_an_address_and_its_range_are_one_kind() -> None:
    assert find_networks([Shared("address", "203.0.113.9", FIVE), Shared("subnet", "203.0.113.0/24", FIVE)]) == []


def test_two_domains_are_no_network() -> None:
    assert find_networks([Shared("id", "adsense:77", FIVE[:2])]) == []


def test_clusters_meet_over_a_common_domain() -> None:
    (found,) = find_networks([Shared("id", "a", FIVE[:3]), Shared("contact", "b@blog.example", FIVE[2:])])
    assert found.domains == FIVE


def test_the_order_of_evidence_changes_nothing() -> None:
    evidence = [Shared("id", "a", FIVE[:3]), Shared("address", "x", FIVE), Shared("design", "y", FIVE[1:])]
    assert find_networks(evidence) == find_networks(list(reversed(evidence)))


def test_others_are_counted_once_a_kind() -> None:
    counts = shared_counts([Shared("id", "a", FIVE[:3]), Shared("id", "b", FIVE[1:4])])
    assert counts["blog1.example"] == {"id": 3}


@pytest.mark.parametrize("value", ["analytics:UA-XXXXX-Y", "adsense:ca-pub-0000000000000000", "tag-manager:GTM-XXXX"])
def test_placeholders_belong_to_nobody(value: str) -> None:
    assert is_placeholder(value)


def test_a_real_identifier_is_no_placeholder() -> None:
    assert not is_placeholder("analytics:UA-5417732")
    assert not is_placeholder("adsense:ca-pub-5519263847110293")


def test_content_networks_are_shared_and_private_ranges_are_no_ranges() -> None:
    assert is_shared_address("104.18.3.4")
    assert is_shared_address("2606:4700::1")
    assert is_shared_address("not an address")
    assert not is_shared_address("203.0.113.9")
    assert subnet("127.0.3.4") is None
    assert subnet("8.8.8.8") == "8.8.8.0/24"


def test_an_identifier_of_a_public_template_on_thousands_of_sites_is_no_evidence_and_one_beside_it_still_is() -> None:
    n, few = 3_000, 6
    ids = [["adsense:ca-pub-5519263847110293", *(["adsense:ca-pub-8841"] if at < few else [])] for at in range(n)]
    pages = [
        {"url": f"https://site{at}.example/", "domain": f"site{at}.example", "is_own": False, "status": 200,
         "is_html": True, "owner_ids": owners, "emails": [], "telephones": [], "stylesheets": []}
        for at, owners in enumerate(ids)
    ]  # fmt: skip
    with Embedded(workers=1).connect({"pages": pa.Table.from_pylist(pages, table("pages").schema)}) as db:
        db.execute("create temp table domain_protection as select domain, null::text as protected_as from pages")
        db.execute("create temp table own_domain as select 'shop.example' as domain")
        db.execute("create temp table text_pair as select url, domain, domain as other_domain, false as is_own, "
                   "false as other_is_own from pages limit 0")  # fmt: skip
        shared = list(shared_values(db))
    assert [(one.kind, len(one.domains)) for one in shared] == [("id", few)]
    assert [len(one.domains) for one in find_networks(shared, n)] == [few]
