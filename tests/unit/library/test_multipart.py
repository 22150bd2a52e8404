"""Multipart bodies as clients send them: whole, in crumbs, wrong, cut, too large."""

import hashlib

import pytest

from cutroom.base.errors import Refused, TooLarge
from cutroom.base.settings import Settings
from cutroom.library.upload import Rules, check_announced, receive, staging
from cutroom.storage import DiskFull
from multipart_bodies import BOUNDARY, RULES, TYPE, form, part, received


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
