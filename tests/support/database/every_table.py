"""All tables, wherever they are declared."""

from __future__ import annotations

import importlib

from sqlalchemy import MetaData

from placet.database.tables import metadata
from support.project import SOURCE


def all_tables() -> MetaData:
    """The metadata, once every module that declares tables is imported."""
    for path in SOURCE.rglob("*tables.py"):
        importlib.import_module(".".join(path.relative_to(SOURCE.parent).with_suffix("").parts))
    return metadata
