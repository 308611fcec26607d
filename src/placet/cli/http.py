"""Talking to a running server, for the commands that do."""

from __future__ import annotations

from types import TracebackType
from typing import Annotated, Any, Self

import httpx
import typer

from placet.errors import Conflict, Forbidden, InvalidRequest, NotFound, Unauthorized, Unavailable

Url = Annotated[
    str,
    typer.Option("--url", metavar="URL", envvar="PLACET_URL", help="Where the server listens."),
]
AppKey = Annotated[
    str, typer.Option("--app-key", metavar="KEY", envvar="PLACET_APP_KEY", help="The app key.")
]
AppToken = Annotated[
    str,
    typer.Option(
        "--app-token",
        metavar="TOKEN",
        envvar="PLACET_APP_TOKEN",
        help="Its token; the variable keeps it out of the process list.",
    ),
]

_TIMEOUT_SECONDS = 60.0
_ERRORS = {
    400: InvalidRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: InvalidRequest,
    503: Unavailable,
}


class Connection:
    """An HTTP client with one app key. To be used as a context manager."""

    def __init__(self, url: str, app_key: str, app_token: str, *, local: bool = False) -> None:
        """`local`: proxies of the environment are not used.

        Raises:
            InvalidRequest: the URL, key or token cannot be one.
        """
        headers = {"X-VTEX-API-AppKey": app_key, "X-VTEX-API-AppToken": app_token}
        if not url.startswith(("http://", "https://")):
            raise InvalidRequest(f"`{url}` is no URL of a server: write it like http://host:8484")
        if not (app_key + app_token).isascii() or not (app_key + app_token).isprintable():
            raise InvalidRequest("the app key and its token are printable ASCII")
        try:
            self._client = httpx.Client(
                base_url=url, headers=headers, timeout=_TIMEOUT_SECONDS, trust_env=not local
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise InvalidRequest(f"`{url}` is no URL of a server: {error}") from error
        self._url = url
        self._headers = httpx.Headers()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        content_type: str | None = None,
        params: dict[str, str] | None = None,
    ) -> Any:
        """The JSON document of the answer; None where it has no content.

        Raises:
            PlacetError: the class that the status stands for, with the server's sentence.
            Unavailable: there is no answer, or one that no Placet server gives.
        """
        headers = {"Content-Type": content_type} if content_type else None
        try:
            answer = self._client.request(
                method, path, json=json, content=content, headers=headers, params=params
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            text = str(error) or type(error).__name__
            raise Unavailable(f"the server at {self._url} does not answer: {text}") from error
        self._headers = answer.headers
        if answer.status_code == httpx.codes.NO_CONTENT:
            return None
        if answer.is_success:
            return _document(answer, self._url)
        message = f"the server answered {answer.status_code}: {_message(answer)}"
        raise _ERRORS.get(answer.status_code, Unavailable)(message)

    def number(self, header: str) -> int:
        """The number that a header of the last answer says; 0 where it says none."""
        text = self._headers.get(header, "")
        return int(text) if text.isascii() and text.isdecimal() else 0


def _document(answer: httpx.Response, url: str) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise Unavailable(f"what answers at {url} is no Placet server") from error


def _message(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return answer.reason_phrase or "no reason given"
