"""Templates in a browser without scripts: every form answers with a page."""

import base64
import io
import re

from PIL import Image
from template_steps import save_template


def _send(page, button):
    """Press a button of a plain form and wait for the page that answers."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def _picture(page):
    """Return the frame that the page shows."""
    source = page.locator("[data-picture]").get_attribute("src")
    assert source.startswith("data:image/jpeg;base64,")
    return Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))).convert("RGB")


def test_a_template_is_filled_in_looked_at_saved_and_rendered(open_page, signed_in):
    page = open_page(storage_state=signed_in, java_script_enabled=False)
    page.expected.add("400")
    saved = save_template(page)
    page.goto(f"/templates/{saved}")
    page.get_by_label("Ground", exact=True).fill("#00aa00")
    page.get_by_label("Seconds", exact=True).fill("0.1")
    _send(page, "Show the frame")
    red, green, blue = _picture(page).getpixel((310, 170))
    assert green > 140
    assert max(red, blue) < 40
    assert "Frame 3 of 25" in page.locator(".plain-time").inner_text()

    with page.expect_navigation():
        page.get_by_role("button", name="Add to Lines").click()
    words = page.get_by_label("Words", exact=True)
    assert [words.nth(n).input_value() for n in range(words.count())] == ["First", "A line"]
    assert page.get_by_label("Ground", exact=True).input_value() == "#00aa00"

    area = page.get_by_role("textbox", name="JSON")
    text = area.input_value()
    area.fill(text.replace('"rate": 25', '"rate": "soon"'))
    _send(page, "Save")
    assert "$.rate" in page.locator(".fault-list").inner_text()
    area.fill(text.replace('"name": "Small"', '"name": "Changed"'))
    _send(page, "Save")
    page.get_by_text("The template is saved.").wait_for()
    assert page.request.get(f"/api/templates/{saved}").json()["data"]["template"]["version"] == 2
    page.locator("summary", has_text="Versions").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Restore version 1").click()
    assert '"name": "Small"' in area.input_value()

    page.get_by_label("Format").select_option("gif")
    page.get_by_label("Size").select_option("0.5")
    _send(page, "Render")
    assert re.search(r"/jobs/[0-9a-f-]{36}$", page.url)
    for _ in range(60):
        page.goto(page.url)
        if page.get_by_role("heading", name="Result").count():
            break
        page.wait_for_timeout(500)
    with page.expect_download() as download:
        page.get_by_role("link", name="Moving GIF").click()
    with Image.open(download.value.path()) as film:
        assert (film.size, film.n_frames) == ((160, 90), 25)


def test_a_new_template_is_saved_and_deleted(open_page, signed_in):
    page = open_page(storage_state=signed_in, java_script_enabled=False)
    page.goto("/templates/new?gallery=countdown")
    page.get_by_label("Name of the template").fill("Plain <b>one</b>")
    _send(page, "Save")
    assert page.get_by_role("heading", level=1).inner_text() == "Plain <b>one</b>"
    page.locator("summary", has_text="Delete").click()
    _send(page, "Delete the template")
    page.get_by_text("The template is deleted").wait_for()
    assert not page.get_by_role("link", name="Plain <b>one</b>").count()


def test_what_is_nobodys_has_no_page(open_page, signed_in):
    page = open_page(storage_state=signed_in)
    page.expected |= {"404", "400"}
    missing = (
        "01a1fd5a-9a3c-7e4c-a39c-d36337a9b85e",
        "new?gallery=nothing",
        "new?job=01a1fd5a-9a3c-7e4c-a39c-d36337a9b85e",
    )
    for address in missing:
        assert page.goto(f"/templates/{address}").status == 404
    saved = save_template(page)
    assert page.goto(f"/templates/{saved}?version=9").status == 404
    assert page.goto(f"/templates/{saved}?version=x").status == 404


def _document(definition):
    return {"inputs": {"a": definition}, "tracks": [{"clips": []}]}


def test_odd_documents_and_forms_are_refused_in_words(page):
    bodies = [
        [],
        "x",
        {"template": []},
        {"template": {"inputs": []}},
        {"template": _document(1), "input": {"a": {}}},
        {
            "template": _document({"type": "list", "fields": {"x": {"type": "text"}}}),
            "input": {"a": [1, None]},
        },
        {"template": _document({"type": "list", "items": {"type": "list", "items": {"type": "text"}}})},
        {"template": _document({"type": "text", "default": 5, "label": "<script>alert(1)</script>"})},
    ]
    for body in bodies:
        assert page.request.post("/templates/editor/timeline", data=body).status == 400
        fields = page.request.post("/templates/editor/fields", data=body)
        assert fields.status in (200, 400)
        assert "<script>" not in fields.text() or fields.status == 400
    texts = ("", "{", "[]", '{"inputs": {"l": 5}}', '{"a": NaN}', "{" * 500)
    for deed in ("preview", "save", "render", "add:l", "add:", "remove:l.0", "up:l.x", "what"):
        for text in texts:
            form = {
                "do": deed,
                "document": text,
                "time": "nan",
                "in.l.#": "-1",
                "project": "x",
                "format": "x",
            }
            answer = page.request.post("/templates/new?gallery=quote", form=form)
            assert answer.status in (200, 400)
            assert answer.headers["content-type"].startswith("text/html")
    for width in ("-1", "99999", "²", ""):
        picture = page.request.get(f"/templates/gallery/quote/picture?width={width}")
        assert picture.headers["content-type"] == "image/jpeg"
