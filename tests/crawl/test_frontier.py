from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from linkworthy.crawl.frontier import AGAIN, DONE, REFUSED, WAITING, Frontier, Offer, Result

OFFERS = st.builds(
    Offer,
    st.just("own"),
    st.integers(0, 11).map("https://shop.example/{}".format),
    st.integers(0, 2),
    st.integers(0, 2),
    st.integers(0, 2),
    st.just("link"),
    st.sampled_from(["", "https://shop.example/x", "https://shop.example/y"]),
    st.none() | st.integers(0, 3),
)


def take_all(_offer: Offer, counters: Counter[str]) -> str | None:
    counters["taken"] += 1
    return "odd" if _offer.url.endswith("7") else None


def offer(url: str, step: int = 0, found_on: str = "", priority: int = 0) -> Offer:
    return Offer("own", url, 0, step, priority, "link", found_on, step)


def test_the_nearest_offers_become_work_first_in_the_order_of_their_urls(tmp_path: Path) -> None:
    frontier = Frontier(tmp_path / "f.sqlite")
    frontier.seed([offer("https://b.example/", 1), offer("https://c.example/"), offer("https://a.example/")])
    assert frontier.advance(lambda _offer, _counters: None)
    assert [entry.url for entry in frontier.pending(WAITING)] == ["https://a.example/", "https://c.example/"]
    frontier.close()


def test_of_two_offers_the_nearer_and_then_the_smaller_finder_stands(tmp_path: Path) -> None:
    frontier = Frontier(tmp_path / "f.sqlite")
    frontier.seed([])
    frontier.commit(1, [], [offer("https://a.example/", 2, "https://a.example/1")])
    frontier.commit(
        2,
        [],
        [offer("https://a.example/", 1, "https://z.example/"), offer("https://a.example/", 1, "https://y.example/")],
    )
    frontier.commit(3, [], [offer("https://a.example/", 3, "https://b.example/")])
    frontier.advance(lambda _offer, _counters: None)
    (entry,) = frontier.pending(WAITING)
    assert (entry.depth, entry.found_on) == (1, "https://y.example/")
    frontier.close()


def test_a_round_has_to_end_before_the_next_begins(tmp_path: Path) -> None:
    frontier = Frontier(tmp_path / "f.sqlite")
    frontier.seed([offer("https://a.example/"), offer("https://b.example/")])
    frontier.advance(lambda _offer, _counters: None)
    first, second = frontier.pending(WAITING)
    frontier.commit(1, [Result(first.id)], [offer("https://c.example/", 1)])
    assert frontier.advance(lambda _offer, _counters: None)
    assert frontier.pending(WAITING) == [second]
    frontier.commit(2, [Result(second.id, AGAIN, 1, 5.0)])
    frontier.advance(lambda _offer, _counters: None)
    assert [(e.url, e.n_attempts, e.not_before) for e in frontier.pending(AGAIN, WAITING)] == [
        ("https://b.example/", 1, 5.0)
    ]
    frontier.close()


def test_a_silent_refusal_leaves_nothing_to_do(tmp_path: Path) -> None:
    frontier = Frontier(tmp_path / "f.sqlite")
    frontier.seed([offer("https://a.example/")])
    assert not frontier.advance(lambda _offer, _counters: "")
    assert frontier.count("own") == 0
    frontier.close()


def test_a_url_that_is_linked_to_is_not_asked_for_again_as_a_resource(tmp_path: Path) -> None:
    frontier = Frontier(tmp_path / "f.sqlite", spared=("resource",))
    names = ("both", "refused", "alone")
    frontier.seed(
        [offer(f"https://a.example/{name}") for name in names[:2]]
        + [offer(f"https://a.example/{name}", 1)._replace(role="resource") for name in names]
    )
    assert frontier.advance(lambda offer, _counters: "" if offer.url.endswith("refused") else None)
    (both,) = frontier.pending(WAITING)
    frontier.commit(1, [Result(both.id)])
    assert frontier.advance(lambda _offer, _counters: None)
    assert [entry.url[18:] for entry in frontier.pending(WAITING)] == ["alone", "refused"]
    assert frontier.n_waiting() == 2
    frontier.close()


class FrontierMachine(RuleBasedStateMachine):
    """The frontier against a plain model; it is closed and opened again, or killed, at any step."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.frontier = Frontier(self.folder / "f.sqlite")
        self.offers: dict[str, Offer] = {}
        self.states: dict[str, str] = {}
        self.part = 0
        self.taken = 0
        self.durable: tuple[dict[str, Offer], dict[str, str], int] | None = None
        """What a kill leads back to, where something was applied since the last commit."""
        self.frontier.seed([])

    @rule(
        offers=st.lists(OFFERS, max_size=6),
        done=st.sets(st.integers(0, 11)),
        again=st.sets(st.integers(0, 11)),
        is_durable=st.booleans(),
    )
    def commit(self, offers: list[Offer], done: set[int], again: set[int], *, is_durable: bool) -> None:
        if not is_durable and self.durable is None:
            self.durable = dict(self.offers), dict(self.states), self.taken
        entries = {entry.url: entry for entry in self.frontier.pending(WAITING, AGAIN, REFUSED)}
        results = []
        for number in done | again:
            url = f"https://shop.example/{number}"
            if url in entries:
                state = AGAIN if number in again else DONE
                results.append(Result(entries[url].id, state))
                self.states[url] = state
        if is_durable:
            self.part += 1
            self.frontier.commit(self.part, results, offers)
            self.durable = None
        else:
            self.frontier.apply(results, offers)
        for item in offers:
            known = self.offers.get(item.url)
            if item.url not in self.states and (known is None or item.order < known.order):
                self.offers[item.url] = item

    @rule()
    def advance(self) -> None:
        is_open = any(state != DONE for state in self.states.values())
        assert self.frontier.advance(take_all) is (is_open or bool(self.offers))
        if is_open or not self.offers:
            return
        nearest = min((item.phase, item.step) for item in self.offers.values())
        for url in [url for url, item in self.offers.items() if (item.phase, item.step) == nearest]:
            del self.offers[url]
            self.taken += 1
            self.states[url] = REFUSED if url.endswith("7") else WAITING

    @rule()
    def reopen(self) -> None:
        self.frontier.close()
        self.frontier = Frontier(self.folder / "f.sqlite")
        self.go_back()

    def go_back(self) -> None:
        if self.durable is not None:
            self.offers, self.states, self.taken = self.durable
            self.durable = None

    @rule()
    def kill(self) -> None:
        """What is on disk now is what a killed process leaves: copy it while the file is open."""
        copy = Path(tempfile.mkdtemp())
        for path in self.folder.iterdir():
            if not path.name.endswith("-shm"):
                shutil.copy(path, copy / path.name)
        self.frontier.close()
        shutil.rmtree(self.folder)
        self.folder = copy
        self.frontier = Frontier(copy / "f.sqlite")
        self.go_back()

    @precondition(lambda self: self.part > 0)
    @rule(offers=st.lists(OFFERS, min_size=1, max_size=3))
    def seed_again(self, offers: list[Offer]) -> None:
        self.frontier.seed(offers)

    @invariant()
    def agrees(self) -> None:
        pending = {entry.url: entry.state for entry in self.frontier.pending(WAITING, AGAIN, REFUSED)}
        assert pending == {url: state for url, state in self.states.items() if state != DONE}
        assert self.frontier.part == self.part
        assert self.frontier.counters["taken"] == self.taken
        assert self.frontier.n_waiting() == len(pending) + len(self.offers)

    def teardown(self) -> None:
        self.frontier.close()
        shutil.rmtree(self.folder)


TestFrontierMachine = FrontierMachine.TestCase
TestFrontierMachine.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
