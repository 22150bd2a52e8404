"""From a staged file to a row, and back to nothing where something fails in between."""

import asyncio
import hashlib
from pathlib import Path

import pytest

import samples
from cutroom.base.errors import BrokenMedia, NotFound
from cutroom.library import ingest, projects
from cutroom.library.upload import Staged
from cutroom.storage import DiskFull


def stage(path: Path, name: str = "talk") -> Staged:
    content = path.read_bytes()
    return Staged(path, name, len(content), hashlib.sha256(content).hexdigest())


def names_in(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir())


@pytest.fixture
def sound(tmp_path) -> Path:
    return samples.write_audio(tmp_path / "in.wav", samples.tone(0.5))


async def put(library, staged) -> list:
    async with (
        ingest.prepared(library, library.owner_id, staged, library.folder) as items,
        library.database.transaction() as connection,
    ):
        return await ingest.add(connection, library.project_id, library.owner_id, items)


async def test_a_sound_gets_its_row_and_its_waveform(library, sound):
    (row,) = await put(library, [stage(sound)])
    assert (row["kind"], row["mime_type"], row["name"]) == ("audio", "audio/wav", "talk")
    assert row["waveform_file_id"]
    assert row["poster_file_id"] is None
    assert len(await library.keys()) == 2
    assert not sound.exists()
    assert names_in(library.folder) == []


async def test_a_project_deleted_meanwhile_leaves_nothing(library, sound):
    async def upload():
        async with ingest.prepared(library, library.owner_id, [stage(sound)], library.folder) as items:
            assert len(await library.keys()) == 2
            async with library.database.transaction() as connection:
                assert await projects.delete(connection, library.project_id, library.owner_id)
            async with library.database.transaction() as connection:
                await ingest.add(connection, library.project_id, library.owner_id, items)

    with pytest.raises(NotFound) as error:
        await upload()
    assert error.value.code_word == "project_not_found"
    assert await library.keys() == []


async def test_a_cancelled_upload_leaves_nothing(library, sound):
    ready = asyncio.Event()

    async def upload():
        async with ingest.prepared(library, library.owner_id, [stage(sound)], library.folder):
            ready.set()
            await asyncio.sleep(60)

    task = asyncio.ensure_future(upload())
    await ready.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await library.keys() == []


async def test_a_disk_that_fills_up_while_keeping_leaves_nothing(library, sound):
    original = library.storage.put

    async def put_until_full(key, path, *, take=False):
        if path.suffix == ".wav":
            raise DiskFull
        await original(key, path, take=take)

    library.storage.put = put_until_full
    with pytest.raises(DiskFull):
        await put(library, [stage(sound)])
    library.storage.put = original
    assert await library.keys() == []


async def test_a_failed_upload_spares_files_that_others_name(library, sound, tmp_path):
    """The second upload brings a known sound and a broken file: the first one's bytes stay."""
    await put(library, [stage(sound)])
    kept = await library.keys()
    samples.write_audio(tmp_path / "in.wav", samples.tone(0.5))
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"words " * 100)
    with pytest.raises(BrokenMedia) as error:
        await put(library, [stage(sound), stage(broken, "broken.mp4")])
    assert error.value.details["file"] == "broken.mp4"
    assert sorted(await library.keys()) == sorted(kept)


async def test_a_picture_that_cannot_be_drawn_is_no_reason_to_refuse(library, sound, monkeypatch):
    """Too little time for the waveform: the asset is there, without it."""
    monkeypatch.setattr(ingest, "make_waveform", never_ends)
    monkeypatch.setattr(ingest, "LIMITS", ingest.Limits(memory_bytes=2**30, seconds=1.5))
    (row,) = await put(library, [stage(sound)])
    assert row["waveform_file_id"] is None
    assert row["media"]["hasAudio"] is True


def never_ends(path: Path) -> None:
    while path:
        pass


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [
        (b"1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n", "application/x-subrip"),
        (b"\xef\xbb\xbfWEBVTT\n\n00:01.000 --> 00:02.000\nHello\n", "text/vtt"),
        (b"1\n0:0:1.5 -> 0:0:2\nHello\n", "application/x-subrip"),
        ("1\n00:00:01,000 --> 00:00:02,000\nЖижи\n".encode("utf-16-le"), "application/x-subrip"),
        ("1\n00:00:01,000 --> 00:00:02,000\nЖижи\n".encode("cp1251"), "application/x-subrip"),
    ],
)
async def test_subtitles_are_known_by_their_content_also_with_faults(library, tmp_path, content, mime_type):
    path = tmp_path / "in"
    path.write_bytes(content)
    (row,) = await put(library, [stage(path)])
    assert (row["kind"], row["mime_type"]) == ("subtitles", mime_type)


async def test_a_text_that_is_no_subtitles_is_still_refused(library, tmp_path):
    path = tmp_path / "in.srt"
    path.write_bytes(b"Dear Sir, at 10:30 --> the station.\n" * 20)
    with pytest.raises(BrokenMedia) as error:
        await put(library, [stage(path, "in.srt")])
    assert error.value.code_word == "not_media"
