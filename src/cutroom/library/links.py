"""Links that let anybody who has them read one thing until they expire."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from urllib.parse import urlencode

from cutroom.base.errors import Forbidden

VALID_SECONDS = 12 * 3600
_STEP = 3600  # links made within an hour are equal, so that a browser's cache knows them again
_PURPOSE = b"cutroom links 1"


class Links:
    """Signs paths of this server with a key derived from the platform's secret."""

    def __init__(self, secret: str) -> None:
        """Derive the key, so that nothing else the secret signs can pass for a link."""
        self._key = hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).digest()

    def sign(self, path: str, *, seconds: int = VALID_SECONDS) -> str:
        """Return `path` with its expiry and signature as a query.

        Args:
            path: An absolute path without a query.
            seconds: The least time that the link holds; an hour longer at most.
        """
        expires = -(-(int(time.time()) + seconds) // _STEP) * _STEP
        query = urlencode({"expires": expires, "signature": self._signature(path, str(expires))})
        return f"{path}?{query}"

    def check(self, path: str, query: Mapping[str, str]) -> bool:
        """Say whether a request's query carries a valid signature of its path.

        Returns:
            True for a valid signature, False where the query has none.

        Raises:
            Forbidden: With code `link_invalid` or `link_expired`.
        """
        signature, expires = query.get("signature"), query.get("expires")
        if signature is None and expires is None:
            return False
        # Compared before the time is looked at: a forged link learns nothing of ours.
        expected = self._signature(path, expires or "")
        if not hmac.compare_digest(expected.encode(), (signature or "").encode("utf-8", "replace")):
            raise Forbidden("This link is not complete or was changed; copy it again.", code="link_invalid")
        if int(expires or 0) < time.time():
            raise Forbidden("This link has expired; ask for a new one.", code="link_expired")
        return True

    def _signature(self, path: str, expires: str) -> str:
        text = f"{path}\n{expires}".encode("utf-8", "replace")
        digest = hmac.new(self._key, text, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
