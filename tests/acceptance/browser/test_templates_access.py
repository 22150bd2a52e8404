"""The pages of templates fit a phone and pass axe, in both colours."""

import pytest
from browser_steps import check_access
from template_steps import frame_drawn, open_template, save_template

WIDTHS = (360, 1280)


@pytest.fixture(scope="module")
def addresses(site, browser, signed_in):
    """Make a template and a film; return the addresses of their pages."""
    context = browser.new_context(base_url=site.address, storage_state=signed_in)
    page = context.new_page()
    saved = save_template(page, name="A long name " + "that_does_not_break" * 4)
    open_template(page, f"/templates/{saved}")
    page.get_by_role("button", name="Render").click()
    page.wait_for_url("**/jobs/*")
    page.get_by_role("heading", name="Result").wait_for(timeout=60_000)
    found = {"editor": f"/templates/{saved}", "list": "/templates", "film": page.url}
    context.close()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["editor", "list", "film"])
def test_a_page_of_templates_fits_and_can_be_used_by_everybody(
    open_page, signed_in, addresses, axe, name, scheme
):
    page = open_page(
        color_scheme=scheme, viewport={"width": WIDTHS[0], "height": 740}, storage_state=signed_in
    )
    page.expected.add("400")
    page.goto(addresses[name])
    if name == "editor":
        frame_drawn(page)
        page.get_by_label("Ground", exact=True).fill("reddish")
        page.locator(".fault-list").wait_for()
        page.locator("summary", has_text="Versions").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[0]
    check_access(page, axe)
    page.set_viewport_size({"width": WIDTHS[1], "height": 800})
    check_access(page, axe)


def test_the_page_of_a_template_without_scripts_passes_too(open_page, signed_in, addresses, axe):
    page = open_page(storage_state=signed_in, viewport={"width": WIDTHS[0], "height": 740})
    page.route("**/static/*.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(addresses["editor"])
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[0]
    check_access(page, axe)
