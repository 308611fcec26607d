"""What a FastAPI route costs that does nothing: the measure for the real one."""

from __future__ import annotations

import json
import os
from typing import Any

from fastapi import Body, FastAPI


def create_bare() -> FastAPI:
    """An app whose routes read the JSON body and answer `BARE_ANSWER`."""
    app = FastAPI()
    answer = json.loads(os.environ["BARE_ANSWER"])

    @app.post("/{account}/commercial-authorizations")
    async def submit(account: str, body: dict[str, Any] = Body()) -> dict[str, Any]:  # noqa: B008
        return dict(answer)

    @app.post("/{account}/commercial-authorizations/{authorization}/callback")
    async def decide(
        account: str,
        authorization: str,
        body: dict[str, Any] = Body(),  # noqa: B008
    ) -> dict[str, Any]:
        return dict(answer)

    @app.post("/api/budgets/UNIT/{unit}/{budget}/allocations/{allocation}/transactions")
    async def debit(
        unit: str,
        budget: str,
        allocation: str,
        body: dict[str, Any] = Body(),  # noqa: B008
    ) -> dict[str, Any]:
        return dict(answer)

    return app
