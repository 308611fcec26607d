"""The answers about imports."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from placet.api.web.models import Instant, Next, one_of
from placet.imports.core.state import ImportState
from placet.kit.wire_model import Absent, WireModel


class ValidatedSheetAnswer(WireModel):
    """How the rows of one sheet are."""

    name: str
    valid_rows: int
    invalid_rows: int


class ImportedSheetAnswer(WireModel):
    """What became of the rows of one sheet."""

    name: str
    imported_rows: int
    rows_with_error: int


class _FindingsAnswer(WireModel):
    report_download_link: Annotated[
        Absent[str], Field(description="The upload in colours, with its problems.")
    ] = None
    problems: Annotated[
        list[str], Field(description="The first hundred problems, by sheet, row and column.")
    ]
    problem_count: Annotated[int, Field(description="How many problems there are in all.")]
    notes: Annotated[
        list[str],
        Field(
            description="What is no problem but worth knowing, such as hidden rows (an extension)."
        ),
    ]


class ValidationResultAnswer(_FindingsAnswer):
    """What a validation has found."""

    is_valid: bool
    validation_result: list[ValidatedSheetAnswer]


class ImportResultAnswer(_FindingsAnswer):
    """What an import has done."""

    imports: list[ImportedSheetAnswer]


class ImportAnswer(WireModel):
    """The state of an import; results are there once there are any."""

    account_name: str
    import_id: str
    import_state: Annotated[str, one_of(ImportState)]
    percentage: Annotated[str, Field(description="0 to 100, of the validation or the import.")]
    last_update_date: Instant
    file_name: str
    validation_result: Absent[ValidationResultAnswer] = None
    import_result: Absent[ImportResultAnswer] = None
    imported_at: Absent[Instant] = None
    imported_user_email: Absent[str] = None
    imported_user_name: Absent[str] = None


class ImportPageAnswer(WireModel):
    """Some imports, newest first."""

    data: list[ImportAnswer]
    next: Next
