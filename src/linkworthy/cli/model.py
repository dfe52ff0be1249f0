"""``linkworthy model``: learn from labels of your own, and measure what was learned."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from linkworthy.cli.common import json_option
from linkworthy.cli.output import show_json
from linkworthy.errors import InputError

if TYPE_CHECKING:
    from linkworthy.metrics.labelled import Labelled, Report

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(
    name="model",
    epilog="""\b
Examples:
  linkworthy model train labelled.csv --out my.npz
  linkworthy model evaluate my.npz others.csv
  linkworthy model evaluate labelled.csv                 cross-validated, nothing is written""",
)
def command() -> None:
    """Learn from a labelled CSV of domains or features, and measure it on sites that took no part.

    A row has a label (bad or good, 1 or 0, spam or ham) and either a domain, whose name is learned from, or numbers.
    A model's word is a second opinion: verdicts do not rest on it.
    """


@command.command(
    epilog="""\b
Examples:
  linkworthy model train labelled.csv --out my.npz
  linkworthy model train links.csv --label verdict --feature n_words --feature authority --out my.npz"""
)
@click.argument("labels", metavar="LABELS.csv", type=_FILE)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Model to write.")
@click.option("--label", help="Column of labels; guessed where none is given.")
@click.option("--domain", help="Column of domains or URLs; guessed where none is given.")
@click.option("--feature", "features", multiple=True, help="Column to learn from; may be repeated. Default: numbers.")
@json_option
def train(
    labels: Path, out: Path, label: str | None, domain: str | None, features: tuple[str, ...], *, as_json: bool
) -> None:
    """Learn from LABELS.csv, measure it on held-out domains, and write the model."""
    from linkworthy.metrics.labelled import cross_validated, learn, read_labelled

    data = read_labelled(labels, label, features or None, domain)
    learned = learn(data)
    found = cross_validated(data)
    try:
        learned.save(out)
    except OSError as fault:
        raise InputError(f"{out}: {fault.strerror}") from None
    _tell(data, found, f"{out}; cross-validated by domain", as_json=as_json)


@command.command(
    epilog="""\b
Examples:
  linkworthy model evaluate my.npz others.csv
  linkworthy model evaluate labelled.csv --label word"""
)
@click.argument("files", metavar="[MODEL.npz] LABELS.csv", nargs=-1, required=True, type=_FILE)
@click.option("--label", help="Column of labels; guessed where none is given.")
@click.option("--domain", help="Column of domains or URLs; guessed where none is given.")
@json_option
def evaluate(files: tuple[Path, ...], label: str | None, domain: str | None, *, as_json: bool) -> None:
    """Measure a model on LABELS.csv; without a model, one that is learned from the rest of the file, fold by fold."""
    import numpy as np

    from linkworthy.metrics.labelled import cross_validated, load_model, read_labelled, report

    if len(files) > 2:
        raise click.UsageError("give one model and one file of labels, or the file of labels alone")
    if len(files) == 1:
        data = read_labelled(files[0], label, None, domain)
        _tell(data, cross_validated(data), "cross-validated by domain", as_json=as_json)
        return
    model = load_model(files[0])
    data = read_labelled(files[1], label, model.features, domain)
    found = report(model.risks(data.rows), np.asarray(data.labels, dtype=np.int64), data.domains)
    _tell(data, found, f"{files[0]} on {files[1]}", as_json=as_json)


def _tell(data: Labelled, found: Report, what: str, *, as_json: bool) -> None:
    learned_from = list(data.features) or ["the name"]
    if as_json:
        show_json({**asdict(found), "features": learned_from, "rejects": dict(data.rejects), "what": what})
        return
    click.echo(f"{what}: {found.n_bad} bad and {found.n_good} good rows of {found.n_sites} domains")
    click.echo(f"learned from {', '.join(learned_from)}")
    click.echo(f"AUC {found.auc:.3f} (95 % of draws: {found.auc_low:.3f} to {found.auc_high:.3f})")
    click.echo(f"{found.recall_at_1:.1%} of the bad found at 1 % false alarms")
    for reason, n in sorted(data.rejects.items()):
        click.echo(f"{n} rows left out: {reason}")
