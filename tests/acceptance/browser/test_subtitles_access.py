"""The pages of subtitles fit a phone and pass axe, in both colours."""

import pytest
from browser_steps import check_access, until, upload
from subtitle_steps import alive, cue, open_editor, write_srt

WIDTHS = (360, 1280)


@pytest.fixture(scope="module")
def addresses(site, browser, signed_in, recordings, tmp_path_factory):
    """Make subtitles with problems; return the addresses of their pages."""
    folder = tmp_path_factory.mktemp("subtitles")
    context = browser.new_context(base_url=site.address, storage_state=signed_in)
    page = context.new_page()
    name = "A long name " + "that_does_not_break" * 4
    open_editor(page, recordings["video"], write_srt(folder / f"{name}.srt"), "Subtitles")
    editor = page.url.partition("?")[0]
    page.get_by_role("link", name="The project").click()
    project = page.url
    page.get_by_role("link", name="Make subtitles").first.click()
    form = page.url
    page.goto(project)
    upload(page, write_srt(folder / "more.srt"))
    page.get_by_role("link", name="Open more.srt").click()
    found = {"editor": editor, "project": project, "form": form, "open": page.url}
    context.close()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["editor", "project", "form", "open"])
def test_a_page_fits_and_can_be_used_by_everybody(open_page, signed_in, addresses, axe, name, scheme):
    page = open_page(
        color_scheme=scheme, viewport={"width": WIDTHS[0], "height": 740}, storage_state=signed_in
    )
    page.goto(addresses[name])
    if name == "editor":
        alive(page)
        page.get_by_role("button", name="Fix all").click()
        page.locator("[data-mended] summary").click()
        check_access(page, axe)
        page.get_by_role("button", name="Undo it").click()
        page.locator("[data-mended]").wait_for(state="hidden")
        cue(page, 2).locator("[data-part=text]").click()
        page.locator("[data-editor]").wait_for()
        for word in ("Download", "More", "Delete"):
            page.locator(".heading summary", has_text=word).click()
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[0]
    check_access(page, axe)
    page.set_viewport_size({"width": WIDTHS[1], "height": 800})
    check_access(page, axe)


def test_the_editor_without_scripts_passes_too(open_page, signed_in, addresses, axe):
    page = open_page(storage_state=signed_in, viewport={"width": WIDTHS[0], "height": 740})
    page.route("**/static/*.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(addresses["editor"])
    page.locator("#cue-2 summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[0]
    check_access(page, axe)


def test_the_window_of_a_computer_holds_the_whole_editor(open_page, signed_in, addresses):
    page = open_page(storage_state=signed_in, viewport={"width": 1280, "height": 800})
    page.goto(addresses["editor"])
    alive(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= 800
    for part in (".frame", ".lane", ".scroller"):
        box = page.locator(part).bounding_box()
        assert box["height"] > 100
        assert box["y"] + box["height"] <= 800


def test_on_a_phone_what_went_wrong_is_in_sight(open_page, signed_in, addresses):
    page = open_page(storage_state=signed_in, viewport={"width": 360, "height": 740})
    page.expected.add("400")
    page.goto(addresses["editor"])
    alive(page)
    cue(page, 3).locator("[data-part=text]").click()
    end = page.get_by_label("End", exact=True)
    before = end.input_value()
    for wrong, said in (("soon", "Write a time"), ("0:00.100", "cannot be shown")):
        end.fill(wrong)
        end.press("Tab")
        trouble = page.get_by_role("alert").filter(has_text=said)
        trouble.wait_for()
        box = trouble.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 740
        until(page, f"document.querySelector('[data-editor] [name=end]').value === '{before}'")
    cue(page, 3).get_by_label("Speaker").fill("Ada")
    page.keyboard.press("Tab")
    trouble.wait_for(state="hidden")
    page.get_by_role("button", name="Undo", exact=True).click()
    page.locator("[data-said]", has_text="Undone").wait_for()
    page.get_by_role("button", name="Find and replace").click()
    assert page.locator("[data-find]").bounding_box()["y"] < 740 - 40
