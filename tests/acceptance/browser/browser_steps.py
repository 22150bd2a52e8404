"""What several browser tests do on their way."""

import os
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def missing(reason):
    """Skip, or fail where the browser is required."""
    if os.environ.get("CUTROOM_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def make_project(page, name="Interviews"):
    """Make a project by its form."""
    page.goto("/projects")
    page.get_by_label("Name of a new project").fill(name)
    page.get_by_role("button", name="Make a project").click()
    page.wait_for_url("**/projects/*-*")


def upload(page, *files):
    """Choose files and wait for their cards."""
    count = page.locator(".asset").count()
    page.set_input_files("#file", [str(file) for file in files])
    page.locator(".asset").nth(count + len(files) - 1).wait_for()


def start(page, name):
    """Open the form of a file and start with its defaults."""
    page.get_by_role("link", name=f"Remove noise from {name}").click()
    page.get_by_role("button", name="Remove noise", exact=True).click()
    page.wait_for_url("**/jobs/*")


def see_result(page):
    """Wait for the result, which comes by itself, and for its player."""
    page.get_by_role("heading", name="Result").wait_for()
    page.locator("[data-player].is-live").wait_for()


def until(page, expression, seconds=10):
    """Wait for an expression to be true; `wait_for_function` would need eval, which our pages forbid."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"{expression}: not within {seconds} s"
        page.wait_for_timeout(30)


def check_access(page, axe):
    """Run axe over a page; nothing may be found."""
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(document, rules)", _RULES)["violations"]
    said = [f"{v['id']}: {v['help']}: {n['html'][:120]} {n['any'][:1]}" for v in found for n in v["nodes"]]
    assert not said, "\n".join(said)
