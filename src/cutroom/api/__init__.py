"""Floor 8: HTTP for programs: one module of routes per noun, one OpenAPI document over all."""

from cutroom.api.app import create_app

__all__ = ["create_app"]
