"""Bodies of uploads, and what arrives of them."""

import asyncio
from collections.abc import AsyncIterator
from functools import cache

from cutroom.base.settings import Settings
from cutroom.library.upload import Rules, receive, staging

BOUNDARY = "----cutroomBoundary7MA4"

TYPE = f"multipart/form-data; boundary={BOUNDARY}"

RULES = Rules(most_bytes=10 * 2**20, reserve_bytes=0)


def part(content: bytes, name: str = "talk.mp4", field: str = "file") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    return head.encode() + b"Content-Type: video/mp4\r\n\r\n" + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


async def sent(body: bytes, size: int = 65536) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@cache
def nobodys() -> Settings:
    """Return settings that every example shares: to read them takes longer than to receive a body."""
    return Settings(_env_file=None)


def received(folder, body: bytes, *, size: int = 65536, kind: str = TYPE, rules: Rules = RULES):
    async def go():
        async with staging(nobodys().model_copy(update={"data": folder})) as place:
            files = await receive(sent(body, size), kind, place, rules)
            return [(f.name, f.path.read_bytes(), f.bytes, f.sha256) for f in files]

    try:
        return asyncio.run(go())
    finally:
        left = list((folder / "scratch" / "uploads").glob("**/*"))
        assert left == []
