"""Media that only the work itself finds broken: a failed job that says why, and nothing left behind."""

import bad_media
import numpy as np
import pytest

import samples
from spoken import voice
from voices import speak

SUBTITLES = "subtitle-generation"


@pytest.fixture
def customer(person):
    made = person()
    made.talks = made.project()
    return made


def clean(customer, path, kind="noise-removal", **options):
    asset = customer.upload(customer.talks, path)["assetId"]
    before = customer.belongings()
    job = customer.start(kind, assetId=asset, projectId=customer.talks, **options)["jobId"]
    ended = customer.follow(job)[-1]
    return ended, customer.belongings() - before - {("jobs", job)}


@pytest.mark.parametrize(("kind", "step"), [("noise-removal", "clean"), (SUBTITLES, "prepare")])
def test_sound_that_does_not_decode(customer, tmp_path, kind, step):
    job, left = clean(customer, bad_media.deaf_video(tmp_path / "deaf.mp4"), kind)
    assert job["status"] == "failed", job
    error = job["error"]
    assert error["code"] == "no_audio_decoded"
    assert (error["step"], error["retryable"]) == (step, False)
    assert job["errorMessage"] == error["message"]
    assert error["message"].endswith(".")
    assert job["attempt"] == 1, "a retry cannot mend it"
    assert left == set()
    steps = customer.running.data / "scratch" / "steps"
    assert [path for path in steps.rglob("*") if job["jobId"] in str(path)] == []


@pytest.mark.parametrize("seconds", [0.001, 0.02, 0.4])
def test_very_short_sound_works(customer, tmp_path, seconds):
    sound = samples.noise(max(seconds, 0.001), level=-30)
    job, left = clean(customer, samples.write_audio(tmp_path / "short.wav", sound))
    assert job["status"] == "completed", job
    assert len({name for table, name in left if table == "assets"}) == 1


@pytest.mark.parametrize(
    ("rate", "channels"), [(8000, 1), (11025, 2), (22050, 6), (44100, 2), (96000, 1), (192000, 2)]
)
def test_odd_rates_and_layouts_work(customer, tmp_path, rate, channels):
    sound = samples.noise(0.5, level=-30, rate=rate, channels=channels)
    job, _ = clean(customer, samples.write_audio(tmp_path / "odd.wav", sound, rate=rate))
    assert job["status"] == "completed", job
    asset = customer.get(f"/api/assets/{job['outputData']['resultAssetId']}").json()["data"]["asset"]
    assert (asset["media"]["sampleRate"], asset["media"]["channels"]) == (rate, channels)
    assert asset["media"]["duration"] == pytest.approx(0.5, abs=0.001)


def test_silence_works(customer, tmp_path):
    job, _ = clean(customer, samples.write_audio(tmp_path / "silence.wav", samples.silence(1.0)))
    assert job["status"] == "completed", job
    assert None not in job["outputData"].values()


def music(seconds, rate=16000):
    """Make chords of plucked strings: four notes with overtones that die away, a new chord each 0.6 s."""
    time = np.arange(round(0.6 * rate)) / rate
    chords = ((220, 277, 330, 440), (196, 247, 294, 392), (262, 330, 392, 523), (175, 220, 262, 349))
    played = [
        sum(np.sin(2 * np.pi * note * k * time) / k for note in chord for k in (1, 2, 3)) * np.exp(-3 * time)
        for chord in chords
    ]
    sound = np.concatenate([played[n % 4] for n in range(int(seconds / 0.6))])
    return (0.2 * sound / np.abs(sound).max()).astype(np.float32)[np.newaxis]


def babble(voices=8):
    """Make a crowd: voices that say the same sentences at different speeds and heights, all at once."""
    text = "Everybody talks at the same time in there."
    said = [
        speak(text, ("en-us", "de", "fr")[n % 3], words_per_minute=130 + 15 * n, pitch=20 + 8 * n)
        for n in range(voices)
    ]
    longest = max(map(len, said))
    mixed = sum(np.roll(np.pad(one, (0, longest - one.size)), n * 7919) for n, one in enumerate(said))
    return (mixed / (2 * np.abs(mixed).max())).astype(np.float32)[np.newaxis]


NOBODY = "Nobody speaks in the recording; there is only music or noise."
EMPTY = {
    "silence": (lambda: samples.silence(2.0), "The recording is silent."),
    "dither": (lambda: samples.noise(2.0, level=-100), "The recording is silent."),
    "noise": (lambda: samples.noise(4.0, level=-30), NOBODY),
    "hum": (lambda: samples.tone(4.0, hertz=50), NOBODY),
    "music": (lambda: music(12.0, samples.RATE), NOBODY),
    "one sample": (lambda: samples.noise(1 / samples.RATE, level=-20), "The recording is silent."),
    "20 ms": (lambda: samples.noise(0.02, level=-20), NOBODY),
}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_said_is_an_honest_empty_result(customer, tmp_path, name):
    make, reason = EMPTY[name]
    job, left = clean(customer, samples.write_audio(tmp_path / "nothing.wav", make()), SUBTITLES)
    assert job["status"] == "completed", job
    output = job["outputData"]
    assert (output["subtitles"], output["files"], output["violations"]) == ([], {}, [])
    assert output["reason"] == reason
    assert [name for table, name in left if table == "assets"] == []


def test_babble_is_not_sold_as_a_transcript(customer, tmp_path):
    path = samples.write_audio(tmp_path / "babble.wav", babble())
    job, _ = clean(customer, path, SUBTITLES)
    assert job["status"] == "completed", job
    output = job["outputData"]
    if output["subtitles"]:
        assert output["trust"]["level"] == "rough"
        assert any("Hardly a word" in note for note in output["notes"]), output["notes"]
    else:
        assert output["reason"].endswith(".")


def test_a_wrong_language_is_told(customer, tmp_path):
    sentence = "Der Zug nach Freiburg fährt heute eine halbe Stunde später ab."
    path = samples.write_audio(tmp_path / "german.wav", speak(sentence, "de")[np.newaxis])
    job, _ = clean(customer, path, SUBTITLES, language="en")
    assert job["status"] == "completed", job
    notes = job["outputData"]["notes"]
    assert any("a language other than English" in note for note in notes), job["outputData"]


def test_a_language_that_nobody_here_knows_is_refused_with_what_to_do(customer, tmp_path):
    path = samples.write_audio(tmp_path / "talk.wav", voice())
    job, left = clean(customer, path, SUBTITLES, language="de")
    assert (job["status"], job["error"]["code"]) == ("failed", "no_engine")
    assert job["error"]["step"] == "choose"
    for words in ("pocketsphinx does not know the language 'de'", "cutroom models fetch", "OPENAI_API_KEY"):
        assert words in job["errorMessage"]
    assert {table for table, _ in left} <= {"files", "stored"}, "only the prepared sound, for a retry"


def test_a_recording_of_one_second(customer, tmp_path):
    said = voice("Yes.")
    sound = np.pad(said, ((0, 0), (0, max(0, samples.RATE - said.shape[1]))))[:, : samples.RATE]
    job, _ = clean(customer, samples.write_audio(tmp_path / "yes.wav", sound), SUBTITLES)
    assert job["status"] == "completed", job
    output = job["outputData"]
    assert output["subtitles"] or output["reason"].endswith(".")
    assert all(0 <= cue["startTime"] < cue["endTime"] <= 1.05 for cue in output["subtitles"])


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (22050, 6), (192000, 2)])
def test_subtitles_of_odd_rates_and_layouts(customer, tmp_path, rate, channels):
    said = np.repeat(voice("Good morning everybody."), channels, axis=0)
    path = samples.write_audio(tmp_path / "odd.wav", said[:, :: max(1, samples.RATE // rate)], rate=rate)
    job, _ = clean(customer, path, SUBTITLES)
    assert job["status"] == "completed", job
