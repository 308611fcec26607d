"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

import logging
from typing import Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from placet.api.answers import json_answer
from placet.api.caller import service_of
from placet.errors import Unavailable
from placet.storage.migrations import check_schema

__all__ = ["router"]

_log = logging.getLogger("placet.health")

router: Final = APIRouter(tags=["Health"])


@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> Response:
    """200 as long as the process answers at all."""
    return json_answer({"status": "ok"})


@router.get(
    "/readyz",
    summary="Can the process serve?",
    responses={503: {"description": "The database does not answer, or has another schema."}},
)
async def readyz(request: Request) -> Response:
    """200 when the database answers and has this version's schema."""
    try:
        await check_schema(service_of(request).database)
    except Unavailable as error:
        return json_answer({"status": "unavailable", "message": error.message}, 503)
    except (SQLAlchemyError, OSError) as error:
        _log.error("the database does not answer: %s", error)
        message = "the database does not answer"
        return json_answer({"status": "unavailable", "message": message}, 503)
    return json_answer({"status": "ok"})
