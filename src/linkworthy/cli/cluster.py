"""How the verbs that run on Apache Spark are told of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from linkworthy.errors import InputError

F = TypeVar("F", bound=Callable[..., Any])


def cluster_options(function: F) -> F:
    """Add the options that name a cluster and its settings."""
    master = click.option(
        "--master", default="local[*]", show_default=True,
        help="Spark's master: spark://HOST:PORT, yarn, k8s://…, local[*].",
    )  # fmt: skip
    settings = click.option(
        "--conf", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of Spark; may be repeated."
    )
    return master(settings(function))


def settings_of(given: Sequence[str]) -> dict[str, str]:
    """Read settings as they are given.

    Raises: InputError for one without a value.
    """
    wrong = next((one for one in given if "=" not in one), None)
    if wrong is not None:
        raise InputError(f"--conf {wrong}: NAME=VALUE")
    return dict(one.split("=", 1) for one in given)
