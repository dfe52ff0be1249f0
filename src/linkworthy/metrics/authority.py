"""What a link graph of the web says of linking domains: score, rank and noise band; trust and spam mass where ranked.

The graph is the folder that the setting ``graph`` names, else the folder ``graph`` beside ``site.toml`` where there is
one. A domain that the graph does not hold has no score: nothing is guessed from its neighbours.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkworthy.errors import InputError
from linkworthy.graph.names import NameList
from linkworthy.graph.ranks import MAIN, Ranks, names_of_ranks
from linkworthy.graph.store import HEADER, Graph

FOLDER = "graph"
"""Folder beside ``site.toml`` that is taken where no setting names one."""
TRUST, SPAM_MASS = "trust", "spam-mass"
_FIELDS = (
    ("authority", pa.float64()),
    ("authority_rank", pa.int64()),
    ("authority_low", pa.float64()),
    ("authority_high", pa.float64()),
    ("trust", pa.float64()),
    ("spam_mass", pa.float64()),
)


def graph_of(site: Path, named: str) -> Path | None:
    """Give the folder of the site's graph, null where it has none; ``named`` is the setting, from the site's folder.

    Raises: InputError where the setting names a folder that holds no graph.
    """
    folder = site / (Path(named).expanduser() if named else FOLDER)
    if (folder / HEADER).is_file():
        return folder
    if named:
        raise InputError(f"site.toml: graph = {named!r}: {folder} holds no graph; 'linkworthy graph build' makes one")
    return None


def measure_authority(db: duckdb.DuckDBPyConnection, folder: Path | None) -> dict[str, Any]:
    """Make the temporary table ``link_rank``, a row per link whose domain or host the graph holds; gives the coverage.

    Raises: InputError where the graph is of pages or not ranked.
    """
    if folder is None:
        db.register("link_rank", _table([], {}).rename_columns(["link_id", *(name for name, _ in _FIELDS)]))
        return {}
    graph = Graph(folder, is_random=True)
    kind = graph.header.kind
    if kind not in {"domain", "host"} or not graph.header.has_names:
        raise InputError(f"{folder}: authority needs a graph of domains or hosts with their names, this is of {kind}s")
    if MAIN not in names_of_ranks(graph):
        raise InputError(f"{folder} is not ranked: 'linkworthy graph rank {folder}' does it")
    asked = [row[0] for row in db.execute(f"select distinct source_{kind} from base order by 1").fetchall()]
    names = NameList(graph)
    found = [(name, node) for name in asked if (node := names.find(name)) is not None]
    db.register("web_rank", _table([name for name, _ in found], _scores(graph, [node for _, node in found])))
    db.execute(
        "create or replace temp table link_rank as select b.link_id, w.* exclude (name) from base b "
        f"join web_rank w on w.name = b.source_{kind}"
    )
    return {"graph": str(folder), "n_graph_nodes": len(graph), "n_asked": len(asked), "n_in_graph": len(found)}


def _scores(graph: Graph, found: list[int]) -> dict[str, NDArray[Any]]:
    nodes = np.asarray(found, np.int64)
    ranks, has = Ranks(graph), names_of_ranks(graph)
    out: dict[str, NDArray[Any]] = {
        "authority": ranks.points(ranks.scores[nodes]),
        "authority_rank": ranks.rank[nodes].astype(np.int64) + 1,
    }
    if ranks.noise is not None:
        bands = np.array([ranks.band(node) for node in found], np.float64).reshape(-1, 2)
        out["authority_low"], out["authority_high"] = bands[:, 0], bands[:, 1]
    if TRUST in has:
        trust = Ranks(graph, TRUST)
        out["trust"] = trust.points(trust.scores[nodes])
    if SPAM_MASS in has:
        out["spam_mass"] = np.asarray(Ranks(graph, SPAM_MASS).scores[nodes], np.float64)
    return out


def _table(names: list[str], columns: dict[str, NDArray[Any]]) -> pa.Table:
    filled = {name: pa.array(columns[name], kind) if name in columns else pa.nulls(len(names), kind)
              for name, kind in _FIELDS}  # fmt: skip
    return pa.table({"name": pa.array(names, pa.string()), **filled})
