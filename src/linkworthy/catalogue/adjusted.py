"""The owner's own word on rules: ``rules.toml`` in the site folder mutes, grades, scopes and adds rules.

::

    [rules.title-short]
    mute = true

    [rules.desc-missing]
    severity = "warning"
    priority = "high"
    only = "starts_with(path, '/shop/')"

    [[add]]
    slug = "own-price"
    title = "Product page without a price"
    over = "own_pages"
    gate = "is_indexable and page_kind = 'product'"
    where = "not contains(description, '£')"
    why = "Readers look for the price first."
    fix = "Name it in the description."

``[segments]`` names parts of the site, see ``segments``.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import duckdb

from linkworthy.catalogue.relations import RELATIONS, open_relation
from linkworthy.catalogue.rule import Priority, Rule, Severity
from linkworthy.engine.embedded import Embedded
from linkworthy.errors import InputError

FILE = "rules.toml"
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,60}")
_CHANGES: dict[str, type] = {"mute": bool, "severity": str, "priority": str, "only": str, "except": str}
_NEEDED = ("slug", "title", "over", "where", "why", "fix")
_OPTIONAL: dict[str, Any] = {
    "gate": "true", "severity": "warning", "priority": "medium", "limits": "", "category": "Own rules",
    "source": "https://linkworthy.example/own-rules", "evidence": [], "needs": [],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The rules to judge by, and the slugs of those that the owner has muted."""

    rules: tuple[Rule, ...]
    muted: frozenset[str] = frozenset()


def adjusted(rules: Sequence[Rule], folder: Path) -> Adjusted:
    """Apply the ``rules.toml`` of a site folder to rules; without that file they stay as they are.

    Raises: InputError naming the file, the rule and what is wrong with it.
    """
    path = folder / FILE
    if not path.is_file():
        return Adjusted(tuple(rules))
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise InputError(f"{path}: {fault}") from None
    _known(data, ("rules", "add", "segments"), f"{path}")
    changes, added = data.get("rules", {}), data.get("add", [])
    if not isinstance(changes, dict) or not isinstance(added, list):
        raise InputError(f"{path}: [rules.SLUG] changes a rule and [[add]] adds one")
    slugs = {rule.slug for rule in rules}
    for slug in changes:
        _known({slug: None}, slugs, f"{path}: [rules]")
    out = [_changed(rule, changes.get(rule.slug, {}), path) for rule in rules]
    out += [_added(entry, slugs, path) for entry in added]
    _check_predicates((rule for rule in out if rule not in rules), path)
    muted = frozenset(slug for slug, change in changes.items() if change.get("mute"))
    return Adjusted(tuple(out), muted)


def _changed(rule: Rule, change: Any, path: Path) -> Rule:
    where = f"{path}: [rules.{rule.slug}]"
    if not isinstance(change, dict):
        raise InputError(f"{where}: expected settings, as mute = true")
    _known(change, _CHANGES, where)
    for name, value in change.items():
        if not isinstance(value, _CHANGES[name]):
            raise InputError(f"{where}: {name} = {value!r} is no {_CHANGES[name].__name__}")
    gates = [rule.gate] if rule.gate != "true" else []
    gates += [f"({change['only']})"] if "only" in change else []
    gates += [f"not coalesce(({change['except']}), false)"] if "except" in change else []
    graded = {name: change[name] for name in ("severity", "priority") if name in change}
    _check_grades(graded, where)
    return replace(rule, gate=" and ".join(gates) or "true", **graded) if change else rule


def _added(entry: Any, slugs: set[str], path: Path) -> Rule:
    slug = entry.get("slug", "?") if isinstance(entry, dict) else "?"
    where = f"{path}: [[add]] {slug}"
    if not isinstance(entry, dict) or any(not isinstance(entry.get(name), str) for name in _NEEDED):
        raise InputError(f"{where}: a rule needs the texts {', '.join(_NEEDED)}")
    _known(entry, (*_NEEDED, *_OPTIONAL), where)
    if not _SLUG.fullmatch(slug) or slug in slugs:
        raise InputError(f"{where}: the slug is taken, or not made of small letters, digits and hyphens")
    slugs.add(slug)
    _known({entry["over"]: None}, RELATIONS, where)
    said: dict[str, Any] = {**_OPTIONAL, **entry}
    _check_grades(said, where)
    said |= {name: tuple(map(str, said[name])) for name in ("evidence", "needs")}
    return Rule(**said, flags=(), passes=())


def _check_grades(said: Mapping[str, Any], where: str) -> None:
    for name, form in (("severity", Severity), ("priority", Priority)):
        if name in said and said[name] not in get_args(form):
            raise InputError(f"{where}: {name} = {said[name]!r}; it is one of: {', '.join(get_args(form))}")


def _check_predicates(rules: Iterable[Rule], path: Path) -> None:
    """Bind every predicate to its relation, without any row."""
    with Embedded(workers=1).connect({}) as db:
        for rule in rules:
            listed = ", ".join(f'"{column}"' for column in rule.evidence)
            try:
                view = open_relation(db, rule.over)
                db.sql(f"select ({rule.expression})::bool{', ' if listed else ''}{listed} from {view}")
                kind = str(db.sql(f"select ({rule.where}) from {view}").types[0])
                if kind not in {"BOOLEAN", "NULL"}:
                    raise InputError(f"{path}: {rule.slug}: {rule.where!r} is {kind.lower()}, and no condition")
            except duckdb.Error as fault:
                said = str(fault).split("\n\n")[0].replace("\n", " ")
                raise InputError(f"{path}: {rule.slug}: {said}") from None


def _known(given: Iterable[str], known: Iterable[str], where: str) -> None:
    names = list(known)
    for name in given:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            raise InputError(f"{where}: nothing is called {name!r}{f'; did you mean {near[0]!r}?' if near else ''}")
