"""The openai library behind our own few words, its errors as ours. Only model_client.py loads this, and late."""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import openai

from assistant.errors import (
    ModelBroken,
    ModelBusy,
    ModelFailed,
    ModelRefused,
    ModelUnreachable,
)

LARGEST_STREAM = 16 << 20  # bytes of one response: LARGEST_TEXT in events of 300 bytes for each character, and more
_OUR_HEADERS = frozenset(["host", "accept", "content-type", "content-length", "accept-encoding", "connection"])
_NOT_TAKEN = frozenset([400, 422])  # a server that knows not every field answers so
_BUSY = frozenset([409, 429, 503, 529])  # 409: our engine, where a newer question came between

for _name in ("openai", "httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # OPENAI_LOG=debug, or a debugging daemon, must not tell more


class Connection:
    """Connections to one server, kept open between questions."""

    def __init__(
        self,
        url: str,
        key: str | None,
        *,
        connect_seconds: float,
        socket: Path | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._key = key
        transport = httpx2.AsyncHTTPTransport(
            verify=trust if trust is not None else False,  # without one there is no TLS to verify
            uds=str(socket) if socket else None,
            trust_env=False,
        )
        self._http = httpx2.AsyncClient(
            transport=_Bounded(transport),
            timeout=httpx2.Timeout(None, connect=connect_seconds),  # for the rest, model_client.py keeps the time
            trust_env=False,  # no proxy, no .netrc
            follow_redirects=False,  # pictures go where the settings say
            event_hooks={"request": [self._dress]},
        )
        self._library = openai.AsyncOpenAI(
            api_key="none", base_url=url, http_client=self._http, max_retries=0, timeout=self._http.timeout
        )

    async def ask(self, body: bytes) -> Events | None:
        """Return the events of the answer's stream, to be closed by the caller; None if the server can't take the body.

        Raises ModelFailed, as does reading the events.
        """
        try:
            stream = await self._library.post(
                "/chat/completions", cast_to=object, content=body, stream=True, stream_cls=openai.AsyncStream[object]
            )
        except openai.APIStatusError as error:
            if error.status_code in _NOT_TAKEN:
                return None
            failure = _refusal(error.status_code)
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            failure = _lost(error)
        else:
            if stream.response.headers.get("content-type", "").partition(";")[0].strip() == "text/event-stream":
                return Events(stream)
            await stream.close()
            failure = _no_answer()
        raise failure  # outside: nothing of the library's error, which may hold a server's words, hangs on it

    async def models(self) -> tuple[str, ...]:
        """Return the names of the server's models; raises ModelFailed."""
        try:
            page = await self._library.models.list()
            return tuple(str(model.id) for model in page.data or ())
        except openai.APIStatusError as error:
            failure = _refusal(error.status_code)
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            failure = _lost(error)
        except (ValueError, AttributeError, TypeError):
            failure = _no_answer()
        raise failure

    async def forget(self) -> None:
        """Have our own engine drop what it keeps of the screen; raises ModelFailed."""
        try:
            await self._library.post("/forget", cast_to=object, body={})
        except openai.APIStatusError as error:
            failure = _refusal(error.status_code)
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            failure = _lost(error)
        else:
            return
        raise failure

    async def close(self) -> None:
        """Close all connections."""
        await self._library.close()

    async def _dress(self, request: httpx2.Request) -> None:
        """Leave out what the library tells of this machine, and the organization that its environment names."""
        for name in [name for name in request.headers if name.lower() not in _OUR_HEADERS]:
            del request.headers[name]
        request.headers["User-Agent"] = "Sightline"
        if self._key is not None:
            request.headers["Authorization"] = f"Bearer {self._key}"


class Events:
    """The events of one answer, as plain JSON. Close it, read or not."""

    def __init__(self, stream: openai.AsyncStream[object]) -> None:
        self._stream = stream
        self._events = aiter(stream)

    def __aiter__(self) -> Events:
        return self

    async def __anext__(self) -> object:
        try:
            return await anext(self._events)
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            failure = _lost(error)
        except ValueError:  # no JSON, no UTF-8
            failure = _no_answer()
        raise failure

    async def aclose(self) -> None:
        """End the answer, also in its middle; the server notices."""
        await self._stream.close()


def _refusal(status: int) -> ModelFailed:
    if status in _BUSY:
        return ModelBusy("The model is still being loaded, or has too much to do. Ask again in a moment.")
    if status in {401, 403}:
        return ModelRefused("The model's server wants another key. Put it into a file, and name it “key_file”.")
    if status == 404:
        return ModelRefused("The server has no such model, or another address. Check “url” and “model”.")
    if 300 <= status < 400:
        return ModelRefused("The server sends us to another address, and pictures go only where “url” says. Change it.")
    if status == 413:
        return ModelRefused("The picture is too large for the model's server.")
    return ModelBroken(f"The model's server failed (HTTP {status}). Ask again, or look at what it reports.")


def _lost(error: Exception) -> ModelFailed:
    causes = (error, error.__cause__, error.__context__)
    if any(isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout) for cause in causes):
        if _is_untrusted(error):
            return ModelUnreachable("The server's certificate is not trusted here. Ask whoever runs it.")
        return ModelUnreachable("The model's server does not answer. Is it running, and is “url” right?")
    if isinstance(error, openai.APIError) and not isinstance(error, openai.APIConnectionError):
        return ModelBroken("The model's server failed in the middle of its answer. Ask again.")
    return ModelBroken("The connection to the model's server broke off. Ask again.")


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _no_answer() -> ModelBroken:
    return ModelBroken("What the model's server sent is no answer. Is the address in the settings right?")


class _Bounded(httpx2.AsyncBaseTransport):
    """Ends a response that has no end: the library keeps a line in memory until it is whole."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _BoundedStream(response.stream)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _BoundedStream(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = LARGEST_STREAM
        async for part in self._inner:
            left -= len(part)
            if left < 0:
                raise httpx2.DecodingError("too long")
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()
