"""Say as JSON where a model of so many bytes would compute, and why: `python -m assistant.control.device_probe BYTES`.

A process of its own, because it loads torch: `sightline doctor` runs it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from assistant.engine.devices import choose, examine_machine
from assistant.errors import SightlineError


def main() -> None:
    """Print one line."""
    try:
        told = asdict(choose(examine_machine(), int(sys.argv[1])))
    except SightlineError as error:
        told = {"error": str(error)}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
