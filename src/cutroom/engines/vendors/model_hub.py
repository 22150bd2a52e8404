"""The hub that models are fetched from: does it answer, what does a model consist of, and its files."""

from __future__ import annotations

import httpx

from cutroom.base.errors import CutroomError
from cutroom.network import NetworkLimits, connect, network_errors
from cutroom.network.fetch import parse_url

MODEL_MISSING = "model_missing"
"""The code of Unsupported where a model could be fetched; `details["fetches"]` says what."""

_PROBE_SECONDS = 3.0
"""A hub that does not exist is noticed in 0.6 s; one that swallows packets would never be (measured)."""


def reach(hub: str) -> str | None:
    """Ask whether the hub answers, for at most 3 s.

    Returns:
        None when it does; else why not, in one sentence.
    """
    try:
        place = parse_url(hub)
        limits = NetworkLimits(
            seconds=_PROBE_SECONDS, connect_seconds=_PROBE_SECONDS, allowed_hosts=(host_and_port(place),)
        )
        with connect(limits) as client, network_errors(f"The model hub {place.host}"):
            client.head(place)
    except CutroomError as error:
        return error.message
    return None


def host_and_port(place: httpx.URL) -> str:
    """Return `host:port` of an address: an operator's own, which may be private."""
    port = place.port or (443 if place.scheme == "https" else 80)
    host = f"[{place.host}]" if ":" in place.host else place.host
    return f"{host}:{port}"
