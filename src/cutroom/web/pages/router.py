"""The router of all pages, in the order in which paths are tried."""

from __future__ import annotations

from cutroom.gate import Router
from cutroom.web.pages import (
    assets,
    entrance,
    jobs,
    keys,
    make_subtitles,
    noise_removal,
    open_subtitles,
    projects,
    subtitle_jobs,
    subtitles,
    template_parts,
    templates,
    theme,
)
from cutroom.web.static_files import router as static_files

pages = Router(include_in_schema=False)
_MODULES = (
    entrance,
    projects,
    assets,
    noise_removal,
    make_subtitles,
    open_subtitles,
    subtitles,
    subtitle_jobs,
    template_parts,
    templates,
    jobs,
    keys,
    theme,
)
for _module in _MODULES:
    pages.include_router(_module.router)
pages.include_router(static_files)
