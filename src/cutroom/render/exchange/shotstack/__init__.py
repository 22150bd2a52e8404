"""Edits of Shotstack's format as templates, with a note for everything that could not be carried over."""

from cutroom.render.exchange.shotstack.edit import Imported, import_shotstack
from cutroom.render.exchange.shotstack.fields import Note

__all__ = ["Imported", "Note", "import_shotstack"]
