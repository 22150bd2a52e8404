"""Subtitles in a browser without scripts: every form answers with a page."""

from subtitle_steps import export, write_srt


def _send(page, button):
    """Press a button of a plain form and wait for the page that answers."""
    with page.expect_navigation():
        button.click()


def test_everything_works_without_scripts(open_page, signed_in, recordings, tmp_path):
    page = open_page(storage_state=signed_in, java_script_enabled=False)
    page.goto("/projects")
    page.get_by_label("Name of a new project").fill("Plain")
    page.get_by_role("button", name="Make a project").click()
    page.set_input_files("#file", [str(recordings["video"]), str(write_srt(tmp_path / "Talk & café.srt"))])
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("link", name="Open Talk").click()
    page.get_by_label("Language").fill("en")
    _send(page, page.get_by_role("button", name="Open", exact=True))
    assert page.locator(".cue").count() == 4
    assert page.locator("video[controls] track").count() == 1
    first = page.locator("#cue-1")
    first.locator("summary").click()
    first.get_by_label("Text").fill("Good evening.")
    first.get_by_label("End").fill("0:01.800")
    _send(page, first.get_by_role("button", name="Save"))
    page.get_by_text("Saved.").wait_for()
    assert page.locator("#cue-1 .cue-text").inner_text() == "Good evening."
    assert "0:01.800" in page.locator("#cue-1 .times").inner_text()
    _send(page, page.get_by_role("button", name="Fix all"))
    assert page.locator("[data-state=errors]").inner_text() == "0 errors"
    _send(page, page.get_by_role("button", name="Undo", exact=True))
    page.get_by_text("Undone.", exact=True).wait_for()
    _send(page, page.locator("#cue-2 .problems").get_by_role("button", name="Fix").first)
    page.get_by_text("Saved.").wait_for()
    first.locator("summary").click()
    _send(page, first.get_by_role("button", name="Delete"))
    assert "Good evening" not in export(page)
