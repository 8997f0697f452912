"""What a request to the engine can be refused for; the server answers with OpenAI's error objects."""

from __future__ import annotations

from assistant.errors import SightlineError


class BadRequest(SightlineError):
    """A request asks for what the engine does not do. The message never repeats what was sent."""

    def __init__(self, problem: str, *, parameter: str = "") -> None:
        super().__init__(problem)
        self.parameter = parameter
