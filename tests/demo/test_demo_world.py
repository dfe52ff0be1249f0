"""What a seed gives: the same bytes each time, other names with another seed, and everything that is planted."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import pytest

from linkworthy import demo, urls
from linkworthy.demo.build import build
from linkworthy.demo.model import World
from linkworthy.html.page import Page
from linkworthy.html.parse import parse
from linkworthy.site import SiteConfig

SEEDS = (0, 1, 2)
KINDS = {"network", "automated", "comment", "sitewide", "irrelevant"}
VERDICTS = {"keep", "watch", "act", "disavow", "not known"}
CASES = {
    "forum thread", "forum thread known from a log", "forum profile", "editorial link of a relevant blog",
    "thoughtful comment", "bought comment", "local directory", "local pair", "editorial link of a newspaper",
    "link network", "automated link blast", "sitewide link of an irrelevant site",
    "sitewide link of a fully relevant site", "irrelevant site", "editorial link of an adjacent site", "scraper",
    "noindexed linking page", "linking page canonicalised away", "linking page that answers 429 first",
    "linking page that never answers", "link removed from its page", "linking page that is gone",
    "mention without a link", "government site", "education site", "partner site", "site that shares an address",
}  # fmt: skip
FAULTS = {
    "broken internal link", "broken outbound link", "outbound link that answers 403",
    "outbound link to a bad neighbourhood", "deleted page with backlinks", "redirect chain of three",
    "redirect loop", "temporary redirect with a backlink", "duplicate content", "near-duplicate content",
    "duplicate titles", "http twin answers", "www twin answers", "index file answers",
    "trailing slash twin answers", "letter case twin answers", "parameter twin answers",
    "canonical that points to a 404", "canonical chain", "noindexed page with backlinks",
    "page blocked by robots.txt with backlinks", "page that only the sitemap knows", "slow page",
    "page without viewport", "mixed content",
}  # fmt: skip


@lru_cache(maxsize=len(SEEDS))
def pages_of(seed: int) -> dict[str, Page]:
    return {
        url: parse(answer.body, answer.headers, url)
        for url, answer in build(seed).answers.items()
        if answer.status == 200 and answer.body.lstrip().lower().startswith(b"<!doctype")
    }


@pytest.fixture(params=SEEDS)
def world(request: pytest.FixtureRequest) -> World:
    return build(request.param)


def test_the_same_seed_gives_the_same_bytes() -> None:
    first = build(0)
    build.cache_clear()
    again = build(0)
    assert again is not first
    assert again == first


def test_other_seeds_give_other_names_places_trades_and_templates() -> None:
    worlds = [build(seed) for seed in SEEDS]
    for one, other in combinations(worlds, 2):
        assert len(set(one.hosts) & set(other.hosts)) < 0.2 * len(one.hosts)
        assert all(one.host_of(role) != other.host_of(role) for role in ("owner", "competitor", "forum", "blog"))
    assert len({world.owner.topic.key for world in worlds}) == len(SEEDS)
    assert len({world.gazetteer.town for world in worlds}) == len(SEEDS)
    assert {world.owner.is_local for world in worlds} == {True, False}
    for role in ("owner", "blog", "newspaper", "adjacent"):
        looks = [_classes(world, role) for world in worlds]
        assert len(looks) == len(set(looks)), role


def _classes(world: World, role: str) -> tuple[str, ...]:
    name = world.host_of(role)
    body = world.answers[f"https://{name}/"].body.decode()
    return tuple(re.findall(r'class="([^"]*)"', body))


def test_every_case_and_fault_is_planted(world: World) -> None:
    assert {link.case for link in world.links} >= CASES
    assert {fault.case for fault in world.faults} >= FAULTS
    assert {kind for link in world.links for kind in link.kinds} == KINDS
    assert {verdict for link in world.links for verdict in link.verdicts} <= VERDICTS
    assert len([link for link in world.links if link.case == "automated link blast"]) >= 12
    assert len([link for link in world.links if link.case == "link network"]) == 5


def test_no_host_lies_outside_the_example_domain(world: World) -> None:
    assert all(name.endswith(".example") for name in world.hosts)
    for url, page in pages_of(world.seed).items():
        named = [*(link.url for link in page.links), *(resource.resource_url for resource in page.resources)]
        assert all(urls.host_of(one).endswith(".example") for one in named if one), url


def test_only_the_network_and_two_innocents_share_an_address(world: World) -> None:
    sharing: dict[str, set[str]] = {}
    for host in world.hosts.values():
        sharing.setdefault(host.address, set()).add(urls.registrable_domain(host.name))
    shared = sorted(sorted(names) for names in sharing.values() if len(names) > 1)
    assert shared == sorted([sorted(world.roles["network"]), sorted(world.roles["neighbour"])])
    blocks = [address.rpartition(".")[0] for address in sharing]
    assert len(set(blocks)) < len(blocks)
    assert all(address.startswith("127.") for address in sharing)


def test_a_world_is_small_and_its_pages_are_worth_reading(world: World) -> None:
    assert world.n_pages <= 350
    own = [urls.host_of(url) for url, answer in world.answers.items() if answer.status == 200]
    assert 30 <= own.count(world.owner.host) <= 60
    pages = pages_of(world.seed)
    for source in {link.source_url for link in world.links} & pages.keys():
        assert 60 <= pages[source].facts["n_words"] <= 1_000, source


def test_only_what_is_planted_is_a_copy(world: World) -> None:
    planted = {fault.url for fault in world.faults if "duplicate content" in fault.case or "twin" in fault.case}
    planted |= {fault.other_url for fault in world.faults} | {world.owner.url, f"{world.owner.url}index.html"}
    planted |= {link.source_url for link in world.links if link.case == "scraper"}
    shingles: dict[str, set[tuple[str, ...]]] = {}
    for url, page in pages_of(world.seed).items():
        text = " ".join(block.text for block in page.blocks if block.region == "main").lower()
        found = tuple(re.findall(r"\w+", text))
        if len(found) > 60:
            shingles[url] = {found[n : n + 7] for n in range(len(found) - 6)}
    sound = [url for url in shingles if url not in planted and world.owner.host in url]
    for url in sound:
        for other in sound:
            if other != url:
                assert len(shingles[url] & shingles[other]) < 0.15 * len(shingles[url]), (url, other)


def test_the_shared_identifier_is_the_networks_alone(world: World) -> None:
    owners: dict[str, set[str]] = {}
    for url, page in pages_of(world.seed).items():
        for key in page.facts["owner_ids"]:
            owners.setdefault(key, set()).add(urls.domain_of(url))
    shared = {key: names for key, names in owners.items() if len(names) > 1}
    assert {key.partition(":")[0] for key in shared} == {"google-tag", "adsense"}
    assert all(names == set(world.roles["network"]) for names in shared.values())


def test_truth_names_every_host_once_as_harmful_or_harmless(world: World) -> None:
    truth = demo.truth(world)
    assert not truth.harmful_domains & truth.harmless_domains
    assert truth.harmful_domains | truth.harmless_domains == {urls.registrable_domain(name) for name in world.hosts}
    assert {row["kind"] for row in truth.prospects} >= {"forum", "blog", "directory", "lost", "mention"}
    assert {*world.roles["network"], *world.roles["blast"], *world.roles["sitewide"]} <= truth.harmful_domains
    # A blog that takes bought comments is no harmful site: its own words are worth having, and one link is not.
    assert {row["case"] for row in truth.links if row["source_domain"] in world.roles["blog"]} >= {"bought comment"}


def test_settings_name_what_the_owner_knows(world: World) -> None:
    served = demo.Served(connect_to=(f"{world.owner.host}:80:127.0.0.1:1",), ca_file=Path("ca.pem"))
    config = demo.site_config(world, served)
    assert isinstance(config, SiteConfig)
    assert config.is_own_host(f"www.{world.owner.host}")
    assert config.business.is_local == bool(config.business.places)
    assert not config.network.allow_private
