"""cutroom.subtitles(): here and now, and what it says it has written is there."""

import av
import pytest

import cutroom
import samples
from cutroom.base.errors import CutroomError, Refused
from cutroom.subtitles.importing import read_subtitles
from cutroom.subtitles.reading import visible
from spoken import write_talk, write_talk_video
from translators import german, translator


@pytest.fixture(autouse=True)
def nobody_is_asked(monkeypatch, tmp_path):
    """Let a translator be set that no test calls, and no model be fetched."""
    monkeypatch.setenv("CUTROOM_TRANSLATION_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("CUTROOM_TRANSLATION_MODEL", "tiny")
    monkeypatch.setenv("CUTROOM_FETCH_MODELS", "false")
    monkeypatch.setenv("CUTROOM_DATA", str(tmp_path / "data"))


def test_no_translation_is_claimed_of_a_recording_in_which_nobody_speaks(tmp_path):
    source = samples.write_audio(tmp_path / "quiet.wav", samples.silence(2.0))
    done = cutroom.subtitles(source, language="en", translate_to=("de", "fr"))
    assert (done.cues, done.engine, done.translations) == ((), None, {})
    assert "silent" in done.reason
    assert sorted(path.name for path in tmp_path.glob("*.srt")) == ["quiet.srt"]


def test_auto_is_a_language_that_is_found_out(tmp_path):
    source = samples.write_audio(tmp_path / "quiet.wav", samples.silence(1.0))
    assert cutroom.subtitles(source, language="auto").language == "und"


@pytest.fixture
def talk(tmp_path):
    return write_talk(tmp_path / "talk.wav", before=0.3, after=0.3)


@pytest.fixture
def video(tmp_path):
    return write_talk_video(tmp_path / "talk.mp4", before=0.3, after=0.3)


def files_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_comes_out_and_the_recording_stays(talk, tmp_path):
    before, told = talk.read_bytes(), []
    done = cutroom.subtitles(talk, on_progress=lambda *state: told.append(state))
    assert done.path == tmp_path / "talk.srt"
    assert (done.engine, done.language) == ("pocketsphinx", "en")
    assert done.trust.endswith(".")
    again = read_subtitles(done.path.read_bytes(), "talk.srt").track
    assert [(float(cue.start), visible(cue.text)) for cue in again.cues] == [
        (pytest.approx(start, abs=0.001), text) for start, _, text in done.cues
    ]
    assert done.cues[0][0] == pytest.approx(0.3, abs=0.3)
    percents = [percent for percent, _ in told]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert talk.read_bytes() == before
    assert files_in(tmp_path) == ["talk.srt", "talk.wav"]


async def test_it_works_inside_a_running_loop_as_notebooks_have(tmp_path):
    quiet = samples.write_audio(tmp_path / "quiet.wav", samples.silence(1.0))
    assert cutroom.subtitles(quiet).cues == ()


@pytest.mark.parametrize("suffix", [".vtt", ".ass", ".ttml", ".json", ".txt", ".SRT"])
def test_the_ending_chooses_the_format(tmp_path, suffix):
    quiet = samples.write_audio(tmp_path / "quiet.wav", samples.silence(1.0))
    goal = tmp_path / f"out{suffix}"
    assert cutroom.subtitles(quiet, goal).path == goal
    head = {".vtt": "WEBVTT", ".ass": "[Script Info]", ".ttml": "<?xml", ".json": "{"}.get(suffix, "")
    assert goal.read_text("utf-8-sig").startswith(head)


def test_a_videos_ending_makes_the_video_with_subtitles(video, tmp_path):
    done = cutroom.subtitles(video, tmp_path / "out.mp4")
    with av.open(str(done.path)) as made, av.open(str(video)) as source:
        assert [stream.type for stream in made.streams] == ["video", "audio", "subtitle"]
        assert packets(made) == packets(source), "nothing is encoded again"
    assert files_in(tmp_path) == ["out.mp4", "talk.mp4"]


def packets(container):
    streams = [stream for stream in container.streams if stream.type != "subtitle"]
    found = [[], []]
    for packet in container.demux(*streams):
        if packet.size:
            found[packet.stream.index].append(bytes(packet))
    return found


def test_translations_lie_beside_the_target(talk, tmp_path, monkeypatch):
    with translator() as url:
        monkeypatch.setenv("CUTROOM_TRANSLATION_URL", url)
        done = cutroom.subtitles(talk, tmp_path / "out.vtt", translate_to=("en", "de", "de"))
    assert done.translations == {"de": tmp_path / "out.de.vtt"}, "English is what is spoken"
    assert any("en is what is spoken" in note for note in done.notes)
    assert files_in(tmp_path) == ["out.de.vtt", "out.vtt", "talk.wav"]
    texts = [
        " ".join(
            " ".join(cue.text.split()) for cue in read_subtitles(path.read_bytes(), path.name).track.cues
        )
        for path in (done.path, done.translations["de"])
    ]
    assert texts[1] == german(texts[0])


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("talk.wav", "unknown_format"),
        ("out.docx", "unknown_format"),
        ("out", "unknown_format"),
        ("out.mp4", "no_picture"),
        ("nowhere/out.srt", "no_such_folder"),
        ("there.srt", "target_exists"),
    ],
)
def test_a_target_that_does_not_fit_is_refused_before_the_work(talk, tmp_path, target, code):
    (tmp_path / "there.srt").write_text("mine")
    with pytest.raises(Refused) as caught:
        cutroom.subtitles(talk, tmp_path / target)
    assert caught.value.code_word == code
    assert caught.value.message.endswith(".")
    assert (tmp_path / "there.srt").read_text() == "mine"
    assert files_in(tmp_path) == ["talk.wav", "there.srt"]


def test_the_video_itself_is_no_target(video):
    with pytest.raises(Refused, match="is the source itself"):
        cutroom.subtitles(video, video, overwrite=True)


@pytest.mark.parametrize("suffix", [".mkv", ".mov", ".webm"])
def test_another_container_is_refused_before_the_work(video, tmp_path, suffix):
    with pytest.raises(Refused, match=r"\.mp4") as caught:
        cutroom.subtitles(video, tmp_path / f"out{suffix}", on_progress=pytest.fail)
    assert caught.value.code_word == "bad_target"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"language": "Klingon, perhaps"}, "invalid_option"),
        ({"glossary": ("x" * 60,)}, "invalid_option"),
        ({"glossary": "x" * 60}, "invalid_option"),  # one term, not its letters
        ({"translate_to": ("x",)}, "invalid_option"),
        ({"translate_to": "german"}, "invalid_option"),
        ({"prompt": 5}, "invalid_option"),
        ({"preset": "loud"}, "unknown_preset"),
        ({"engine": "magic"}, "unknown_engine"),
        ({"language": "de", "engine": "pocketsphinx"}, "language_not_supported"),
        ({"language": "en", "translate_to": ("en",)}, "same_language"),
    ],
)
def test_wrong_options_are_refused(talk, tmp_path, options, code):
    with pytest.raises(CutroomError) as caught:
        cutroom.subtitles(talk, tmp_path / "out.srt", **options)
    assert caught.value.code_word == code
    if code == "invalid_option":
        assert next(iter(options)) in caught.value.message
    assert files_in(tmp_path) == ["talk.wav"]


def test_a_source_that_is_none(tmp_path):
    with pytest.raises(Refused) as caught:
        cutroom.subtitles(tmp_path / "missing.mp4")
    assert caught.value.code_word == "no_such_file"
    (tmp_path / "page.mp4").write_text("<html>" * 100)
    with pytest.raises(CutroomError) as caught:
        cutroom.subtitles(tmp_path / "page.mp4")
    assert caught.value.code_word == "not_media"
    mute = samples.write_video(tmp_path / "mute.mp4", seconds=1)
    with pytest.raises(Refused, match="without audio"):
        cutroom.subtitles(mute)
    assert files_in(tmp_path) == ["mute.mp4", "page.mp4"]


def test_a_silent_video_gets_no_track(tmp_path):
    silent = samples.write_video(tmp_path / "silent.mp4", samples.silence(1.0))
    with pytest.raises(Refused, match="silent") as caught:
        cutroom.subtitles(silent, tmp_path / "out.mp4")
    assert caught.value.code_word == "no_speech"
    assert files_in(tmp_path) == ["silent.mp4"]


def test_a_container_that_cannot_hold_text_gives_way(tmp_path):
    source = write_talk_video(tmp_path / "old.avi", "Good morning everybody.")
    with pytest.raises(Refused, match=r"\.mp4 or \.mkv"):
        cutroom.subtitles(source, tmp_path / "out.mov")
    done = cutroom.subtitles(source, tmp_path / "out.mkv")
    assert done.path.suffix in {".mp4", ".mkv"}
    with av.open(str(done.path)) as container:
        assert len(container.streams.subtitles) == 1
