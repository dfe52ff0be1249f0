"""The verbs model and label: learning from labels, and answers of search engines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from linkworthy.cli.main import cli
from linkworthy.errors import InputError
from linkworthy.site import Site, SiteConfig


def ran(*arguments: str) -> str:
    done = CliRunner().invoke(cli, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def labels(path: Path) -> Path:
    rows = [f"site{n}.example,{n % 2 * 30 + n % 5},{'bad' if n % 2 else 'good'}" for n in range(60)]
    path.write_text("domain,n_links,label\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_model_is_trained_written_and_measured(tmp_path: Path) -> None:
    said = labels(tmp_path / "labels.csv")
    model = tmp_path / "my.npz"
    assert "AUC 1.000" in ran("model", "train", str(said), "--out", str(model))
    found = json.loads(ran("model", "evaluate", str(model), str(said), "--json"))
    assert found["features"] == ["n_links"]
    assert (found["n_bad"], found["auc"]) == (30, 1.0)


def test_answers_of_search_engines_are_recorded_with_their_day(tmp_path: Path) -> None:
    site = str(Site.create(tmp_path / "site", SiteConfig(url="https://shop.example/")).folder)
    page = "https://blog.example/a-post"
    assert "site%3Ablog.example%2Fa-post" in ran("label", site, page, "--query")
    ran("label", site, page, "indexed", "--on", "2026-01-05")
    ran("label", site, "spam.example", "bad", "--note", "bought")
    rows = json.loads(ran("label", site, "--list", "--json"))
    assert {(row["subject"], row["word"]) for row in rows} == {("spam.example", "bad"), (page, "indexed")}
    ran("label", site, page, "not-indexed", "--on", "2025-01-05")
    assert Site(tmp_path / "site").journal.answers()[0].is_listed
    ran("label", site, page, "--remove")
    assert not Site(tmp_path / "site").journal.answers()
    with pytest.raises(InputError, match="future"):
        ran("label", site, page, "indexed", "--on", "2999-01-05")
