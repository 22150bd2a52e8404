import pytest

from cutroom.web import notices
from cutroom.web.render import safe_address
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


def test_a_notice_is_one_of_our_sentences():
    assert notices.text("project-created")
    assert notices.text("<b>You won</b>") is None
    assert notices.text(None) is None


def test_static_addresses_change_with_the_content_and_only_ours_exist():
    assert static_url("cutroom.css").startswith("/static/cutroom.css?v=")
    assert static_url("../render.py") == ""
    assert static_url(".hidden") == ""
    assert static_url("nothing.css") == ""
