"""cutroom.subtitles(): here and now, and what it says it has written is there."""

import pytest

import cutroom
import samples


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
