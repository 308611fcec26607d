"""What is wrong with the items of a request that is carried out wholly or not at all."""

from __future__ import annotations

from placet.errors import Conflict, Detail, InvalidRequest, NotFound, PlacetError

# A request that cannot be is told before what is not there, and that before what is not allowed.
_KINDS: tuple[type[PlacetError], ...] = (InvalidRequest, NotFound, Conflict)


class Refusals:
    """Collects the errors of items, so that a caller learns of all of them at once.

    `many`: the fields at fault are told with the position of their item, as `[2].amount`.
    """

    def __init__(self, *, many: bool) -> None:
        self._many = many
        self._errors: list[tuple[int, PlacetError]] = []

    def add(self, position: int, error: PlacetError) -> None:
        """Note what is wrong with an item."""
        self._errors.append((position, error))

    def check(self) -> None:
        """Raise one error of the gravest kind with the details of all, if there are any."""
        if not self._errors:
            return
        details = [
            Detail(self._field(position, detail.field), detail.message)
            for position, error in sorted(self._errors, key=lambda item: item[0])
            for detail in error.details or [Detail("", error.message)]
        ]
        errors = [error for _, error in self._errors]
        for kind in _KINDS:
            gravest = [error for error in errors if isinstance(error, kind)]
            if gravest:
                raise kind(str(details[0]), code=gravest[0].code, details=details)
        raise errors[0]

    def _field(self, position: int, field: str) -> str:
        if not self._many:
            return field
        return f"[{position}].{field}" if field else f"[{position}]"
