"""Domains that are never called harmful on list or name evidence."""

from __future__ import annotations

import pytest

from linkworthy.metrics.protected import protected_as
from linkworthy.site import SiteConfig

CONFIG = SiteConfig(url="https://shop.example/", partners=("www.partner.example",), owned=("sister.example",))


@pytest.mark.parametrize(
    ("domain", "why"),
    [
        ("shop.example", "own"),
        ("sister.example", "own"),
        ("partner.example", "partner"),
        ("nasa.gov", "government"),
        ("leeds.gov.uk", "government"),
        ("mit.edu", "education"),
        ("ox.ac.uk", "education"),
        ("github.com", "platform"),
        ("blogspot.com", "platform"),
        ("somebody.blogspot.com", None),
        ("gov-loans.example", None),
        ("edu.shop-of-essays.example", None),
        ("other.example", None),
    ],
)
def test_a_domain_is_protected_as(domain: str, why: str | None) -> None:
    assert protected_as(domain, CONFIG) == why
