"""The document and its page: complete, without a script, the same for every route."""

from datetime import datetime
from types import SimpleNamespace
from typing import Annotated

import httpx
import pytest
from pydantic import Field, ValidationError

from cutroom.api import create_app
from cutroom.api.model import Body, check_text
from cutroom.api.openapi import errors
from cutroom.api.paging import cut_page, read_cursor
from cutroom.base.errors import Refused
from cutroom.base.ids import new_id
from cutroom.base.settings import Settings
from cutroom.database import Database


@pytest.fixture
def app():
    database = Database("postgresql://nowhere")
    platform = SimpleNamespace(settings=Settings(_env_file=None), database=database, secret="s" * 32)
    return create_app(platform, modules=["auth", "keys"])


def test_the_gate_describes_itself_in_every_operation(app) -> None:
    document = app.openapi()
    make = document["paths"]["/api/keys"]["post"]
    assert make["security"] == [{"cookie": []}, {"bearer": []}]
    assert make["operationId"] == "createKey"
    assert {"201", "400", "401", "403", "409", "413", "500", "503"} <= set(make["responses"])
    assert "422" not in make["responses"]
    [key] = [one for one in make["parameters"] if one["in"] == "header"]
    assert key["name"] == "Idempotency-Key"
    read = document["paths"]["/api/keys"]["get"]
    assert not {"403", "409", "413"} & set(read["responses"])
    assert "security" not in document["paths"]["/api/auth/login"]["post"]
    assert document["components"]["schemas"]["Error"]["required"] == ["success", "message", "code"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert document["components"]["schemas"]["NewKey"]["additionalProperties"] is False


def test_own_words_for_an_error() -> None:
    described = errors(404, 409, _404="No such project.")
    assert described[404]["description"] == "No such project."
    assert described[409]["content"]["application/json"]["example"]["success"] is False


async def test_the_page_has_every_operation_and_no_script(app) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        page = await client.get("/api/docs")
        document = await client.get("/api/openapi.json")
        style = await client.get("/api/docs.css")
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert "http://" not in page.text.replace("http://localhost", "")
    assert "https://" not in page.text
    for path in document.json()["paths"]:
        assert path in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert style.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("content", [{}, {"a": ["b", {"c": None}]}, [[[]]], "ä\U0001f600", 5])
def test_text_that_can_be_stored(content: object) -> None:
    check_text(content)


@pytest.mark.parametrize("content", ["\x00", {"\x00": 1}, [["a", "\ud800"]], {"a": {"b": "\udfff"}}])
def test_text_that_cannot_be_stored(content: object) -> None:
    with pytest.raises(ValueError, match="NUL"):
        check_text(content)


def test_bodies_know_only_camel_case() -> None:
    class Wish(Body):
        frame_count: int

    assert Wish.model_validate({"frameCount": 1}).frame_count == 1
    with pytest.raises(ValidationError):
        Wish.model_validate({"frame_count": 1})


class Strict(Body):
    count: int = 1
    ratio: float | None = None
    is_public: bool = False
    name: str = ""
    moment: datetime | None = None
    bounded: Annotated[int, Field(ge=1)] = 1


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ({"count": "5"}, "should be a number"),
        ({"count": True}, "should be a number"),
        ({"count": 1.5}, "should be a number"),
        ({"count": None}, "should be a number"),
        ({"ratio": "0.5"}, "should be a number or null"),
        ({"ratio": False}, "should be a number or null"),
        ({"isPublic": 0}, "should be a boolean"),
        ({"isPublic": "yes"}, "should be a boolean"),
        ({"bounded": "2"}, "should be a number"),
    ],
)
def test_wrong_types_are_not_guessed(content: dict, rule: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Strict.model_validate(content)
    assert refused.value.errors()[0]["msg"] == rule


def test_right_types() -> None:
    content = {"count": 2, "ratio": 1, "isPublic": True, "moment": "2026-11-21T10:30:00Z", "bounded": 3}
    assert Strict.model_validate(content).ratio == 1.0
    assert Strict.model_validate({"ratio": None}).ratio is None


def test_pages() -> None:
    rows = [{"id": new_id()} for _ in range(3)]
    assert cut_page(rows, 3, lambda row: row["id"]) == ([row["id"] for row in rows], None)
    shown, following = cut_page(rows, 2, lambda row: row["id"])
    assert len(shown) == 2
    assert read_cursor(following) == rows[1]["id"]
    assert read_cursor(None) is None
    for wrong in ("", "x", "5" * 36):
        with pytest.raises(Refused) as refused:
            read_cursor(wrong)
        assert refused.value.code_word == "invalid_cursor"
