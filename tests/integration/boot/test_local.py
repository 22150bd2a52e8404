"""cutroom.denoise(): here and now, from a script or a notebook, never over the recording itself."""

import av
import pytest

import cutroom
import samples
from cutroom.base.errors import Refused


@pytest.fixture
def talk(tmp_path):
    return samples.write_audio(tmp_path / "talk.wav", samples.speech(2.0) + samples.noise(2.0, level=-40))


def test_a_file_comes_out_and_the_recording_stays(talk, tmp_path):
    before = talk.read_bytes()
    done = cutroom.denoise(talk, tmp_path / "clean.mp3")
    assert done.path == tmp_path / "clean.mp3"
    assert done.measured["after"]["noiseFloor"] < done.measured["before"]["noiseFloor"]
    assert talk.read_bytes() == before


async def test_it_works_inside_a_running_loop_as_notebooks_have(talk):
    assert cutroom.denoise(talk).path.name == "talk (cleaned).flac"


def test_the_recording_itself_is_no_target(talk):
    with pytest.raises(Refused, match="is the source itself") as caught:
        cutroom.denoise(talk, talk, overwrite=True)
    assert caught.value.code_word == "target_is_source"


def test_another_file_is_replaced_only_when_asked(talk, tmp_path):
    (tmp_path / "there.flac").write_text("mine")
    with pytest.raises(Refused, match="overwrite=True"):
        cutroom.denoise(talk, tmp_path / "there.flac")
    assert (tmp_path / "there.flac").read_text() == "mine"
    cutroom.denoise(talk, tmp_path / "there.flac", overwrite=True)


@pytest.mark.parametrize("option", [{"strength": 2}, {"loudness": 5}, {"keep_music": "perhaps"}])
def test_wrong_options_are_refused_by_name(talk, option):
    with pytest.raises(Refused, match=next(iter(option))) as caught:
        cutroom.denoise(talk, **option)
    assert caught.value.code_word == "invalid_option"


def test_a_container_that_cannot_hold_the_sound_gives_way(tmp_path):
    talk = samples.speech(1.0)
    source = samples.write_video(tmp_path / "old.avi", talk, seconds=1)
    done = cutroom.denoise(source)
    with av.open(str(done.path)) as container:
        assert "mp4" in container.format.name
    assert done.path.suffix == ".mp4"


def test_the_module_lists_what_it_offers():
    assert {"Denoised", "denoise"} <= set(dir(cutroom))
