"""Floor 1: durable tickets. The only room that knows procrastinate."""

from cutroom.queue.tickets import Tickets, install

__all__ = ["Tickets", "install"]
