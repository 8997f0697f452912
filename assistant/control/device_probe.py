"""Say as JSON where a model of so many bytes would compute, and why.

`python -m assistant.control.device_probe BYTES [WISH…]`; a wish is `device=cpu`, as the settings have it.

A process of its own, because it loads torch: `sightline doctor` runs it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from assistant.engine.devices import Wish, choose, examine_machine
from assistant.errors import SightlineError


def main() -> None:
    """Print one line."""
    try:
        told = asdict(choose(examine_machine(), int(sys.argv[1]), Wish.from_arguments(sys.argv[2:])))
    except SightlineError as error:
        told = {"error": str(error)}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
