"""The composition root: settings in, a web application out."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI
from starlette.types import Lifespan

from placet import __version__
from placet.api import budgets
from placet.api import sellers as seller_budgets
from placet.api.access import oauth
from placet.api.imports import imports
from placet.api.orders import authorizations, bulk_decisions
from placet.api.people import delegations, units, users
from placet.api.policies import account_settings, dimensions, rule_files, rules
from placet.api.web import health
from placet.api.web.direct import DirectRoutes
from placet.api.web.error_answers import install_error_handlers
from placet.api.web.middleware import RequestContext
from placet.api.web.openapi import INFO, install_openapi
from placet.kit.clock import Clock
from placet.kit.log_lines import protect_logs, report_once_a_minute
from placet.process import Process
from placet.settings import Settings

_COLLECT_AFTER: Final = 50_000


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> FastAPI:
    """The server as an ASGI application. Its lifespan opens and closes the database. `clock` tells
    the time of orders and of what runs by itself.

    Raises:
        InvalidRequest: the database URL is none.
    """
    settings = settings or Settings()
    protect_logs()
    process = Process.from_settings(settings, clock=clock)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        report_once_a_minute(asyncio.get_running_loop())
        try:
            await process.open()
            process.start()
            tune_process()
            yield
        finally:
            await process.close()

    app = _described(lifespan)
    app.state.settings = settings
    app.state.process = process
    app.state.desks = process.desks
    install_error_handlers(app)
    app.add_middleware(DirectRoutes, routes=[*budgets.DIRECT_ROUTES, *authorizations.DIRECT_ROUTES])
    app.add_middleware(RequestContext)
    return app


def api_document() -> dict[str, Any]:
    """The OpenAPI document that a server serves at `/openapi.json`; it takes no server to make."""
    return _described(None).openapi()


def _described(lifespan: Lifespan[FastAPI] | None) -> FastAPI:
    """Every route and what is said of it."""
    app = FastAPI(
        title="Placet",
        version=__version__,
        summary="Buying policies and order authorization",
        lifespan=lifespan,
        redirect_slashes=False,
        **INFO,
    )
    # Routes are tried in this order, so the busiest come first.
    app.include_router(budgets.transactions_router)
    app.include_router(authorizations.router)
    app.include_router(authorizations.callback_router)
    app.include_router(bulk_decisions.router)
    for router in budgets.ROUTERS:
        app.include_router(router)
    for module in (
        dimensions,
        rules,
        rule_files,
        units,
        users,
        account_settings,
        delegations,
        imports,
        seller_budgets,
        oauth,
        health,
    ):
        app.include_router(module.router)
    app.include_router(units.members_router)
    install_openapi(app)
    return app


def tune_process() -> None:
    """Set the interpreter up for a server, once the code is loaded."""
    # What is loaded by now stays, so the collector need not look at it again and again.
    # A second application in one process would freeze the garbage of the first.
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()
    # Requests in flight are no garbage, and there is next to none beside them.
    gc.set_threshold(_COLLECT_AFTER)
    # While a slow rule computes in its thread, the event loop gets its turn sooner.
    sys.setswitchinterval(0.0002)
