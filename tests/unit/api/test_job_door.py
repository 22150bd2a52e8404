"""How the door of the job kinds reads a body: nothing is guessed."""

import json

import pytest
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request

from cutroom.api.ai import read_request
from cutroom.base.errors import Refused
from cutroom.jobs.kind import kinds

IDS = {
    "assetId": "0199aa00-0000-7000-8000-000000000003",
    "projectId": "0199aa00-0000-7000-8000-000000000002",
}


def sent(content):
    async def receive():
        return {"type": "http.request", "body": content, "more_body": False}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


async def read(**fields):
    return await read_request(kinds.load("noise-removal"), sent(json.dumps(IDS | fields).encode()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"strength": "0.5"},
        {"strength": True},
        {"strength": [1]},
        {"keepMusic": "yes"},
        {"keepMusic": 1},
        {"priority": "3"},
        {"priority": True},
        {"loudness": "-16"},
        {"engine": 5},
        {"preview": "false"},
    ],
)
async def test_a_value_of_another_type_is_refused(wrong):
    with pytest.raises(RequestValidationError) as caught:
        await read(**wrong)
    (problem,) = caught.value.errors()
    assert problem["loc"] == ("body", *wrong)


async def test_values_of_their_types_are_read():
    wanted = await read(strength=1, keepMusic=True, loudness=None, priority=-3, previewStart=2.5)
    assert (wanted.strength, wanted.keep_music, wanted.loudness) == (1, True, None)
    assert (wanted.priority, wanted.preview_start) == (-3, 2.5)


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b"\xff\xfe\x00", b"null", b'{"assetId": "\\u0000"}', b"[" * 5000]
)
async def test_what_is_no_object_is_refused(content):
    with pytest.raises(Refused):
        await read_request(kinds.load("noise-removal"), sent(content))
