"""No integer of any request is without an upper bound."""

from types import SimpleNamespace
from typing import Any

from cutroom.api import create_app
from cutroom.base.settings import Settings


def endless_integers(document: dict[str, Any], node: Any, seen: set[str]) -> list[Any]:
    """Return the integers below a node of a document, references followed, that have no upper bound."""
    if isinstance(node, list):
        return [found for one in node for found in endless_integers(document, one, seen)]
    if not isinstance(node, dict):
        return []
    if name := node.get("$ref", "").rpartition("/")[2]:
        known = name in seen
        seen.add(name)
        return [] if known else endless_integers(document, document["components"]["schemas"][name], seen)
    is_bounded = node.keys() & {"maximum", "exclusiveMaximum", "enum", "const"}
    here = [node] if node.get("type") == "integer" and not is_bounded else []
    return here + [found for one in node.values() for found in endless_integers(document, one, seen)]


def test_every_integer_of_a_request_has_an_upper_bound() -> None:
    # One that PostgreSQL cannot hold ends as "a bug" instead of a sentence about the value.
    nothing = SimpleNamespace(**dict.fromkeys(("database", "storage", "sandbox", "tickets", "feed")))
    nothing.settings, nothing.secret = Settings(_env_file=None), ""
    document = create_app(nothing).openapi()
    asked = [
        (method, path, part)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for part in (operation.get("parameters"), operation.get("requestBody"))
    ]
    assert len(asked) > 100
    for method, path, part in asked:
        assert not endless_integers(document, part, set()), (method, path)
