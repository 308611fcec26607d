"""The budgets of a unit, which keep it from being deleted."""

from __future__ import annotations

from typing import Final

from placet.budgets.store.tables import budget_table
from placet.people.store.unit_uses import Belongings

_columns = budget_table.c
UNIT_BUDGETS: Final = Belongings("budget", _columns.account, _columns.context_id, _columns.name)
