"""The command line: what `sightline …` takes and prints. Each command imports what it needs when it runs."""

from assistant.cli.app import app

__all__ = ["app"]
