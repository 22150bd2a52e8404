"""Subtitles in a real browser: open, see what is wrong, edit, fix, undo, save the file."""

import io
import json
import re
from itertools import pairwise

import pytest
import webvtt
from browser_steps import until
from subtitle_steps import CUES, alive, cue, edit_text, export, open_editor, write_srt


@pytest.fixture
def editor(page, recordings, tmp_path):
    open_editor(page, recordings["video"], write_srt(tmp_path / "Talk & café.en.srt"))
    return page


def _read(text):
    return list(webvtt.from_buffer(io.StringIO(text), format="srt"))


def _texts(page):
    return [each.raw_text for each in _read(export(page))]


def _said(page, words):
    page.locator("[data-said]", has_text=words).wait_for()


def test_a_file_is_opened_checked_edited_fixed_and_saved(editor, tmp_path):
    page = editor
    assert page.locator("[data-state=cues]").inner_text() == "4 cues"
    assert int(page.locator("[data-state=errors]").inner_text().split()[0]) >= 2
    assert "at most 42" in cue(page, 2).locator(".problems").inner_text()

    cue(page, 1).locator("[data-part=text]").click()
    page.get_by_label("Text", exact=True).fill("Good evening,\nand <i>welcome</i>.")
    page.keyboard.press("Escape")
    cue(page, 1).locator("i", has_text="welcome").wait_for()

    long = cue(page, 2).locator(".problems li", has_text="at most 42")
    long.get_by_role("button", name="Fix").click()
    long.wait_for(state="detached")
    page.get_by_role("button", name="Fix all").click()
    page.locator("[data-mended]", has_text="mended").wait_for()
    assert page.locator("[data-state=errors]").inner_text() == "0 errors"

    fixed = _texts(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    _said(page, "Undone")
    assert page.locator("[data-state=errors]").inner_text() != "0 errors"
    page.get_by_role("button", name="Redo").click()
    _said(page, "Done again")
    assert _texts(page) == fixed

    page.locator("summary", has_text="Download").click()
    with page.expect_download() as download:
        page.locator(".menu a", has_text="SubRip").click()
    download.value.save_as(tmp_path / "out.srt")
    cues = _read((tmp_path / "out.srt").read_text("utf-8-sig"))
    assert cues[0].raw_text == "Good evening,\nand <i>welcome</i>."
    assert "".join(each.raw_text for each in cues).count("little") == 1
    assert all(a.end <= b.start for a, b in pairwise(cues))


def test_what_was_mended_is_said_cue_by_cue_and_undone_beside_it(editor):
    page = editor
    before = _texts(page)
    box = page.get_by_role("region", name="What was mended")
    assert not box.is_visible()
    page.get_by_role("button", name="Fix all").click()
    box.get_by_text(re.compile(r"^\d cues were mended\. ")).wait_for()
    assert "mended" in page.locator("#speaker[aria-live]").inner_text()
    box.locator("summary").click()
    lines = box.locator("li").all_inner_texts()
    assert any(each.startswith("Cue 2") for each in lines), lines
    assert all(each.endswith(".") for each in lines), lines
    box.get_by_role("button", name="Cue 2").first.click()
    assert "0:01.720" in page.locator("[aria-current=true] [data-part=times]").inner_text()
    box.get_by_role("button", name="Undo it").click()
    _said(page, "Undone")
    assert not box.is_visible()
    assert _texts(page) == before


def test_edits_survive_a_reload(editor):
    edit_text(editor, 4, "Thank you.")
    cue(editor, 4).get_by_text("Thank you.", exact=True).wait_for()
    editor.reload()
    alive(editor)
    assert cue(editor, 4).locator("[data-part=text]").inner_text() == "Thank you."


def test_a_cue_is_split_at_the_caret_and_merged_again(editor):
    page = editor
    cue(page, 1).locator("[data-part=text]").click()
    page.get_by_label("Text", exact=True).evaluate("field => field.setSelectionRange(14, 14)")
    page.get_by_role("button", name="Split").click()
    _said(page, "Split")
    assert cue(page, 1).locator("textarea").input_value() == "Good evening,"
    # A row that has just come has no inner text until it was drawn once.
    cue(page, 2).locator("[data-part=text]", has_text=re.compile("^and welcome.$")).wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    _said(page, "Merged")
    assert cue(page, 1).locator("[data-part=text]").text_content().split() == CUES[0][2].split()
    page.keyboard.press("Control+z")
    _said(page, "Undone: Join")
    page.keyboard.press("Control+z")
    _said(page, "Undone: Split")
    assert page.locator("[data-state=cues]").inner_text() == "4 cues"


def test_times_are_typed_nudged_and_set_at_the_playhead(editor):
    page = editor
    cue(page, 4).locator("[data-part=text]").click()
    end = page.get_by_label("End", exact=True)
    end.fill("5,8")
    end.press("Tab")
    cue(page, 4).locator("[data-part=times]", has_text="0:05.800").wait_for()
    end.press("ArrowUp")
    cue(page, 4).locator("[data-part=times]", has_text="0:05.840").wait_for()
    end.fill("soon")
    end.press("Tab")
    page.get_by_role("alert").get_by_text("Write a time").wait_for()
    assert end.input_value() == "0:05.840"
    page.keyboard.press("Escape")
    for _ in range(15):
        page.keyboard.press(".")  # a frame
    page.keyboard.press("]")
    cue(page, 4).locator("[data-part=times]", has_text="0:05.720").wait_for()


def test_a_block_is_dragged_by_its_edge(editor):
    page = editor
    block = page.locator(".block", has_text="Thank you")
    box = block.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 30, y, steps=5)
    page.mouse.up()
    times = cue(page, 4).locator("[data-part=times]")
    until(page, "!document.querySelectorAll('[data-list] > li')[3].textContent.includes('0:05.960')")
    start, end = times.inner_text().split(" → ")
    assert start == "0:05.120"
    assert float(end[2:]) < 5.96
    assert round(float(end[2:]) * 25, 3) % 1 == 0  # on a frame


def test_the_picture_carries_the_cue_and_the_list_follows(editor):
    page = editor
    cue(page, 1).locator(".cue-head").click()
    page.locator(".caption", has_text="Good evening").wait_for()
    assert cue(page, 1).get_attribute("aria-current") == "true"
    page.keyboard.press("Space")
    until(page, "document.querySelector('[data-list] > li:nth-child(4)').ariaCurrent === 'true'")
    page.keyboard.press("Space")
    page.locator(".caption i", has_text="Thank you").wait_for()
    page.keyboard.press("ArrowUp")
    page.locator(".caption", has_text="Too early").wait_for()


def test_the_keyboard_alone_finds_and_mends(editor):
    page = editor
    page.keyboard.press("n")
    page.keyboard.press("f")
    _said(page, "Fixed")
    page.keyboard.press("Enter")
    page.keyboard.type(" Mim")  # the letters are no commands while a text is typed
    page.keyboard.press("Control+Enter")
    page.locator("[data-part=text]", has_text=" Mim").wait_for()
    assert any(text.endswith(" Mim") for text in _texts(page))
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_text("Split at the caret").wait_for()
    page.get_by_label("Keys without Ctrl or Alt work").uncheck()
    page.keyboard.press("Escape")
    before = page.locator("[data-state=cues]").inner_text()
    page.keyboard.press("m")
    page.wait_for_timeout(200)
    assert page.locator("[data-state=cues]").inner_text() == before


def test_text_is_found_and_replaced_everywhere(editor):
    page = editor
    page.get_by_role("button", name="Find and replace").click()
    page.get_by_label("Find", exact=True).fill("AN")
    page.locator("[data-found]", has_text="in 3 cues").wait_for()
    page.get_by_label("as written").check()
    page.locator("[data-found]", has_text="in 0 cues").wait_for()
    page.get_by_label("as written").uncheck()
    page.get_by_label("Replace with").fill("un")
    page.get_by_role("button", name="Replace all").click()
    _said(page, "Replaced in 3 cues")
    assert sum("un" in text for text in _texts(page)) == 3


def test_only_problems_are_shown_and_other_rules_chosen(editor):
    page = editor
    page.get_by_label("Only problems").check()
    assert page.locator("[data-list] > li:visible").count() < 4
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_label("Rules").select_option("social")
    page.reload()
    assert page.get_by_label("Rules").input_value() == "social"


def test_a_new_cue_is_inserted_and_a_cue_deleted(editor):
    page = editor
    page.locator("[data-lane]").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("i")
    page.get_by_label("Text", exact=True).wait_for()
    assert page.locator("[data-state=cues]").inner_text() == "5 cues"
    page.keyboard.type("The end")
    page.keyboard.press("Escape")
    page.locator("[data-part=text]", has_text="The end").wait_for()
    assert "The end" in _texts(page)
    page.keyboard.press("Delete")
    _said(page, "Deleted")
    assert "The end" not in _texts(page)


def test_two_windows_do_not_overwrite_each_other(editor):
    page = editor
    page.expected.add("409")
    other = page.context.new_page()
    other.goto(page.url)
    alive(other)
    edit_text(other, 1, "From the other window")
    cue(other, 1).get_by_text("From the other window").wait_for()
    cue(page, 2).locator("[data-part=text]").click()
    page.get_by_label("Text", exact=True).fill("Too late")
    page.keyboard.press("Escape")
    page.get_by_role("alert").get_by_text("changed elsewhere").wait_for()
    cue(page, 1).get_by_text("From the other window").wait_for()
    assert "Too late" not in "".join(_texts(page))


def test_a_file_full_of_faults_says_them_line_by_line(page, recordings, tmp_path):
    broken = tmp_path / "broken.srt"
    broken.write_bytes(
        "1\r\n00:00:01,000 --> 00:00:02,000\r\nGrüße\r\n\r\n2\r\n00:00:03,000 -> 00:00:0x\r\nLost\r\n".encode(
            "cp1252"
        )
    )
    open_editor(page, recordings["video"], broken)
    faults = page.locator(".faults")
    faults.locator("summary").click()
    assert "Line " in faults.inner_text()
    assert cue(page, 1).locator("[data-part=text]").inner_text().startswith("Grüße")


def test_what_cannot_be_saved_is_kept_and_said(editor):
    page = editor
    page.expected.add("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    cue(page, 1).locator("[data-part=text]").click()
    page.get_by_label("Text", exact=True).fill("Written in vain?")
    page.keyboard.press("Escape")
    page.get_by_role("alert").get_by_text("does not answer").wait_for()
    page.context.set_offline(False)
    cue(page, 1).locator("[data-part=text]").click()
    assert page.get_by_label("Text", exact=True).input_value() == "Written in vain?"
    page.keyboard.press("Escape")
    cue(page, 1).locator("[data-part=text]", has_text="Written in vain?").wait_for()


def test_undo_is_the_fields_own_while_something_is_typed(editor):
    page = editor
    edit_text(page, 1, "First")
    cue(page, 1).locator("[data-part=text]").click()
    page.keyboard.insert_text(" and more")
    page.keyboard.press("Control+z")
    field = page.get_by_label("Text", exact=True)
    until(page, "document.querySelector('[data-editor] textarea').value === 'First'")
    page.keyboard.press("Control+z")  # nothing is typed any more: now the edit before
    _said(page, "Undone: Change the text of cue 1")
    assert field.input_value() == CUES[0][2]


def test_the_tab_key_finds_one_cue_and_the_arrows_the_others(editor):
    page = editor
    stops = page.evaluate("document.querySelectorAll('[data-part=text][tabindex=\"0\"]').length")
    assert stops == 1
    page.locator("[data-part=text][tabindex='0']").focus()
    for number in (1, 2, 3):
        page.keyboard.press("ArrowDown")
        assert cue(page, number).get_attribute("aria-current") == "true"
    assert page.evaluate("document.activeElement.matches('[data-part=text]')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('textarea')")


def test_the_players_own_full_screen_shows_the_cues_as_they_are_now(editor):
    page = editor
    edit_text(page, 1, "As edited")
    page.evaluate("document.querySelector('video').dispatchEvent(new Event('webkitbeginfullscreen'))")
    track = page.evaluate(
        "(() => { const track = [...document.querySelector('video').textTracks].at(-1);"
        " return [track.mode, [...track.cues].map((cue) => cue.text)]; })()"
    )
    assert track == ["showing", ["As edited", CUES[1][2], CUES[2][2], "<i>Thank you</i> &amp; bye."]]
    page.evaluate("document.querySelector('video').dispatchEvent(new Event('webkitendfullscreen'))")
    assert page.evaluate("[...document.querySelector('video').textTracks].at(-1).mode") == "hidden"


def test_all_times_are_shifted_or_those_from_a_cue_on(editor):
    page = editor
    page.expected.add("400")
    menu = page.locator("details", has=page.locator("[data-shift]"))
    cue(page, 3).locator(".cue-head").click()
    menu.locator("summary").click()
    form = page.locator("[data-shift]")
    seconds = form.get_by_label("Shift times by seconds")
    seconds.fill("a little")
    form.get_by_role("button", name="Shift times").click()
    assert "with a sign" in seconds.evaluate("field => field.validationMessage")
    seconds.fill("-1")
    form.get_by_role("button", name="Shift times").click()
    page.locator("[data-trouble-room]", has_text="begin").wait_for()
    seconds.fill("+0.5")
    form.get_by_label("From cue").check()
    assert form.get_by_label("Number of the first cue").input_value() == "3"
    form.get_by_role("button", name="Shift times").click()
    _said(page, "Cue 3 and those after it are 0.5 s later.")
    starts = [float(each.start[-6:]) for each in _read(export(page))]
    assert starts == pytest.approx([0.2, 1.72, 4.66, 5.62], abs=0.04)
    page.get_by_role("button", name="Undo", exact=True).click()
    _said(page, "Undone: Move everything from cue 3")


def test_unsure_words_are_marked_for_the_eye_and_in_words(editor, recordings, tmp_path):
    page = editor
    document = json.loads(export(page, "json"))
    said = [("Good", 0.9), ("evening,", 0.31), ("and", 0.5), ("welcome.", 0.99)]
    document["subtitles"][0]["words"] = [
        {"startTime": 0.2 + n * 0.3, "endTime": 0.45 + n * 0.3, "text": text, "confidence": sure}
        for n, (text, sure) in enumerate(said)
    ]
    heard = tmp_path / "heard.json"
    heard.write_text(json.dumps(document), "utf-8")
    open_editor(page, recordings["video"], heard, "Unsure")
    mark = page.locator("[data-list] .unsure")
    assert mark.all_text_contents() == ["evening, (unsure)"]
    assert "dotted" in mark.evaluate("word => getComputedStyle(word).textDecoration")
    legend = page.locator("[data-unsure]")
    assert "below 0.5, 1 word" in legend.inner_text()
    legend.get_by_label("Mark unsure words").uncheck()
    assert mark.inner_text() == "evening,"
    page.reload()
    alive(page)
    assert mark.inner_text() == "evening,"
    legend.get_by_label("Mark unsure words").check()

    text = cue(page, 1).locator("[data-part=text]")
    text.click(position={"x": 160, "y": 10})
    field = page.get_by_label("Text", exact=True)
    caret = field.evaluate("field => field.selectionStart")
    assert 14 <= caret <= len(CUES[0][2])  # the words for those who listen are not counted
    field.fill("Good morning, and welcome.")
    page.keyboard.press("Escape")
    mark.wait_for(state="detached")
    assert not legend.is_visible()
