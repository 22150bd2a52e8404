"""What the browser tests of templates do on their way."""

import json

from browser_steps import until

SMALL = {
    "version": 1,
    "name": "Small",
    "width": 320,
    "height": 180,
    "rate": 25,
    "inputs": {
        "headline": {"type": "text", "label": "Headline", "default": "Hello", "maxLength": 20},
        "ground": {"type": "color", "label": "Ground", "default": "#cc0000"},
        "lines": {
            "type": "list",
            "label": "Lines",
            "fields": {"words": {"type": "text", "label": "Words", "default": "A line"}},
            "maxItems": 3,
            "default": [{"words": "First"}],
        },
    },
    "tracks": [
        {
            "clips": [
                {"type": "background", "color": "{{ground}}", "length": 0.6},
                {
                    "type": "background",
                    "color": "#0000cc",
                    "length": 0.6,
                    "transition": {"type": "crossfade", "length": 0.2},
                },
            ]
        },
        {"clips": [{"type": "text", "text": "{{headline}}", "size": 40, "length": 1}]},
        {
            "clips": [
                {
                    "type": "text",
                    "repeat": {"over": "{{lines}}", "as": "line"},
                    "text": "{{line.words}}",
                    "size": 20,
                    "y": "{{20 + index * 20}}%",
                    "start": 0,
                    "length": 1,
                }
            ]
        },
    ],
}
"""One second of 320 x 180 at 25 frames per second: red, then blue, with words above."""


def save_template(page, document=SMALL, name="Small"):
    """Save a template through the API and return its id."""
    answer = page.request.post("/api/templates", data={"name": name, "template": document})
    assert answer.ok, answer.text()
    return answer.json()["data"]["template"]["templateId"]


def open_template(page, address):
    """Open the page of a template and wait until its first frame is drawn."""
    page.goto(address)
    page.locator(".maker.is-live").wait_for()
    frame_drawn(page)


def frame_drawn(page):
    """Wait for a frame of the renderer that belongs to what is written."""
    until(page, "document.querySelector('[data-picture]').src.startsWith('blob:')", 20)
    page.locator("[data-frame]:not(.is-stale)").wait_for()


def frame_address(page):
    """Return the address of the picture that is shown; every frame has its own."""
    return page.locator("[data-picture]").get_attribute("src")


def new_frame(page, before):
    """Wait until another frame is shown than before."""
    until(page, f"document.querySelector('[data-picture]').src !== {json.dumps(before)}", 20)
    frame_drawn(page)


def frame_color(page, x=0.5, y=0.5):
    """Return (red, green, blue) of a place of the frame; shares of its width and height."""
    return page.evaluate(
        """([x, y]) => {
          const picture = document.querySelector("[data-picture]");
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
          const context = canvas.getContext("2d");
          context.drawImage(picture, 0, 0);
          return [...context.getImageData(x * canvas.width, y * canvas.height, 1, 1).data].slice(0, 3);
        }""",
        [x, y],
    )


def document_text(page):
    """Return the JSON as it stands in the page."""
    return page.locator("[data-document]").evaluate("area => area.value")


def replace_in_editor(page, old, new):
    """Select the first place of a text in the editor and type another over it."""
    text = document_text(page)
    place = text.index(old)
    lines = text[:place].split("\n")
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Home")
    for _ in range(len(lines) - 1):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    page.keyboard.press("Home")  # before the indent
    for _ in range(len(lines[-1])):
        page.keyboard.press("ArrowRight")
    for _ in range(len(old)):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.insert_text(new)
