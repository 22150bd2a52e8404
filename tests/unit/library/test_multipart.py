"""Multipart bodies as clients send them: whole, in crumbs, wrong, cut, too large."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.base.errors import Refused, TooLarge
from cutroom.base.settings import Settings
from cutroom.library import upload
from cutroom.library.upload import Rules, check_announced, receive, staging
from cutroom.storage import DiskFull

BOUNDARY = "----cutroomBoundary7MA4"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"
RULES = Rules(most_bytes=10 * 2**20, reserve_bytes=0)


def part(content: bytes, name: str = "talk.mp4", field: str = "file") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    return head.encode() + b"Content-Type: video/mp4\r\n\r\n" + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


async def sent(body: bytes, size: int = 65536) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@cache
def nobodys() -> Settings:
    """Return settings that every example shares: to read them takes longer than to receive a body."""
    return Settings(_env_file=None)


def received(folder, body: bytes, *, size: int = 65536, kind: str = TYPE, rules: Rules = RULES):
    async def go():
        async with staging(nobodys().model_copy(update={"data": folder})) as place:
            files = await receive(sent(body, size), kind, place, rules)
            return [(f.name, f.path.read_bytes(), f.bytes, f.sha256) for f in files]

    try:
        return asyncio.run(go())
    finally:
        left = list((folder / "scratch" / "uploads").glob("**/*"))
        assert left == []


def test_several_files_come_in_order(tmp_path):
    files = received(tmp_path, form(part(b"one", "1.wav"), part(b"", "2.wav"), part(b"three", "ü 3.wav")))
    assert [(name, content) for name, content, _, _ in files] == [
        ("1.wav", b"one"),
        ("2.wav", b""),
        ("ü 3.wav", b"three"),
    ]
    assert [(size, digest) for _, _, size, digest in files] == [
        (len(content), hashlib.sha256(content).hexdigest()) for content in (b"one", b"", b"three")
    ]


@settings(max_examples=30)
@given(
    content=st.binary(max_size=300)
    | st.lists(st.sampled_from([b"\r", b"\n", b"-", b"\r\n--", BOUNDARY.encode()]), max_size=8).map(b"".join),
    size=st.integers(1, 400),
)
def test_any_content_survives_any_cut_into_pieces(tmp_path_factory, content, size):
    if b"\r\n--" + BOUNDARY.encode() in b"\r\n" + content:
        return  # no client may choose a boundary that its file contains
    folder = tmp_path_factory.mktemp("upload")
    block, upload._BLOCK = upload._BLOCK, 1
    try:
        ((_, found, length, digest),) = received(folder, form(part(content)), size=size)
    finally:
        upload._BLOCK = block
    assert (found, length, digest) == (content, len(content), hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("cut", [1, 30, 100, 200, 1000])
def test_a_body_that_ends_early_is_refused(tmp_path, cut):
    body = form(part(b"x" * 1000))
    with pytest.raises(Refused) as error:
        received(tmp_path, body[:-cut] if cut > 1 else body[: -len(BOUNDARY)])
    assert error.value.code_word in {"upload_incomplete", "invalid_multipart"}


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"", TYPE, "upload_incomplete"),
        (form(), TYPE, "missing_file"),
        (b"no boundary in here at all", TYPE, "invalid_multipart"),
        (form(part(b"x", field="video")), TYPE, "unknown_field"),
        (form(part(b"x")), "multipart/form-data", "invalid_multipart"),
        (form(part(b"x")), "multipart/form-data; boundary=" + "x" * 300, "invalid_multipart"),
        (form(part(b"x")), "text/plain; boundary=x", "invalid_multipart"),
        (form(part(b"x")), "", "invalid_multipart"),
        (form(*[part(b"x")] * 101), TYPE, "too_many_files"),
        (form(part(b"x", "n" * 10_000)), TYPE, "invalid_multipart"),
    ],
)
def test_wrong_bodies_are_refused_in_a_sentence(tmp_path, body, kind, code):
    with pytest.raises(Refused) as error:
        received(tmp_path, body, kind=kind)
    assert error.value.code_word == code
    assert error.value.message.endswith(".")


def test_the_limit_counts_what_really_comes(tmp_path):
    rules = Rules(most_bytes=1000, reserve_bytes=0)
    assert received(tmp_path, form(part(b"x" * 600), part(b"x" * 400)), rules=rules)
    with pytest.raises(TooLarge) as error:
        received(tmp_path, form(part(b"x" * 600), part(b"x" * 401)), rules=rules)
    assert (error.value.status, error.value.code_word) == (413, "upload_too_large")


def test_the_limit_is_checked_before_a_byte_is_read(tmp_path):
    with pytest.raises(TooLarge):
        check_announced(str(30 * 2**30), tmp_path, Rules(20 * 2**30, 0))
    check_announced(None, tmp_path, RULES)
    check_announced("not a number", tmp_path, RULES)


def test_a_disk_without_room_is_said_before_and_during(tmp_path):
    full = Rules(most_bytes=2**62, reserve_bytes=2**61)
    with pytest.raises(DiskFull, match="were needed") as error:
        check_announced("1000", tmp_path, full)
    assert error.value.status == 507
    with pytest.raises(DiskFull):
        received(tmp_path, form(part(bytes(17 * 2**20))), rules=full)


async def test_a_client_that_goes_away_leaves_nothing(tmp_path):
    class Gone(Exception):
        pass

    async def interrupted():
        yield part(bytes(3 * 2**20))
        raise Gone

    with pytest.raises(Gone):
        async with staging(Settings(_env_file=None, data=tmp_path)) as place:
            await receive(interrupted(), TYPE, place, RULES)
    assert list((tmp_path / "scratch" / "uploads").iterdir()) == []
