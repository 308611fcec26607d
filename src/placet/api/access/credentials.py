"""Where a request carries a user token, and when a cookie may speak for a person.

A browser sends cookies by itself, also when another site made it call. So a change by cookie must
not come from a page of another site.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from fastapi import Request

from placet.errors import Forbidden, Unauthorized

USER_TOKEN_NAME: Final = "VtexIdclientAutCookie"  # noqa: S105
_BEARER: Final = "bearer "
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITE: Final = frozenset({"same-origin", "none"})


def user_token(request: Request, account: str | None) -> str | None:
    """The user token of a request, None without any.

    The first of these that is there counts, alone: the header `VtexIdclientAutCookie`, a bearer
    token, the cookie `VtexIdclientAutCookie_{account}` of the path's account, the cookie
    `VtexIdclientAutCookie`, and, where the path names no account, the cookie of the only account
    there is one of.

    Raises:
        Unauthorized: cookies of several accounts, and nothing says which one counts.
        Forbidden: the token is in a cookie, and the page of another site asks for a change.
    """
    headers = request.headers
    if USER_TOKEN_NAME in headers:
        return headers[USER_TOKEN_NAME]
    authorization = headers.get("authorization", "")
    if authorization[: len(_BEARER)].lower() == _BEARER:
        return authorization[len(_BEARER) :].strip()
    token = _cookie(request, account)
    if token is not None and request.method not in _READING:
        _check_origin(request)
    return token


def _cookie(request: Request, account: str | None) -> str | None:
    if "cookie" not in request.headers:
        return None
    cookies = request.cookies
    of_account = f"{USER_TOKEN_NAME}_"
    for name in (f"{of_account}{account}", USER_TOKEN_NAME):
        if name in cookies:
            return cookies[name]
    if account is not None:
        return None
    names = [name for name in cookies if name.startswith(of_account)]
    if len(names) > 1:
        raise Unauthorized(
            "there are user tokens of several accounts: send the one that counts in the header"
            f" `{USER_TOKEN_NAME}`"
        )
    return cookies[names[0]] if names else None


def _check_origin(request: Request) -> None:
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        own = site in _OWN_SITE
    else:
        own = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not own:
        raise Forbidden(
            "a page of another site may not change anything with the cookie of a user; send the"
            f" token in the header `{USER_TOKEN_NAME}`"
        )
