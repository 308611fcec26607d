"""Printing how many orders waited for the people or units that were changed."""

from __future__ import annotations

from placet.api.people.fallen import STUCK_HEADER, WAITING_HEADER
from placet.cli.http import Connection
from placet.cli.output import console
from placet.people.core.fallen import Fallen


def print_fallen(server: Connection) -> None:
    """Print what the last answer says about orders; nothing where no order is concerned."""
    fallen = Fallen(server.number(WAITING_HEADER), server.number(STUCK_HEADER))
    for warning in fallen.warnings:
        console().print(f"warning: {warning}")
