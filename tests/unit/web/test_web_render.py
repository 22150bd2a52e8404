import pytest
from fastapi.routing import iter_route_contexts
from starlette.requests import Request

from cutroom.base.errors import Refused
from cutroom.web import notices, pages
from cutroom.web.render import read_form, safe_address
from cutroom.web.static_files import static_url


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "evil",
        "/a\\b",
        "/a\r\nb",
        "/\t/evil.example",
        "javascript:alert(1)",
    ],
)
def test_addresses_that_lead_elsewhere_are_not_followed(address):
    assert safe_address(address) == "/projects"


@pytest.mark.parametrize(
    "address", ["/projects", "/jobs?status=failed", "/projects/1#assets", "/a?next=https://b"]
)
def test_own_addresses_are_followed(address):
    assert safe_address(address) == address


def test_no_path_carries_a_secret():
    paths = [route.path for route in iter_route_contexts(pages.routes)]
    assert "/sign-in" in paths
    assert [path for path in paths if "token" in path] == [], "paths stand in the log"


@pytest.mark.parametrize("body", [b"name=a%00b", b"a%00=1"])
async def test_forms_with_nul_are_refused(body):
    async def receive():
        return {"type": "http.request", "body": body}

    kind = (b"content-type", b"application/x-www-form-urlencoded")
    request = Request({"type": "http", "method": "POST", "headers": [kind]}, receive)
    with pytest.raises(Refused) as caught:
        await read_form(request)
    assert caught.value.code_word == "invalid_characters"


def test_a_notice_is_one_of_our_sentences():
    assert notices.text("project-created")
    assert notices.text("<b>You won</b>") is None
    assert notices.text(None) is None


def test_static_addresses_change_with_the_content_and_only_ours_exist():
    assert static_url("cutroom.css").startswith("/static/cutroom.css?v=")
    assert static_url("../render.py") == ""
    assert static_url(".hidden") == ""
    assert static_url("nothing.css") == ""
