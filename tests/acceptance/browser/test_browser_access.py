"""Every page fits a phone and passes axe, in both colours."""

import pytest
from browser_steps import check_access, make_project, see_result, start, upload

WIDTHS = (360, 1100)


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
    check_access(page, axe)
    page.set_viewport_size({"width": WIDTHS[1], "height": 800})
    check_access(page, axe)


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
