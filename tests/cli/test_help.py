"""Every verb explains itself with examples that work, and completes in the shell."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from linkworthy.cli.main import VERBS, cli
from tests.support.command import linkworthy
from tests.support.commandlines import fault_of


def leaves() -> list[tuple[str, ...]]:
    """Give every command that does something, as the words that call it."""
    out: list[tuple[str, ...]] = []
    context = click.Context(cli)
    for name in VERBS:
        verb = cli.get_command(context, name)
        below = verb.list_commands(context) if isinstance(verb, click.Group) else []
        out += [(name, word) for word in below] or [(name,)]
    return out


def options_of(words: tuple[str, ...]) -> set[str]:
    command: click.Command | None = cli
    for word in words:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    return {name for param in command.params for name in param.opts}


def help_of(*words: str) -> str:
    result = CliRunner().invoke(cli, [*words, "--help"], terminal_width=200)
    assert result.exit_code == 0
    return result.output


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_shows_examples_that_the_verb_understands(verb: str) -> None:
    _before, mark, examples = help_of(verb).partition("Examples:\n")
    assert mark, f"{verb} shows no examples"
    written = [line.strip() for line in examples.splitlines() if line.strip()]
    lines = [next((part for part in line.split(" | ") if part.startswith("linkworthy ")), line) for line in written]
    assert lines
    assert [line for line in lines if not line.startswith("linkworthy ")] == []
    assert [fault for line in lines if (fault := fault_of(line))] == []


def test_a_wrong_example_would_be_noticed() -> None:
    assert fault_of("linkworthy crwal shop.example")
    assert fault_of("linkworthy crawl shop.example --max-page 3 extra")
    assert fault_of("linkworthy links . --state alive")
    assert fault_of("linkworthy table shop.example no_such_table")
    assert fault_of("linkworthy import shop.example")
    assert fault_of("linkworthy links . --state live | head") is None


@pytest.mark.parametrize("words", leaves(), ids=" ".join)
def test_every_command_can_answer_in_json(words: tuple[str, ...]) -> None:
    assert "--json" in options_of(words)


def test_the_list_of_verbs_is_that_of_the_help() -> None:
    said = re.findall(r"^  ([a-z]+)  ", help_of().partition("Verbs:")[2], re.MULTILINE)
    assert said == list(VERBS)


def test_the_first_line_of_a_verbs_help_fits_the_list() -> None:
    for name, (_module, line) in VERBS.items():
        assert line.endswith((".", "?")), name
        assert len(line) <= 60, name


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion_script(shell: str, tmp_path: Path) -> None:
    script = linkworthy("completion", shell, cwd=tmp_path).out
    assert f"_LINKWORTHY_COMPLETE={shell}_complete" in script
    assert linkworthy("completion", shell, "--json", cwd=tmp_path).json == {"shell": shell, "script": script}


def test_the_completion_script_is_good_bash(tmp_path: Path) -> None:
    script = linkworthy("completion", "bash", cwd=tmp_path).out
    assert subprocess.run(["bash", "-n"], input=script.encode(), check=False).returncode == 0


def complete(words: str, cwd: Path) -> list[str]:
    """Ask for completions as bash does; the last word is the one being typed."""
    asked = {"_LINKWORTHY_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    return [line.partition(",")[2] for line in linkworthy(cwd=cwd, code=None, **asked).out.splitlines()]


def test_verbs_options_and_values_complete(tmp_path: Path) -> None:
    assert complete("linkworthy ver", tmp_path) == ["verify"]
    assert complete("linkworthy re", tmp_path) == ["redirects", "report"]
    assert {"--max-pages", "--max-depth"} <= set(complete("linkworthy crawl --max", tmp_path))
    assert complete("linkworthy links . --verdict ", tmp_path) == ["keep", "watch", "act", "disavow", "not known"]
    assert complete("linkworthy demo s", tmp_path) == ["serve"]
    assert "link_index" in complete("linkworthy table . link", tmp_path)


def test_help_asks_for_no_heavy_library(tmp_path: Path) -> None:
    said = linkworthy("--help", cwd=tmp_path, PYTHONVERBOSE="1").err
    assert not re.findall(r"import '(duckdb|pyarrow|aiohttp|pycurl|numpy|rich)'", said)
