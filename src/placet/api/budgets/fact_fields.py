"""Fields of request bodies for what people say of a budget, one for each fact."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, create_model

from placet.budgets.core.facts import DEFAULTS, FACTS
from placet.kit.wire_model import WireModel


def with_facts(base: type[WireModel], name: str, *, changes: bool, kind: Any = None) -> Any:
    """The model `base` with a field for each fact that can change, or for each that cannot.

    `kind` is their type where it is not that of the fact; then they may all be left out. Facts
    that a body reads in a way of its own get none.
    """
    wanted: dict[str, Any] = {
        key: (
            Annotated[kind or fact.body, Field(alias=fact.wire)],
            None if kind is not None else DEFAULTS.get(key, ...),
        )
        for key, fact in FACTS.items()
        if fact.changes is changes and fact.body is not None
    }
    return create_model(name, __base__=base, __doc__=base.__doc__, __module__=__name__, **wanted)


def fact_examples(*, changes: bool) -> dict[str, Any]:
    """An example of each of these fields by its name in the body."""
    return {
        fact.wire: fact.example
        for fact in FACTS.values()
        if fact.changes is changes and fact.body is not None
    }
