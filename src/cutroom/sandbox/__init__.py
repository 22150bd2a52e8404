"""Floor 1: synchronous work in child processes, with limits, progress and a cancel that kills."""

from cutroom.sandbox.limits import ChildCrashed, ChildLost, Limits, MemoryLimit, TimeLimit
from cutroom.sandbox.sandbox import Sandbox

__all__ = ["ChildCrashed", "ChildLost", "Limits", "MemoryLimit", "Sandbox", "TimeLimit"]
