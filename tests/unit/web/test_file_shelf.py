from datetime import UTC, datetime
from uuid import UUID

from cutroom.web.file_shelf import arrange

AT = datetime(2026, 11, 21, tzinfo=UTC)


def _asset(number, kind, job=None, source=None):
    return {
        "id": UUID(int=number),
        "name": f"{number}.{kind}",
        "kind": kind,
        "source_job_id": UUID(int=job) if job else None,
        "source_name": source,
        "created_at": AT,
    }


def test_recordings_come_first_and_what_a_job_wrote_is_folded():
    newest_first = [
        _asset(9, "document", 2, "talk.mp4"),
        _asset(8, "subtitles", 2, "talk.mp4"),
        _asset(7, "subtitles"),
        _asset(6, "audio", 3, "talk.mp4"),
        _asset(5, "subtitles", 1),
        _asset(4, "subtitles", 1),
        _asset(3, "subtitles", 4, "memo.wav"),
        _asset(1, "video"),
    ]
    shelf = arrange(newest_first)
    assert [asset["id"].int for asset in shelf.cards] == [6, 1, 7, 3]
    assert [[file["id"].int for file in folder.files] for folder in shelf.folders] == [[8, 9], [4, 5]]
    assert [folder.title for folder in shelf.folders] == [
        "Subtitle files of talk.mp4 (2)",
        "Subtitle files: 4.subtitles and others (2)",
    ]


def test_no_files_are_an_empty_shelf():
    shelf = arrange([])
    assert not shelf.cards
    assert not shelf.folders
