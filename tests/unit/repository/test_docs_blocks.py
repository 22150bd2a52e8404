from pathlib import Path

import docs_blocks
import docs_tables
import pytest
from docs_blocks import Block


def block(language: str, text: str, *, is_run: bool = False) -> Block:
    return Block(Path("x.md"), 1, language, text, is_run)


def problems(language: str, text: str, **options: bool) -> list[str]:
    return list(docs_blocks.check_block(block(language, text, **options)))


def test_blocks_are_found_with_language_line_and_mark():
    text = "# T\n\n<!-- run -->\n```python\nx = 1\n```\n\n````text\n```\n````\n"
    found = list(docs_blocks.blocks_of(Path("x.md"), text))
    assert [(b.language, b.line, b.text, b.is_run) for b in found] == [
        ("python", 4, "x = 1\n", True),
        ("text", 8, "```\n", False),
    ]


@pytest.mark.parametrize(
    ("language", "text", "says"),
    [
        ("", "x\n", "language"),
        ("json", "{'a': 1}\n", "does not parse"),
        ("python", "def\n", "does not compile"),
    ],
)
def test_broken_blocks_are_named(language: str, text: str, says: str):
    (problem,) = problems(language, text)
    assert says in problem


def test_a_marked_python_block_is_run():
    assert problems("python", "assert 1 == 1\n", is_run=True) == []
    (problem,) = problems("python", "raise ValueError('no')\n", is_run=True)
    assert "ValueError: no" in problem


def test_commands_leave_out_output_variables_and_comments():
    console = block("console", "$ A=1 cutroom up --x\nnot this\n$ ls | cutroom jobs  # why\n")
    assert list(docs_blocks.commands_of(console)) == [["cutroom", "up", "--x"], ["ls"], ["cutroom", "jobs"]]
    shell = block("sh", "curl -d '{\"a\": 1}' \\\n    http://x/api/y\n")
    assert list(docs_blocks.commands_of(shell)) == [["curl", "-d", '{"a": 1}', "http://x/api/y"]]


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("curl http://localhost:8420/api/projects", None),
        ("curl -d x http://localhost:8420/api/projects", None),
        ("curl -X PATCH http://localhost:8420/api/projects", "PATCH /api/projects"),
        ("curl http://localhost:8420/api/projects/$P?x=1", None),
        ("curl http://localhost:8420/api/nothing", "GET /api/nothing"),
        ("curl https://s3.example/bucket", None),
    ],
)
def test_requests_are_compared_with_the_routes(monkeypatch, command: str, missing: str | None):
    table = {"/api/projects": {"get": {}, "post": {}}, "/api/projects/{projectId}": {"get": {}}}
    monkeypatch.setattr(docs_blocks, "routes", lambda: table)
    expected = [f"the API has no {missing}"] if missing else []
    assert list(docs_blocks.check_command(command.split())) == expected


def test_links_lead_to_files_and_headings(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("# A heading, with `code`\n")
    assert (
        list(docs_blocks.check_links(page, "[x](page.md#a-heading-with-code) [y](https://x.example)")) == []
    )
    assert list(docs_blocks.check_links(page, "![x](gone.png)")) == ["the link gone.png leads nowhere"]
    assert list(docs_blocks.check_links(page, "[x](#gone)")) == ["page.md has no heading for #gone"]


def test_an_unknown_setting_is_named(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("CUTROOM_" + "PROT and `CUTROOM_PORT`\n")
    assert list(docs_blocks.check(page)) == ["1: there is no setting CUTROOM_" + "PROT"]


def test_tables_that_the_code_has_left_behind_are_found():
    fresh = f"# T\n\n<!-- table: rules -->\n{docs_tables.rules()}<!-- end of table -->\n"
    assert docs_tables.stale_tables(fresh) == []
    assert docs_tables.stale_tables(fresh.replace("| `empty` |", "| `full` |")) == [(3, "rules")]
    assert docs_tables.stale_tables("<!-- table: nothing -->\n<!-- end of table -->") == [(1, "nothing")]


def test_a_number_is_written_as_it_is_meant():
    assert "| shortest cue |" in docs_tables.presets()
    assert "5/6 s" in docs_tables.presets()
