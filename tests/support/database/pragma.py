"""Settings of the connection by which a process writes to SQLite, changed while it runs."""

from __future__ import annotations

from typing import Any

from placet.database.database import Database

__all__ = ["set_pragma"]


async def set_pragma(database: Database, setting: str) -> None:
    """Execute `PRAGMA setting` outside of any transaction."""
    async with database._writer.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.run(lambda cursor: cursor.execute(f"PRAGMA {setting}"))
