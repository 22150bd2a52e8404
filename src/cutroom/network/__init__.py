"""Outgoing HTTP with deadlines, size limits, Retry-After and no private addresses. Synchronous."""

from cutroom.network.addresses import AllowList
from cutroom.network.client import NetworkLimits, connect, save_body
from cutroom.network.failures import network_errors, read_retry_after
from cutroom.network.fetch import Fetched, fetch_to_file

__all__ = [
    "AllowList",
    "Fetched",
    "NetworkLimits",
    "connect",
    "fetch_to_file",
    "network_errors",
    "read_retry_after",
    "save_body",
]
