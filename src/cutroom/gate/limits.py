"""The `RateLimit` headers (draft-ietf-httpapi-ratelimit-headers-10) of an error that says its limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def headers_of(details: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers for details with `policy`, `limit`, `remaining` and perhaps `windowSeconds`.

    Limits of things that exist at a time, such as unfinished jobs, have no window.
    """
    if not {"policy", "limit", "remaining"} <= details.keys():
        return {}
    policy = f'"{details["policy"]}"'
    window = details.get("windowSeconds")
    described = f"{policy};q={details['limit']}" + (f";w={window}" if window else "")
    return {"RateLimit-Policy": described, "RateLimit": f"{policy};r={details['remaining']}"}
