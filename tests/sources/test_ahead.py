from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from linkworthy.errors import SourceError
from linkworthy.sources.ahead import in_order


def test_results_come_in_the_order_of_their_items_whichever_is_done_first() -> None:
    is_second_done = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            assert is_second_done.wait(10)
        if item == 1:
            is_second_done.set()
        return item * item

    assert list(in_order(work, range(2), ahead=2, threads=2)) == [0, 1]
    assert list(in_order(lambda item: item * item, range(50))) == [n * n for n in range(50)]


def test_few_items_are_taken_before_their_results_are_asked_for() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = in_order(str, items(), ahead=3)
    assert next(results) == "0"
    assert len(taken) == 3
    results.close()


def test_items_before_a_damage_give_their_results_first() -> None:
    def items() -> Iterator[int]:
        yield from range(5)
        raise SourceError("damaged")

    results = in_order(str, items(), ahead=4)
    assert [next(results) for _ in range(5)] == list("01234")
    with pytest.raises(SourceError, match="damaged"):
        next(results)


def test_a_fault_of_the_work_itself_comes_in_its_place() -> None:
    results = in_order(lambda item: 6 // item, [3, 2, 0, 1])
    assert [next(results), next(results)] == [2, 3]
    with pytest.raises(ZeroDivisionError):
        next(results)
