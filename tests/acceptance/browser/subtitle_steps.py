"""What the browser tests of subtitles do on their way."""

import re

from browser_steps import make_project, upload

CUES = (
    ("00:00:00,200", "00:00:01,600", "Good evening, and welcome."),
    ("00:00:01,720", "00:00:04,400", "This line has a little more than it may have."),
    ("00:00:04,160", "00:00:05,000", "Too early."),
    ("00:00:05,120", "00:00:05,960", "<i>Thank you</i> & bye."),
)
"""At 25 frames per second: a line too long, an overlap, gaps that flicker; all of it can be mended."""


def write_srt(path, cues=CUES):
    """Write a file of cues as (start, end, text)."""
    parts = [f"{n}\n{start} --> {end}\n{text}\n" for n, (start, end, text) in enumerate(cues, 1)]
    path.write_text("\n".join(parts), "utf-8")
    return path


def stamp(seconds):
    """Write seconds as SRT does."""
    whole = round(seconds * 1000)
    return f"{whole // 3600000:02}:{whole // 60000 % 60:02}:{whole // 1000 % 60:02},{whole % 1000:03}"


def open_editor(page, recording, srt, project="Subtitles", *, language="en"):
    """Upload a recording and its subtitles, open them, wait until the page is alive."""
    make_project(page, project)
    upload(page, recording, srt)
    page.get_by_role("link", name=f"Open {srt.name}").click()
    page.get_by_label("Language").fill(language)
    page.get_by_role("button", name="Open", exact=True).click()
    page.wait_for_url("**/subtitles/*")
    alive(page)


def alive(page):
    """Wait until the island has taken over."""
    page.locator(".editor.is-live").wait_for()


def cue(page, number):
    """Return the line of a cue."""
    return page.locator("[data-list] > li").nth(number - 1)


def edit_text(page, number, text):
    """Write another text, without markup, into a cue; leave it and wait until the server has it."""
    cue(page, number).locator("[data-part=text]").click()
    # Within the cue: looking for a label among thousands of cues takes the driver a minute.
    cue(page, number).get_by_label("Text", exact=True).fill(text)
    page.keyboard.press("Escape")
    # Words that were heard badly are marked, for screen readers in words.
    shown = r"\s*(\(unsure\))?\s*".join(re.escape(word) for word in text.split())
    cue(page, number).locator("[data-part=text]", has_text=re.compile(shown)).wait_for()


def export(page, form="srt"):
    """Return a format's file as the API writes it."""
    answer = page.request.get(f"/api/subtitles/{page.url.split('/subtitles/')[1][:36]}/export?format={form}")
    assert answer.ok, answer.text()
    return answer.text()
