"""`transformers serve`, a real server of somebody else's. Run as a program.

    python -m harness.transformers_serve FOLDER

Where the folder holds no model, a tiny one is built there first.

Its processors are loaded as ours are, because its own loader wants torchvision even for pictures. A model
built here has random weights: what it answers means nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
import transformers

from assistant.engine.processors import load_processor
from harness.tiny_models import build


def _processor(folder: str, **_options: Any) -> Any:
    return load_processor(Path(folder))


def _serve(folder: Path) -> int:
    torch.set_num_threads(1)
    library: Any = transformers
    library.AutoProcessor.from_pretrained = staticmethod(_processor)
    from transformers.cli.transformers import main  # noqa: PLC0415 - it reads what was just replaced

    sys.argv = ["transformers", "serve", str(folder), "--host", "127.0.0.1", "--port", "0", "--device", "cpu"]
    main()  # type: ignore[no-untyped-call]  # theirs
    return 0


if __name__ == "__main__":
    given = Path(sys.argv[1])
    sys.exit(_serve(given if (given / "config.json").is_file() else build("glm46v", given)))
