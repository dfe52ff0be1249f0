"""Writes all reports of one set of tables into the site's ``reports/<id>/``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from linkworthy.engine.progress import Progress
from linkworthy.errors import StageError
from linkworthy.monitor.diff import Changes, changes
from linkworthy.questions import Answers
from linkworthy.reports.context import Report, gather
from linkworthy.reports.disavow import disavow_file
from linkworthy.reports.exports import as_json, write_csv_files
from linkworthy.reports.html import render
from linkworthy.reports.markdown_report import as_markdown
from linkworthy.reports.pdf import write_pdf
from linkworthy.reports.redirect_map import read_redirect_map, to_csv
from linkworthy.reports.redirect_nginx import to_nginx
from linkworthy.reports.workbook import write_workbook
from linkworthy.site import Readable, Site, SiteConfig
from linkworthy.site.parts import write_text


def write_reports(
    tables: Readable, site: Site, config: SiteConfig, progress: Progress, *, pdf: bool
) -> tuple[list[Path], dict[str, Any]]:
    """Write report.html, report.json, report.md, report.xlsx, CSV files, redirect map, disavow file and report.pdf.

    Gives the paths, the report first, and the summary. Every file is written under a temporary name and renamed.
    """
    folder = site.reports / tables.id
    folder.mkdir(exist_ok=True)
    progress.start("report")
    with Answers(tables) as answers:
        report = gather(answers, config, _changes(answers, site))
        paths = write_csv_files(answers, folder)
        paths += _add_files(answers, config, report, folder)
        for note in write_workbook(answers, report, folder / "report.xlsx").notes:
            progress.update(len(paths), None, note)
    write_text(folder / "report.md", as_markdown(report))
    paths += [folder / "report.xlsx", folder / "report.md"]
    names = ["report.json", *(path.name for path in paths)]
    report.files = [*names, "report.pdf"] if pdf else names
    page, data = folder / "report.html", folder / "report.json"
    write_text(data, as_json(report))
    out = [page, data, *paths]
    if pdf:
        progress.update(len(out), None, "printing the PDF")
        fault = write_pdf(render(report, is_open=True), folder / "report.pdf")
        if fault is None:
            out.append(folder / "report.pdf")
        else:
            report.files = [name for name in report.files if name != "report.pdf"]
            progress.update(len(out), None, f"no PDF: {fault}")
    write_text(page, render(report))
    progress.finish(str(page))
    return out, report.summary


def _changes(answers: Answers, site: Site) -> Changes | None:
    """Compare with the newest snapshot before this one that holds judged links; null where there is none."""
    for older in reversed(site.snapshots()):
        if older.id < answers.snapshot.id and (older.has("verdicts") or older.has("findings")):
            try:
                with Answers(older) as before:
                    return changes(answers, before)
            except StageError:
                return None
    return None


def _add_files(answers: Answers, config: SiteConfig, report: Report, folder: Path) -> list[Path]:
    out: list[Path] = []
    if answers.snapshot.has("targets"):
        plan = read_redirect_map(answers.db)
        report.n_redirects = len(plan.redirects)
        if plan.redirects:
            report.redirect_rules = to_nginx(plan)
            write_text(folder / "redirects.csv", to_csv(plan))
            write_text(folder / "redirects.nginx.conf", report.redirect_rules)
            out += [folder / "redirects.csv", folder / "redirects.nginx.conf"]
    if answers.snapshot.has("verdicts"):
        written = disavow_file(answers, config)
        if written.n_new:
            report.disavow, report.n_disavow = written.text, written.n_new
            write_text(folder / "disavow.txt", written.text)
            out.append(folder / "disavow.txt")
    return out
