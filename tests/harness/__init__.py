"""What tests of the desktop share: windows of every toolkit, an ear at the sound sink, what was uttered."""

from __future__ import annotations

WAIT_SECONDS = 30.0
"""The one limit on every wait of a test. Nothing needs it; it is there to fail instead of hanging."""
