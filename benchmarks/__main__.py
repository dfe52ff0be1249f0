"""The front door: ``python -m benchmarks [NAME …] [--quick] [--json]``."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from dataclasses import asdict

from benchmarks.result import Result

NAMES = {
    "crawl": "crawl",
    "crawl-memory": "crawl_memory",
    "crawl-hosts": "crawl_hosts",
    "parse": "parse",
    "start": "start",
    "fetch": "fetching",
    "import": "imports",
    "judge": "judged",
    "verify": "verify",
    "networks": "networks",
    "quality-harm": "quality_harm",
    "quality-networks": "quality_networks",
    "duplicates": "duplicates",
    "audit": "audit",
    "quality-audit": "quality_audit",
    "pagerank": "graph_pagerank",
    "pagerank-big": "graph_big",
    "web-graph": "graph_web",
    "bvgraph": "graph_bvgraph",
    "graph-build": "graph_build",
    "graph-lookup": "graph_lookup",
    "quality-graph": "quality_graph",
    "quality-page-types": "quality_page_types",
    "quality-regions": "quality_regions",
    "quality-relevance": "quality_relevance",
    "quality-text": "quality_text",
    "wat": "extracting:wat",
    "warc": "extracting:warc",
    "lookup": "lookup",
    "diff": "diff",
    "spark": "spark",
}
"""Benchmark: its module in this package, and its function there where that is not ``benchmark``."""


def line(result: Result) -> str:
    """Give a result as one line for people."""
    word = {True: "met", False: "MISSED", None: "not run"}[result.met]
    if result.ours is None:
        return f"{result.name} {result.target_name}: {word}: {result.why}"
    ratio = f", {result.ratio:.2f}x {result.peer_name} ({result.peer:.3g} {result.unit})" if result.ratio else ""
    sign = "at least" if result.higher_is_better else "at most"
    unit = "x" if result.ratio else f" {result.unit}"
    peak = f", peak {result.peak_mb:.0f} MB" if result.peak_mb else ""
    return (
        f"{result.name} {result.target_name}: {result.ours:.4g} {result.unit}{ratio}; "
        f"target {sign} {result.target:g}{unit}: {word}{peak}, {result.n_runs} runs"
    )


def main() -> int:
    """Run benchmarks; the exit code is 1 where a target is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Claims about speed and quality, measured."
    )
    parser.add_argument(
        "name", nargs="*", choices=[*NAMES, []], help=f"one of {', '.join(NAMES)}; all where none is given"
    )
    parser.add_argument("--quick", action="store_true", help="fewer runs, at most a minute each")
    parser.add_argument("--json", action="store_true", help="a list of objects, one a target")
    said = parser.parse_args()
    results: list[Result] = []
    for name in said.name or NAMES:
        place, _, function = NAMES[name].partition(":")
        module = importlib.import_module(f"benchmarks.{place}")
        for result in getattr(module, function or "benchmark")(quick=said.quick):
            results.append(result)
            print(line(result), file=sys.stderr if said.json else sys.stdout, flush=True)
    if said.json:
        print(json.dumps([asdict(result) for result in results], indent=1))
    return 1 if any(result.met is False for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
