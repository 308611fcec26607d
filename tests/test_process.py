"""A process makes its database ready, or does not start."""

from __future__ import annotations

import pytest

from placet.errors import Unavailable
from placet.settings import Settings
from support.server import ok, running

pytestmark = pytest.mark.anyio


async def test_an_embedded_database_is_migrated_and_another_is_refused(
    empty_database_url: str,
) -> None:
    settings = Settings(database_url=empty_database_url)
    if empty_database_url.startswith("sqlite"):
        async with running(settings) as server, server.anonymous() as http:
            ok(await http.get("/readyz"))
    else:
        with pytest.raises(Unavailable, match="run `placet db upgrade`"):
            async with running(settings):
                pass
