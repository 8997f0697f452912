"""Ask an engine in a process of its own, through the client library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2  # what openai itself uses
import openai

from harness.asking import FACTS, SAVE, data_uri, drawn

LIMIT_SECONDS = 100


async def ask(path: Path) -> str | None:
    """Return the answer to a question about a drawn picture."""
    image = {"url": data_uri(drawn(1)), "detail": "low"}
    parts = [{"type": "image_url", "image_url": image}, *({"type": "text", "text": text} for text in (FACTS, SAVE))]
    web = httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(uds=str(path)), timeout=LIMIT_SECONDS)
    async with openai.AsyncOpenAI(
        api_key="none", base_url="http://engine/v1", http_client=web, max_retries=0
    ) as client:
        messages: Any = [{"role": "user", "content": parts}]
        answer = await client.chat.completions.create(model="any", messages=messages, max_tokens=8)
        return str(answer.choices[0].message.content)
