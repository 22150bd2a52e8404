"""The published schema, all of it: valid, the same each time, without a leftover."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator

from cutroom.render.document.schema import template_schema

SCHEMA = template_schema()


def test_document_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)
    assert template_schema() == SCHEMA
    assert not [name for name in SCHEMA["$defs"] if not name.isalnum()]
    written = json.dumps(SCHEMA)
    assert all(f'"#/$defs/{name}"' in written for name in SCHEMA["$defs"])
