"""Every page: one module per noun, one router over all of them."""

from cutroom.web.pages.router import pages

__all__ = ["pages"]
