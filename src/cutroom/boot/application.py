"""The application: HTTP for programs and pages for people behind one gate."""

from __future__ import annotations

import importlib
import importlib.util
from importlib.metadata import version

from fastapi import FastAPI

from cutroom.api import create_app
from cutroom.gate import Platform


def create_application(platform: Platform) -> FastAPI:
    """Make the application of an opened platform; the caller opens and closes the platform.

    The pages are left out where their room is not installed: the API works alone.
    """
    app = create_app(platform, version=version("cutroom"))
    if importlib.util.find_spec("cutroom.web") is not None:
        importlib.import_module("cutroom.web").install(app, platform)
    return app
