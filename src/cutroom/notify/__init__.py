"""Floor 4: live events. What changed, told to those who may know, as it happens."""

from cutroom.notify.feed import Change, Feed

__all__ = ["Change", "Feed"]
