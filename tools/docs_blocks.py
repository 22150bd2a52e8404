"""Keep README, CONTRIBUTING and docs/ true: their blocks, commands, settings, routes and links.

- Python blocks compile; one under `<!-- run -->` is run in an empty folder and must succeed.
- JSON blocks parse.
- Shell blocks: each `cutroom` or `./run` command and its options exist in the real command line;
  each `curl` goes to a route and a method of the real API.
- `CUTROOM_` names exist as settings; links between documents lead somewhere.
- Tables that repeat the code are what tools/docs_tables.py writes.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import docs_tables
import typer.main

from cutroom.base.settings import Settings, read_settings, variable_names

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"python", "sh", "console", "json", "text", "mermaid", "sql", "ini", "toml", "nginx", "http"}
RUN_COMMANDS = {"up", "test", "check", "lock", "setup"}
# Read by the tests and by CI, not by the platform.
TEST_VARIABLES = {"CUTROOM_DRAW_PICTURES", "CUTROOM_SEED", "CUTROOM_SHARED", "CUTROOM_REQUIRE_BROWSER"}
FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<language>\S*)[^\n]*\n(?P<text>.*?)^(?P=fence) *$", re.MULTILINE | re.DOTALL
)
LINK = re.compile(r"(?<!\!)\[[^\]]+\]\(([^)\s]+)\)|\!\[[^\]]*\]\(([^)\s]+)\)")
METHOD = re.compile(r"(?:-X|--request)[ =]?([A-Z]+)")
SENDS = {"-d", "--data", "--json", "-F", "--form", "--data-binary"}


@dataclass(frozen=True)
class Block:
    """One fenced block of a document."""

    path: Path
    line: int
    language: str
    text: str
    is_run: bool


def main() -> int:
    """Check every document; return an exit code."""
    problems = [f"{path.relative_to(ROOT)}:{text}" for path in documents() for text in check(path)]
    print(*problems, sep="\n", end="\n" if problems else "")
    return bool(problems)


def documents() -> list[Path]:
    """Return the documents, those at the root first."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def check(path: Path) -> Iterator[str]:
    """Yield `line: problem` for one document."""
    text = path.read_text("utf-8")
    for block in blocks_of(path, text):
        for problem in check_block(block):
            yield f"{block.line}: {problem}"
    for number, name in docs_tables.stale_tables(text):
        yield f"{number}: the table {name} is stale; run tools/docs_tables.py"
    prose = FENCE.sub(lambda match: "\n" * match[0].count("\n"), text)
    for number, line in enumerate(prose.splitlines(), 1):
        for problem in check_links(path, line):
            yield f"{number}: {problem}"
    for number, line in enumerate(text.splitlines(), 1):
        for name in set(re.findall(r"\bCUTROOM_[A-Z][A-Z0-9_]*[A-Z0-9]\b", line)) - known_variables():
            yield f"{number}: there is no setting {name}"


def blocks_of(path: Path, text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a document."""
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        is_run = text[: match.start()].rstrip().endswith("<!-- run -->")
        yield Block(path, line, match["language"], match["text"], is_run)


def check_block(block: Block) -> Iterator[str]:
    """Yield what is wrong with one block."""
    if block.language not in LANGUAGES:
        yield f"the block's language {block.language!r} is none of {', '.join(sorted(LANGUAGES))}"
    if block.language == "json":
        try:
            json.loads(block.text)
        except ValueError as error:
            yield f"the JSON block does not parse: {error}"
    if block.language == "python":
        yield from check_python(block)
    if block.language in {"sh", "console"}:
        for command in commands_of(block):
            yield from check_command(command)


def check_python(block: Block) -> Iterator[str]:
    """Compile a Python block, and run it where the document says so."""
    try:
        compile(block.text, str(block.path), "exec", dont_inherit=True)
    except SyntaxError as error:
        yield f"the Python block does not compile: {error}"
        return
    if not block.is_run:
        return
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", block.text],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    if done.returncode:
        yield f"the Python block fails: {done.stderr.strip().splitlines()[-1]}"


def commands_of(block: Block) -> Iterator[list[str]]:
    """Yield the words of each command; in a console block commands follow `$ `, output does not."""
    text = re.sub(r"\\\n\s*", " ", block.text)
    for line in text.splitlines():
        if block.language == "console" and not line.startswith("$ "):
            continue
        for part in re.split(r"\s(?:\||&&|;)\s", line.removeprefix("$ ")):
            words = shlex.split(part, comments=True)
            while words and re.match(r"^[A-Z_]+=", words[0]):
                words.pop(0)
            if words:
                yield words


def check_command(words: list[str]) -> Iterator[str]:
    """Check a command of ours or a request to our API; other programs' commands are their own."""
    program, *rest = words
    if program == "curl":
        yield from check_request(words)
    if program == "./run" and rest and rest[0] in RUN_COMMANDS - {"up"}:
        return
    if program in {"./run", "cutroom"}:
        yield from check_options(rest)


def check_options(words: list[str]) -> Iterator[str]:
    """Walk down the real command tree and look for each option."""
    command = command_line()
    name = "cutroom"
    rest = list(words)
    while rest and hasattr(command, "commands") and not rest[0].startswith("-"):
        if name == "cutroom subtitles" and "." in rest[0]:
            rest.insert(0, "make")  # the short form: a file where a command could stand
        name = f"{name} {rest[0]}"
        if rest[0] not in command.commands:
            yield f"there is no command `{name}`"
            return
        command = command.commands[rest.pop(0)]
    known = {"--help"} | {option for p in command.params for option in (*p.opts, *p.secondary_opts)}
    for word in rest:
        if word.startswith("-") and word.partition("=")[0] not in known:
            yield f"`{name}` has no option {word}"


def check_request(words: list[str]) -> Iterator[str]:
    """Look for the method and the path of a `curl` among the routes of the API."""
    address = next(
        (word for word in words if re.match(r"\S*(?:localhost|127\.0\.0\.1|\$CUTROOM)\S*/api/", word)), None
    )
    if address is None:
        return
    path = re.sub(r"^.*?(?=/api/)", "", address).partition("?")[0]
    given = METHOD.search(" ".join(words))
    method = given[1] if given else "POST" if SENDS & set(words) else "GET"
    pattern = re.compile(r"\{[^}/]+\}")
    for template, operations in routes().items():
        expression = pattern.sub("[^/]+", template)
        if re.fullmatch(expression, path) and method.lower() in operations:
            return
    yield f"the API has no {method} {path}"


def check_links(path: Path, line: str) -> Iterator[str]:
    """Look for the file, and the heading in it, that a relative link names."""
    for match in LINK.finditer(line):
        target = match[1] or match[2]
        if re.match(r"^[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (path.parent / name).resolve() if name else path
        if not place.exists():
            yield f"the link {target} leads nowhere"
        elif anchor and place.suffix == ".md" and anchor not in anchors(place):
            yield f"{place.name} has no heading for #{anchor}"


@cache
def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, made as code hosts make them."""
    headings = re.findall(r"^#+ +(.+?) *$", FENCE.sub("", path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def known_variables() -> set[str]:
    """Return every environment variable that something reads."""
    return {name for field in Settings.model_fields for name in variable_names(field)} | TEST_VARIABLES


@cache
def command_line() -> Any:
    """Return the root of the real command tree."""
    # Only documents with commands need it, and it loads half of the package.
    from cutroom.cli import main as cli

    cli.add_commands()
    return typer.main.get_command(cli.app)


@cache
def routes() -> dict[str, Any]:
    """Return the paths of the real OpenAPI document; nothing is opened for it."""
    # As above; the application asks its platform for nothing before the first request.
    from cutroom.api.app import create_app

    nothing = dict.fromkeys(("database", "storage", "sandbox", "tickets", "feed"))
    platform = SimpleNamespace(settings=read_settings(None), secret="", **nothing)
    return create_app(cast("Any", platform)).openapi()["paths"]


if __name__ == "__main__":
    sys.exit(main())
