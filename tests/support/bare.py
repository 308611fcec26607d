"""What a FastAPI route costs that does nothing: the measure for the real one."""

from __future__ import annotations

import json
import os
from typing import Any

from fastapi import Body, FastAPI


def create_bare() -> FastAPI:
    """An app whose one route reads the JSON body and answers `BARE_ANSWER`."""
    app = FastAPI()
    answer = json.loads(os.environ["BARE_ANSWER"])

    @app.post("/{account}/commercial-authorizations")
    async def submit(account: str, body: dict[str, Any] = Body()) -> dict[str, Any]:  # noqa: B008
        return dict(answer)

    return app
