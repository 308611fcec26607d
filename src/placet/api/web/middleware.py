"""What surrounds every request: its id, one log line, and an answer even when the server itself
fails.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from placet.api.web.error_answers import error_answer, error_document
from placet.database.store_errors import is_write_conflict, store_away
from placet.errors import OutcomeUnknown, PlacetError, Unavailable
from placet.kit.ids import new_id

_log = logging.getLogger("placet.request")
_SLASH: Final = re.compile(rb"%2f", re.IGNORECASE)
_ORDER_ID: Final = re.compile(rb"/[^/%]+/commercial-authorizations/order/.+")
_SAFE_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestContext:
    """ASGI middleware. The caller's `X-Request-Id` is kept when it is harmless, else a new id is
    made.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _SAFE_ID.fullmatch(given) else new_id()
        started = time.perf_counter()
        status = 0
        # Without a body, all of the request is here.
        complete = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers

        async def receive_noting() -> Message:
            nonlocal complete
            message = await receive()
            arrived = message["type"] == "http.request" and not message.get("more_body")
            complete = complete or arrived
            return message

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        try:
            await self._answer(scope, receive_noting, send_with_id)
        except asyncio.CancelledError:
            # A server that shuts down waits no longer, neither for callers nor for the database.
            if not status:
                await error_answer(_cut_off(scope, complete), scope)(scope, receive, send_with_id)
        except Exception as error:
            if status:
                raise
            answer = _failure(error, scope, request_id)
            await answer(scope, receive, send_with_id)
        elapsed_ms = (time.perf_counter() - started) * 1000
        _log.info(
            "%s %s %s %d %.1fms", request_id, scope["method"], scope["path"], status, elapsed_ms
        )

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = _fault(scope)
        if fault is not None:
            await JSONResponse(error_document(scope, fault), 400)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _fault(scope: Scope) -> str | None:
    """What is wrong with a request whatever it asks for, if anything is."""
    # PostgreSQL cannot store NUL, so nothing can have such a name.
    if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
        return "the URL holds a NUL character"
    raw = scope.get("raw_path") or b""
    if _SLASH.search(raw) and not _ORDER_ID.fullmatch(raw):
        # It is part of a name, and routes would take it for the end of one.
        return "the path holds a slash written as `%2F`, which is in no id here but those of orders"
    hosts = sum(name == b"host" for name, _ in scope["headers"])
    if hosts != 1 and scope.get("http_version") == "1.1":
        return "an HTTP/1.1 request must have one `Host` header (RFC 9112, section 3.2)"
    return None


def _cut_off(scope: Scope, complete: bool) -> PlacetError:
    """What became of a request that is given up, `complete` where all of it had arrived."""
    if scope["method"] in {"GET", "HEAD"} or not complete:
        return Unavailable("the server is shutting down")
    return OutcomeUnknown(
        "the server is shutting down, and whether this was stored is not known: look before you"
        " send it again"
    )


def _failure(error: Exception, scope: Scope, request_id: str) -> JSONResponse:
    away = store_away(error)
    if away is not None:
        _log.error("%s %s: %s", request_id, away.trouble, error)
        return error_answer(away, scope)
    if is_write_conflict(error):
        _log.warning("%s another request wrote the same at the same time", request_id)
        return error_answer(Unavailable("others change the same; try again later"), scope)
    _log.exception("%s failed", request_id, exc_info=error)
    message = f"the server failed; its log says more under the request id {request_id}"
    return JSONResponse(error_document(scope, message), 500)
