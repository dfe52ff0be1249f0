"""The form of a signal: its ramp, both ways round."""

from __future__ import annotations

import duckdb
import pytest

from linkworthy.catalogue.signal import CRITERIA, KINDS, score_of


@pytest.mark.parametrize(
    ("value", "ramp", "expected"),
    [
        (0.5, (0.0, 1.0), 0.5),
        (-3.0, (0.0, 1.0), 0.0),
        (9.0, (0.0, 1.0), 1.0),
        (10.0, (100.0, 20.0), 1.0),
        (60.0, (100.0, 20.0), 0.5),
        (None, (0.0, 1.0), None),
    ],
)
def test_a_ramp_places_values_between_its_ends(
    value: float | None, ramp: tuple[float, float], expected: float | None
) -> None:
    with duckdb.connect() as db:
        ((score,),) = db.execute(f"select {score_of('v', ramp)} from (select ?::double as v)", [value]).fetchall()
    assert score == expected


def test_there_are_six_criteria_and_five_kinds() -> None:
    assert (len(CRITERIA), len(KINDS)) == (6, 5)
