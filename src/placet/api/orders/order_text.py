"""Orders in answers as they were submitted: their text is put in unread, so that numbers keep all
their digits and keys their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic_core import to_json

from placet.api.access.caller import desks_of
from placet.api.web.query import OptionalText, any_of
from placet.errors import InvalidRequest
from placet.kit.wire_model import Document
from placet.orders.service.authorizations import order_texts
from placet.orders.service.current import Judged
from placet.people.core.visit import Visit

Expand = Annotated[
    OptionalText,
    Query(
        alias="expand",
        description="`order`: with the order as it was submitted.",
        json_schema_extra=any_of(["order"]),
    ),
]


async def order_answer(request: Request, caller: Visit, judged: Judged) -> Response:
    """The order alone."""
    [text] = await _texts(request, caller, [judged])
    return _answer(text)


async def single_answer(
    request: Request, caller: Visit, judged: Judged, document: Document, expand: str | None
) -> Response:
    """An authorization's document, with its `order` where `expand` asks for it.

    Raises:
        InvalidRequest: `expand` asks for something else.
    """
    [text] = await _expanded(request, caller, [judged], [document], expand)
    return _answer(text)


async def page_answer(
    request: Request,
    caller: Visit,
    entries: Sequence[Judged],
    documents: Sequence[Document],
    *,
    next_id: str | None,
    expand: str | None,
) -> Response:
    """A page of authorizations; `documents` are those of the `entries`. Errors as above."""
    data = b",".join(await _expanded(request, caller, entries, documents, expand))
    return _answer(b'{"data":[%b],"next":%b}' % (data, to_json(next_id)))


async def _expanded(
    request: Request,
    caller: Visit,
    entries: Sequence[Judged],
    documents: Sequence[Document],
    expand: str | None,
) -> list[bytes]:
    written = [to_json(document) for document in documents]
    if expand is None:
        return written
    if expand != "order":
        raise InvalidRequest(f"`expand` must be `order`, not `{expand[:50]}`")
    texts = await _texts(request, caller, entries)
    return [
        b'%b,"order":%b}' % (document[:-1], text)
        for document, text in zip(written, texts, strict=True)
    ]


async def _texts(request: Request, caller: Visit, entries: Sequence[Judged]) -> list[bytes]:
    shown = [judged.authorization for judged in entries]
    texts = await order_texts(desks_of(request).orders, caller, shown)
    return [texts[item.id].encode() for item in shown]


def _answer(content: bytes) -> Response:
    return Response(content, media_type="application/json")
