import pytest

from cutroom.web.pages.open_subtitles import likely_recording


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("talk.de.srt", "talk.mp4"),
        ("TALK (de).srt", "talk.mp4"),
        ("talk-2.srt", "talk-2.mkv"),
        ("other.srt", None),
    ],
)
def test_a_file_belongs_to_the_recording_it_is_named_after(name, expected):
    recordings = [{"id": each, "name": each} for each in ("talk.mp4", "talk-2.mkv", "memo.wav")]
    assert likely_recording(name, recordings) == expected


def test_the_only_recording_is_the_likely_one():
    assert likely_recording("x.srt", [{"id": 7, "name": "talk.mp4"}]) == 7
    assert likely_recording("x.srt", []) is None
