"""The shortest way to the busiest routes: past the layers that only other routes need.

What is reached like this is a route of the app as well, which describes it; the endpoint takes
the request alone and reads caller, parameters and body by itself. Both ways answer the same.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Self

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from placet.api.web.error_answers import error_answer
from placet.errors import PlacetError

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class DirectRoute:
    """A method and the paths it is for, and who answers."""

    method: str
    path: re.Pattern[str]
    endpoint: Endpoint

    @classmethod
    def of(cls, method: str, path: str, endpoint: Endpoint) -> Self:
        """`path` names its parameters in braces, as routes of the app do."""
        return cls(method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), endpoint)


class DirectRoutes:
    """ASGI middleware that answers `routes` and hands every other request on."""

    def __init__(self, app: ASGIApp, routes: Sequence[DirectRoute]) -> None:
        self._app = app
        self._routes = tuple(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        # Below a path of a proxy's, what counts is for the app to say.
        if scope["type"] == "http" and not scope.get("root_path"):
            for route in self._routes:
                if scope["method"] == route.method:
                    match = route.path.fullmatch(scope["path"])
                    if match is not None:
                        scope["path_params"] = match.groupdict()
                        answer = await _answer(route, Request(scope, receive, send))
                        await answer(scope, receive, send)
                        return
        await self._app(scope, receive, send)


async def _answer(route: DirectRoute, request: Request) -> Response:
    try:
        return await route.endpoint(request)
    except PlacetError as error:
        return error_answer(error, request.scope)
