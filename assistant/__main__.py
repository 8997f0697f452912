"""`sightline …`, and `python -m assistant`.

The daemon, and the commands that the desktop's own shortcuts run, do without the command line's library:
it costs them 55 ms and 7 MB (python -X importtime -c "import typer").
"""

from __future__ import annotations

import sys

from assistant.commands import BY_ID
from assistant.errors import SightlineError


def main() -> None:
    """Run what the arguments say, and exit with its status."""
    try:
        sys.exit(_run(sys.argv[1:]))
    except SightlineError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_status)


def _run(arguments: list[str]) -> int:
    match arguments:
        case ["run"]:
            from assistant.daemon import main as run_daemon

            return run_daemon()
        case [command] if command in BY_ID and command != "pause":
            from assistant.config import runtime_folder
            from assistant.host.asking import ask

            ask(runtime_folder() / "control.sock", {"request": "command", "id": command})
            return 0
        case _:
            from assistant.cli import app

            app()
            return 0


if __name__ == "__main__":
    main()
