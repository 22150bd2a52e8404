import pytest

from cutroom.web import wording


def _measured(before, after):
    return {"before": before, "after": after}


@pytest.mark.parametrize(
    ("job", "title"),
    [
        ({"type": "noise-removal", "assetId": "a"}, "Noise removal: talk.mp4"),
        ({"type": "noise-removal", "assetId": "deleted"}, "Noise removal"),
        ({"type": "video", "name": "Summer sale"}, "Video: Summer sale"),
        ({"type": "of-a-plug-in"}, "Of a plug in"),
    ],
)
def test_a_job_is_called_by_its_kind_and_what_it_is_about(job, title):
    assert wording.job_title(job, {"a": "talk.mp4"}) == title


def test_equal_gains_turn_the_louder_side_down_only():
    louder_after = _measured({"loudness": -30.0}, {"loudness": -16.0})
    assert wording.equal_gains(louder_after) == (0.0, -14.0)
    louder_before = _measured({"loudness": -20.5}, {"loudness": -23.0})
    assert wording.equal_gains(louder_before) == (-2.5, 0.0)


@pytest.mark.parametrize(
    "measured", [None, {}, _measured({}, {}), _measured({"loudness": -20.0}, {"loudness": None})]
)
def test_unknown_loudness_changes_nothing(measured):
    assert wording.equal_gains(measured) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("drop", "words"),
    [(10, "half"), (5, "two thirds"), (20, "a quarter"), (24, "one fifth"), (40, "one 16th")],
)
def test_summary_says_the_drop_and_how_loud_that_is(drop, words):
    measured = _measured({"noiseFloor": -40.0, "snr": 10.0}, {"noiseFloor": -40.0 - drop})
    assert wording.summary(measured) == f"The noise is {drop} dB quieter: about {words} as loud as it was."


def test_summary_of_little_noise_of_silence_and_of_nothing_measured():
    assert "little noise" in (
        wording.summary(_measured({"noiseFloor": -70.0, "snr": 40}, {"noiseFloor": -70.5})) or ""
    )
    assert wording.summary(_measured({"noiseFloor": -70.0, "snr": 40}, {"noiseFloor": None})) == (
        "The pauses are silent now."
    )
    assert wording.summary(None) is None


def test_measures_leave_out_what_nobody_measured():
    rows = wording.measures(_measured({"loudness": -20.0, "snr": None}, {"loudness": -16.0, "snr": None}))
    assert [(row.name, row.before[-4:], row.after[-4:]) for row in rows] == [("Loudness", "LUFS", "LUFS")]


def test_what_is_spoken_changes_by_quarters_only():
    job = {"status": "processing", "steps": [{"status": "processing", "title": "Clean the sound"}]}
    said = {wording.spoken({**job, "progress": progress}) for progress in range(100)}
    assert len(said) == 4
    assert "Clean the sound: 25 percent done." in said


def test_media_words():
    media = {"duration": 65.2, "width": 1920, "height": 1080, "channels": 2}
    words = wording.media_words("video", media).replace("\N{NO-BREAK SPACE}", " ")
    assert words == "Video · 1:05 · 1920 \N{MULTIPLICATION SIGN} 1080 · stereo"
    assert wording.media_words("video", {"duration": 3}) == "Video · 0:03 · no sound"
