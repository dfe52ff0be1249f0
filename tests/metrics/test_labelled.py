"""Learning from a labelled CSV."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

import numpy as np
import pytest

from linkworthy.errors import InputError
from linkworthy.metrics.labelled import auc, cross_validated, learn, load_model, read_labelled, report


def written(path: Path, header: list[str], rows: list[list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def features(path: Path, n: int = 120) -> Path:
    rng = Random(1)
    rows: list[list[object]] = []
    for number in range(n):
        is_bad = number % 2
        links = rng.gauss(40 if is_bad else 5, 4)
        rows.append(
            [f"site{number}.example", round(links, 2), "" if number % 9 == 0 else rng.random(), ["ok", "spam"][is_bad]]
        )
    return written(path, ["domain", "n_links", "noise", "label"], rows)


def test_numbers_are_learned_from_and_measured_on_other_sites(tmp_path: Path) -> None:
    data = read_labelled(features(tmp_path / "a.csv"))
    assert data.features == ("n_links", "noise")
    found = cross_validated(data)
    assert found.auc > 0.98
    assert found.auc_low <= found.auc <= found.auc_high
    assert (found.n_bad, found.n_good) == (60, 60)


def test_a_model_survives_its_file(tmp_path: Path) -> None:
    data = read_labelled(features(tmp_path / "a.csv"))
    learned = learn(data)
    learned.save(tmp_path / "m.npz")
    again = load_model(tmp_path / "m.npz")
    assert again.features == data.features
    assert np.allclose(again.risks(data.rows), learned.risks(data.rows), atol=0.02)
    assert report(again.risks(data.rows), np.asarray(data.labels), data.domains).auc > 0.98


def test_names_are_learned_from_where_there_is_nothing_else(tmp_path: Path) -> None:
    rows: list[list[object]] = [[f"cheap-casino-slots-{n}.xyz", "bad"] for n in range(40)]
    rows += [[f"museum{n}library.org", "good"] for n in range(40)]
    found = cross_validated(read_labelled(written(tmp_path / "n.csv", ["domain", "label"], rows)))
    assert found.auc > 0.95


def test_noise_teaches_nothing(tmp_path: Path) -> None:
    rng = Random(3)
    rows: list[list[object]] = [[rng.random(), rng.choice(("good", "bad"))] for _ in range(300)]
    found = cross_validated(read_labelled(written(tmp_path / "x.csv", ["x", "label"], rows)))
    assert 0.35 < found.auc < 0.65


def test_other_labels_are_counted_and_left_out(tmp_path: Path) -> None:
    data = read_labelled(written(tmp_path / "l.csv", ["x", "label"], [[1, "bad"], [2, "good"], [3, "maybe"], [4, ""]]))
    assert data.labels == [1, 0]
    assert data.rejects == {"label is neither good nor bad": 2}


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        (["x", "y2"], ["1", "2"], "no column of labels"),
        (["label", "text"], ["good", "words"], "neither a column of domains"),
        (["label", "x"], ["good", "1"], "at least 10 of each"),
    ],
)
def test_a_file_that_teaches_nothing_is_told_in_one_line(
    tmp_path: Path, header: list[str], row: list[str], said: str
) -> None:
    path = written(tmp_path / "bad.csv", header, [list(row)])
    with pytest.raises(InputError, match=said):
        learn(read_labelled(path))


def test_any_other_file_is_no_model(tmp_path: Path) -> None:
    place = tmp_path / "no.npz"
    place.write_bytes(b"PK\x03\x04 not a model")
    with pytest.raises(InputError, match="no model"):
        load_model(place)


def test_ties_count_a_half() -> None:
    same = np.zeros(4, dtype=np.float32)
    assert auc(same, same) == 0.5
    assert auc(same + 1, same) == 1.0
