"""Floor 8: pages for people, made on the server; TypeScript islands only where HTML ends."""

from cutroom.web.install import install
from cutroom.web.pages import pages

__all__ = ["install", "pages"]
