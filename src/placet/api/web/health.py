"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from placet.api.access.caller import desks_of
from placet.api.web.answers import json_answer
from placet.database.store_errors import StoreAway
from placet.errors import OutcomeUnknown, Unavailable
from placet.schema import check_schema

router: Final = APIRouter(tags=["Health"])


@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> Response:
    """200 as long as the process answers at all."""
    return json_answer({"status": "ok"})


@router.get(
    "/readyz",
    summary="Can the process serve?",
    responses={
        503: {
            "description": "The database does not answer, takes no changes, or has another schema."
        }
    },
)
async def readyz(request: Request) -> Response:
    """200 when the database answers, has this version's schema and takes changes."""
    database = desks_of(request).books.database
    try:
        await check_schema(database)
        await database.check_writable()
    except StoreAway as error:
        return json_answer({"status": "unavailable", "message": error.trouble}, 503)
    except (Unavailable, OutcomeUnknown) as error:
        return json_answer({"status": "unavailable", "message": error.message}, 503)
    return json_answer({"status": "ok"})
