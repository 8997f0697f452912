"""What is on the screen, as a Scene."""

from assistant.look.look import Look
from assistant.look.snapshot import Snapshot

__all__ = ["Look", "Snapshot"]
