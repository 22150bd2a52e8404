"""Floor 6: health; reads what the other rooms wrote."""

from cutroom.monitor.health import Health, check

__all__ = ["Health", "check"]
