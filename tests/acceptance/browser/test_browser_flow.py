"""The whole flow as a newcomer meets it: drop a noisy video, get a clean one."""

import base64
import json

import av
from browser_steps import make_project, see_result, start, until, upload

_DROP = """([name, content]) => {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, { type: "video/mp4" }));
    for (const kind of ["dragenter", "dragover", "drop"])
        document.querySelector("form.drop").dispatchEvent(
            new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""
_TIMES = "() => [...document.querySelectorAll('[data-side]')].map((media) => media.currentTime)"


def _drop(page, path):
    page.evaluate(_DROP, [path.name, base64.b64encode(path.read_bytes()).decode()])


def test_a_noisy_video_is_dropped_and_comes_back_clean(page, site, recordings, tmp_path):
    make_project(page, "Interviews <script>alert(1)</script>")
    assert page.locator("h1").inner_text() == "Interviews <script>alert(1)</script>"
    _drop(page, recordings["video"])
    card = page.locator(".asset", has_text="Talk & café.mp4")
    card.wait_for()
    assert "0:06" in card.inner_text()
    assert "320" in card.inner_text()
    assert card.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0

    card.get_by_role("link", name="Remove noise").click()
    assert page.get_by_text("Your sound stays on this machine.").is_visible()
    page.get_by_role("button", name="Remove noise", exact=True).click()
    page.wait_for_url("**/jobs/*")
    see_result(page)  # by itself: nobody reloads

    job = json.loads(page.request.get(page.url.replace("/jobs/", "/api/jobs/")).text())["data"]["job"]
    measured = job["outputData"]["measured"]
    assert "dB quieter" in page.locator("#job .lead").inner_text()
    player = page.locator("[data-player]")
    gains = [float(player.get_attribute(f"data-gain-{side}")) for side in ("before", "after")]
    heard = [measured[side]["loudness"] + gain for side, gain in zip(("before", "after"), gains, strict=True)]
    assert abs(heard[0] - heard[1]) < 0.05
    assert max(gains) == 0

    with page.expect_download() as download:
        page.get_by_role("link", name="Video with clean sound").click()
    assert download.value.suggested_filename == "Talk & café (cleaned).mp4"
    target = tmp_path / "clean.mp4"
    download.value.save_as(target)
    with av.open(str(target)) as clean:
        assert (clean.streams.video[0].width, clean.streams.video[0].height) == (320, 180)
        assert abs(clean.duration / av.time_base - 6) < 0.1


def test_before_and_after_play_in_step_and_switch_at_once(page, recordings):
    make_project(page)
    upload(page, recordings["video"])
    start(page, "Talk & café.mp4")
    see_result(page)
    after, before = page.get_by_role("button", name="After"), page.get_by_role("button", name="Before")
    assert after.get_attribute("aria-pressed") == "true"
    assert page.locator(".wave path").count() == 2

    page.locator("body").press("Space")
    until(page, "document.querySelector('[data-side=after]').currentTime > 1")
    old, new = page.evaluate(_TIMES)
    assert abs(old - new) < 0.08
    page.locator("body").press("b")
    assert before.get_attribute("aria-pressed") == "true"
    assert page.locator("[data-player]").get_attribute("data-playing") == "before"
    page.wait_for_timeout(700)
    old, new = page.evaluate(_TIMES)
    assert abs(old - new) < 0.08
    assert new > 1.5  # it went on

    page.get_by_role("button", name="Pause").click()
    page.locator("body").press("ArrowLeft")
    until(page, "document.querySelector('[data-side=after]').currentTime === 0")
    waves = page.locator(".waves")
    box = waves.bounding_box()
    waves.click(position={"x": box["width"] / 2, "y": box["height"] / 4})
    old, new = page.evaluate(_TIMES)
    assert abs(new - 3) < 0.1
    assert abs(old - new) < 0.08
    page.get_by_role("button", name="Play").wait_for()


def test_the_keyboard_alone_goes_all_the_way(page, recordings):
    page.goto("/jobs")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    _tab_to(page, "Projects")
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects")
    _tab_to(page, "name")
    page.keyboard.type("By keys")
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/*-*")

    _tab_to(page, "file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(str(recordings["sound"]))
    page.locator(".asset").wait_for()
    _tab_to(page, "Remove noise from memo.wav")
    page.keyboard.press("Enter")
    page.wait_for_url("**/remove-noise")
    _tab_to(page, "strength")
    page.keyboard.press("ArrowLeft")
    _tab_to(page, "Remove noise")
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobs/*")
    see_result(page)
    page.keyboard.press("Space")
    until(page, "document.querySelector('[data-side=after]').currentTime > 0.3")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Play").wait_for()


def _tab_to(page, wanted):
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate("[document.activeElement.id, document.activeElement.textContent.trim()]")
        if wanted in here:
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"no Tab leads to {wanted!r}")


def test_every_step_works_without_scripts(open_page, signed_in, recordings):
    page = open_page(storage_state=signed_in, java_script_enabled=False)
    make_project(page, "Plain")
    page.set_input_files("#file", [str(recordings["sound"]), str(recordings["video"])])
    with page.expect_navigation():
        page.get_by_role("button", name="Upload").click()
    assert page.locator(".asset").count() == 2
    start(page, "memo.wav")
    page.get_by_role("heading", name="Result").wait_for()  # the page reloads itself
    page.locator(".downloads").wait_for()
    assert page.locator("audio[controls]").count() == 2
    assert page.locator(".wave path").count() == 2


def test_a_preview_compares_its_own_window(page, site, recordings):
    make_project(page)
    upload(page, recordings["long"])
    page.get_by_role("link", name="Remove noise from long.wav").click()
    page.get_by_label("from second").fill("60")
    page.get_by_role("button", name="Try 30 seconds first").click()
    page.wait_for_url("**/jobs/*")
    see_result(page)
    player = page.locator("[data-player]")
    assert float(player.get_attribute("data-offset")) == 60
    assert abs(float(player.get_attribute("data-seconds")) - 30) < 0.1
    page.locator("body").press("ArrowRight")
    old, new = page.evaluate(_TIMES)
    assert (round(old), round(new)) == (65, 5)


def test_what_a_job_made_appears_in_the_open_project(page, recordings):
    make_project(page)
    upload(page, recordings["sound"])
    project = page.url
    other = page.context.new_page()
    other.goto(project)
    start(page, "memo.wav")
    other.locator(".asset", has_text="memo (cleaned).flac").wait_for(timeout=8000)
    other.locator(".job-row .is-completed").wait_for()
