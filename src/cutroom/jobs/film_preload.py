"""Loaded by the process that children are forked from: every layer and format, ready to be drawn with."""

from __future__ import annotations

from cutroom.jobs import film_work

film_work.preload()
