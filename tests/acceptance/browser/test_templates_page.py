"""A template in a real browser: fill it in, see its frames, mend its JSON, render it, save the film."""

import json
import re

import av
from browser_steps import make_project, until, upload
from PIL import Image
from template_steps import (
    SMALL,
    document_text,
    frame_address,
    frame_color,
    frame_drawn,
    new_frame,
    open_template,
    replace_in_editor,
    save_template,
)


def _make_small(page):
    """Let the film be small, and of few frames."""
    shorter = json.loads(document_text(page))
    assert shorter["width"] == 1080
    replace_in_editor(page, '"width": 1080', '"width": 216')
    replace_in_editor(page, '"height": 1920', '"height": 384')
    replace_in_editor(page, '"rate": 30', '"rate": 10')
    until(page, "document.querySelector('[data-scrub]').max === '69'")


def _break_and_mend(page):
    """Write what the template refuses, then what is no JSON; each is shown where it stands."""
    replace_in_editor(page, '"rate": 10', '"rate": "soon"')
    fault = page.locator(".fault-list li", has_text="$.rate")
    fault.wait_for()
    marked = page.locator(".cm-lintRange-error")
    assert marked.inner_text() == '"soon"'
    assert page.locator("[data-frame]").get_attribute("class") == "frame is-stale"
    replace_in_editor(page, '"soon"', "10")
    fault.wait_for(state="detached")

    replace_in_editor(page, '"rate": 10,', '"rate": 10')
    page.locator(".fault-list li", has_text=re.compile("^Line ")).wait_for()
    replace_in_editor(page, '"rate": 10', '"rate": 10,')
    page.locator("[data-faults]", has_text="No faults.").wait_for()


def _render_and_save(page, target):
    """Render, and look into the film that is downloaded."""
    page.get_by_role("button", name="Render").click()
    page.wait_for_url("**/jobs/*")
    page.get_by_role("heading", name="Result").wait_for(timeout=90_000)
    assert page.locator(".film video").get_attribute("src").endswith("/content")
    with page.expect_download() as download:
        page.get_by_role("link", name="MP4 video").click()
    download.value.save_as(target)
    with av.open(str(target)) as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height) == (216, 384)
        assert float(stream.average_rate) == 10
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(stream)]
    assert len(frames) == 70
    assert frames[35][2, 108, 0] > 180  # the colour that was typed


def test_a_gallery_template_becomes_a_film(page, tmp_path):
    page.expected.add("400")  # the preview refuses a document that is wrong
    page.goto("/templates")
    page.get_by_role("link", name="Use Quote").click()
    page.wait_for_url("**/templates/new?gallery=quote")
    frame_drawn(page)
    before = frame_address(page)
    page.get_by_label("Colour above", exact=True).fill("#ff0000")
    new_frame(page, before)
    red, green, blue = frame_color(page, 0.5, 0.01)
    assert red > 200
    assert max(green, blue) < 60
    page.get_by_label("Quotation").fill("Short.")
    page.locator(".bit", has_text="Short.").wait_for()

    _make_small(page)
    _break_and_mend(page)
    _render_and_save(page, tmp_path / "film.mp4")
    page.get_by_role("link", name="Change and render again").click()
    frame_drawn(page)
    assert page.get_by_label("Quotation").input_value() == "Short."
    assert json.loads(document_text(page))["width"] == 216


def test_who_comes_back_from_a_job_finds_what_was_typed(page):
    saved = save_template(page)
    open_template(page, f"/templates/{saved}")
    page.get_by_label("Headline").fill("Typed before")
    page.locator(".bit", has_text="Typed before").wait_for()
    page.get_by_role("button", name="Render").click()
    page.wait_for_url("**/jobs/*")
    page.go_back()
    page.locator(".maker.is-live").wait_for()
    assert f"/templates/{saved}?job=" in page.url
    assert page.get_by_label("Headline").input_value() == "Typed before"


def test_frames_are_stepped_by_keys_and_clips_are_jumped_to(page):
    open_template(page, f"/templates/{save_template(page)}")
    scrub = page.get_by_role("slider", name="Frame")
    scrub.focus()
    page.keyboard.press("Home")
    until(page, "document.querySelector('[data-picture]').alt.includes('0.00 s')")
    assert frame_color(page, 0.95, 0.95)[0] > 150
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    until(page, "document.querySelector('[data-picture]').alt.includes('0.08 s')")
    assert scrub.get_attribute("aria-valuetext") == "0.08 seconds, frame 3 of 25"
    page.keyboard.press("End")
    until(page, "document.querySelector('[data-picture]').alt.includes('0.96 s')")
    assert frame_color(page, 0.95, 0.95)[2] > 150
    blue = page.locator(".bit.of-background").nth(1)
    assert "passes over for 0.20 s" in blue.get_attribute("aria-label")
    assert blue.locator(".pass").count() == 1
    blue.focus()
    page.keyboard.press("Enter")
    until(page, "document.querySelector('[data-picture]').alt.includes('0.40 s')")
    line = page.locator(".cm-activeLine").inner_text()
    assert "background" in line or line.strip() == "{"


def test_items_of_a_list_are_added_moved_and_removed(page):
    open_template(page, f"/templates/{save_template(page)}")
    words = page.get_by_label("Words", exact=True)
    assert words.count() == 1
    page.get_by_role("button", name="Add to Lines").click()
    words.nth(1).wait_for()
    assert words.nth(1).input_value() == "A line"
    assert words.nth(1).evaluate("field => field === document.activeElement")
    words.nth(1).fill("Second")
    page.locator(".bit", has_text="Second").wait_for()
    page.get_by_role("button", name="Lines 2: move up").click()
    until(page, "document.querySelector('[name=\"in.lines.0.words\"]').value === 'Second'")
    page.get_by_role("button", name="Lines 2: remove").click()
    until(page, "document.querySelectorAll('[data-list] > ol > li').length === 1")
    page.locator(".bit", has_text="First").wait_for(state="detached")


def test_faults_of_values_stand_beside_their_fields(page):
    page.expected.add("400")
    open_template(page, f"/templates/{save_template(page)}")
    ground = page.get_by_label("Ground", exact=True)
    ground.fill("reddish")
    fault = page.locator("[data-fault='$.inputs.ground']")
    fault.wait_for()
    assert "must be a colour" in fault.inner_text().lower()
    assert ground.get_attribute("aria-invalid") == "true"
    ground.fill("red")
    fault.wait_for(state="hidden")
    frame_drawn(page)


def test_a_picture_of_a_project_is_chosen_and_shown(page, tmp_path):
    picture = tmp_path / "green.png"
    Image.new("RGB", (64, 64), (0, 200, 0)).save(picture)
    make_project(page, "Pictures")
    upload(page, picture)
    photo = {"type": "image", "label": "Photo", "required": False}
    clip = {"type": "image", "when": "{{photo}}", "src": "{{photo}}", "fit": "cover", "length": 1}
    document = SMALL | {"inputs": SMALL["inputs"] | {"photo": photo}}
    document["tracks"] = [*SMALL["tracks"], {"clips": [clip | {"width": "100%", "height": "100%"}]}]
    open_template(page, f"/templates/{save_template(page, document)}")
    before = frame_address(page)
    page.get_by_label("Photo", exact=True).select_option("green.png (Pictures)")
    page.locator(".bit.of-image", has_text="green.png").wait_for()
    new_frame(page, before)
    assert frame_color(page)[1] > 150


def test_versions_are_saved_and_restored(page):
    saved = save_template(page)
    open_template(page, f"/templates/{saved}")
    page.get_by_label("Headline").fill("Other")
    page.get_by_role("button", name="Keep these as the defaults").click()
    assert json.loads(document_text(page))["inputs"]["headline"]["default"] == "Other"
    page.keyboard.press("Control+s")
    page.locator("[data-state]", has_text="Saved as version 2.").wait_for()
    page.locator("summary", has_text="Versions").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Restore version 1").click()
    page.get_by_text("The earlier version is the newest one again.").wait_for()
    assert page.get_by_label("Headline").input_value() == "Hello"
    answer = page.request.get(f"/api/templates/{saved}").json()["data"]["template"]
    assert (answer["version"], answer["template"]) == (3, SMALL)


def test_a_new_template_is_saved_under_its_name(page):
    page.goto("/templates/new")
    frame_drawn(page)
    page.get_by_label("Name of the template").fill("Mine & yours")
    page.get_by_label("Headline").fill("Typed")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/templates/[0-9a-f-]{36}$"))
    page.locator("[data-state]", has_text="Saved as version 1.").wait_for()
    assert page.get_by_role("heading", level=1).inner_text() == "Mine & yours"
    assert page.get_by_label("Headline").input_value() == "Typed"
    page.goto("/templates")
    card = page.locator(".asset", has_text="Mine & yours").first
    card.get_by_role("button", name="Duplicate").click()
    page.get_by_text("This is the copy.").wait_for()


def test_names_values_and_layers_are_offered_while_writing(page):
    open_template(page, f"/templates/{save_template(page)}")
    replace_in_editor(page, '"rate": 25,', '"rate": 25,')
    page.keyboard.press("Enter")
    page.keyboard.type('"des')
    offered = page.locator(".cm-tooltip-autocomplete")
    offered.get_by_text("description").wait_for()
    page.wait_for_timeout(200)  # a key right after it opens is still meant for the text
    page.keyboard.press("Enter")
    page.keyboard.type("words")
    until(page, "document.querySelector('[data-document]').value.includes('\"description\": \"words\"')")
    page.keyboard.press("End")
    page.keyboard.type(",")
    replace_in_editor(page, '"tracks": [', '"tracks": [{"clips": []},')
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Control+Space")
    offered.locator("li", has_text="qr-code").wait_for()
    page.keyboard.type("shape")
    offered.locator("li[aria-selected]", has_text="shape").wait_for()
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    page.locator(".bit.of-shape").wait_for()
