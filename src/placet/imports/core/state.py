"""Where an import stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ImportState(StrEnum):
    """Where an import stands, in the API's words."""

    UPLOADED = "Uploaded"
    IN_VALIDATION = "InValidation"
    READY_TO_IMPORT = "ReadyToImport"
    VALIDATION_FAILED = "ValidationFailed"
    IN_PROGRESS = "InProgress"
    COMPLETED = "Completed"
    COMPLETED_WITH_ERROR = "CompletedWithError"
    FAILED = "Failed"

    @property
    def running(self) -> bool:
        """Whether a worker has something to do."""
        return self in (ImportState.IN_VALIDATION, ImportState.IN_PROGRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredImport:
    """One import. `done` counts the records imported so far, `result` is what validation or import
    has found, by sheet. Instants are in milliseconds.
    """

    account: str
    import_id: str
    file_name: str
    state: ImportState
    percentage: int = 0
    done: int = 0
    created_at: int
    changed_at: int
    imported_at: int | None = None
    user_email: str = ""
    user_name: str = ""
    result: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ImportFailure:
    """A row that could not be imported, and why."""

    sheet: str
    row: int
    message: str
