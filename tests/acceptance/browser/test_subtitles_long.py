"""Thousands of cues stay fluent: opened, scrolled, edited, searched."""

import pytest
from browser_steps import until
from subtitle_steps import alive, cue, edit_text, export, open_editor, stamp, write_srt

COUNT = 5000
_SCROLL = """async () => {
    const box = document.querySelector('.scroller');
    const gaps = [];
    let last = performance.now();
    for (let step = 0; step < 60; step += 1) {
        box.scrollTop += 900;
        await new Promise((done) => requestAnimationFrame(done));
        const now = performance.now();
        gaps.push(now - last);
        last = now;
    }
    gaps.sort((a, b) => a - b);
    return { median: gaps[30], most: gaps[59], top: box.scrollTop };
}"""


@pytest.fixture
def long_editor(page, recordings, tmp_path):
    page.set_default_timeout(60_000)
    cues = [
        (stamp(n * 0.16), stamp(n * 0.16 + 0.12), f"Cue number {n + 1} of a very long day")
        for n in range(COUNT)
    ]
    open_editor(page, recordings["long"], write_srt(tmp_path / "long.srt", cues))
    return page


def test_five_thousand_cues_open_scroll_and_are_edited(long_editor):
    page = long_editor
    assert page.locator("[data-state=cues]").inner_text() == "5000 cues"
    page.reload()
    alive(page)
    seconds = page.evaluate("performance.now() / 1000")
    frames = page.evaluate(_SCROLL)
    print(f"alive {seconds:.2f} s after the reload; frames of scrolling: {frames}")  # noqa: T201 - the measured figures
    assert frames["top"] > 5000
    cue(page, 20).scroll_into_view_if_needed()
    page.wait_for_timeout(300)  # lines that were never seen have guessed heights until they are drawn
    edit_text(page, 20, "Another text")
    cue(page, 20).get_by_text("Another text", exact=True).wait_for()
    cue(page, COUNT).locator(".cue-head").click()
    until(page, "document.querySelector('[data-list] > li:last-child').ariaCurrent === 'true'")
    page.keyboard.press("Delete")
    page.locator("[data-state=cues]", has_text="4999 cues").wait_for()
    assert export(page).count(" --> ") == COUNT - 1
