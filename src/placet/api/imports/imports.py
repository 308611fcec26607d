"""Routes of bulk imports of buyer organizations, from upload to report.

App keys call them: no role of people has the permission, see `application.roles`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from placet.api.access.caller import CanImport, desks_of
from placet.api.imports.answers import ImportAnswer, ImportPageAnswer
from placet.api.web.answers import ERRORS, Responses, answer, json_answer
from placet.api.web.error_answers import BodyTooLarge
from placet.api.web.parameters import After, Limit, page_size
from placet.api.web.query import OptionalText
from placet.errors import Forbidden, InvalidRequest
from placet.imports.core.state import ImportState, StoredImport
from placet.imports.service import imports
from placet.imports.service.imports import MAX_UPLOAD_BYTES
from placet.kit.wire_model import Document
from placet.people.core.visit import Visit

_PIECE: Final = 1 << 20
# What the boundaries and headers of a form may take beside the file.
_FORM_BYTES: Final = 100_000
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ImportId = Annotated[str, Path(alias="importId", description="The import.")]
AccountName = Annotated[
    OptionalText, Query(alias="an", description="The account; it must be the caller's.")
]

_ONE: Final = answer("The state of the import.", ImportAnswer)
_UPLOAD_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
_STARTED: Final[Responses] = {204: {"description": "It is under way; watch its state."}}
_REPORT: Final[Responses] = {
    200: {
        "description": "The uploaded workbook, rows in green and red, with a column `errors`.",
        "content": {_XLSX: {"schema": {"type": "string", "format": "binary"}}},
    }
}

router: Final = APIRouter(
    prefix="/api/b2b/import/buyer-orgs", tags=["Bulk import"], responses=ERRORS
)


@router.post(
    "",
    summary="Upload file",
    operation_id="uploadImport",
    openapi_extra=_UPLOAD_BODY,
    responses=_ONE,
)
async def upload(request: Request, caller: CanImport, an: AccountName = None) -> Response:
    """Upload a workbook (`.xlsx`, under 50 MB) as the form's `file`. Nothing is read of it yet."""
    _check_account(caller, an)
    parser = MultiPartParser(
        request.headers, _bounded(request), max_files=1, max_fields=10, max_part_size=_FORM_BYTES
    )
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise InvalidRequest("send the workbook as `file` of a multipart form")
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        raise InvalidRequest(f"the form cannot be read: {error}") from error
    except ClientDisconnect as error:
        raise InvalidRequest("the request body ended early") from error
    async with _Closing(form):
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise InvalidRequest("the form has no file `file`")
        entry = await imports.upload_workbook(
            desks_of(request).imports,
            caller,
            file.filename or "",
            _content(file),
        )
    return json_answer(import_document(entry, _base(request)))


@router.get("", summary="List imports", responses=answer("Some imports.", ImportPageAnswer))
async def list_imports(
    request: Request,
    caller: CanImport,
    an: AccountName = None,
    limit: Limit = "50",
    after: After = None,
) -> Response:
    """The account's imports, newest first (an extension)."""
    _check_account(caller, an)
    page = await imports.list_imports(
        desks_of(request).imports, caller, limit=page_size(limit), before_id=after
    )
    data = [import_document(entry, _base(request)) for entry in page.entries]
    return json_answer({"data": data, "next": page.next_id})


@router.get("/{importId}", summary="Check progress", operation_id="getImport", responses=_ONE)
async def check_progress(
    request: Request, caller: CanImport, import_id: ImportId, an: AccountName = None
) -> Response:
    """The state of an import, and what its validation or itself has found."""
    _check_account(caller, an)
    entry = await imports.get_import(desks_of(request).imports, caller, import_id)
    return json_answer(import_document(entry, _base(request)))


@router.get(
    "/{importId}/report",
    summary="Download report",
    operation_id="downloadImportReport",
    responses=_REPORT,
    response_class=StreamingResponse,
)
async def download_report(
    request: Request, caller: CanImport, import_id: ImportId, an: AccountName = None
) -> Response:
    """The report that `reportDownloadLink` points to."""
    _check_account(caller, an)
    entry, pieces = await imports.read_report(desks_of(request).imports, caller, import_id)
    stem = entry.file_name[: -len(".xlsx")].encode("ascii", "replace").decode()
    plain = "".join(letter if letter.isalnum() or letter in "-_ ." else "_" for letter in stem)
    disposition = f'attachment; filename="{plain}_Report.xlsx"'
    return StreamingResponse(pieces, media_type=_XLSX, headers={"Content-Disposition": disposition})


@router.post(
    "/validate/{importId}",
    summary="Validate file",
    operation_id="validateImport",
    status_code=204,
    responses=_STARTED,
)
async def validate(
    request: Request, caller: CanImport, import_id: ImportId, an: AccountName = None
) -> Response:
    """Start checking the uploaded workbook; nothing is imported by this."""
    _check_account(caller, an)
    await imports.start_validation(desks_of(request).imports, caller, import_id)
    return Response(status_code=204)


@router.post(
    "/{importId}",
    summary="Start import",
    operation_id="startImport",
    status_code=204,
    responses=_STARTED,
)
async def start(
    request: Request, caller: CanImport, import_id: ImportId, an: AccountName = None
) -> Response:
    """Start importing a workbook whose validation found it good."""
    _check_account(caller, an)
    await imports.start_import(desks_of(request).imports, caller, import_id)
    return Response(status_code=204)


def import_document(entry: StoredImport, base_url: str) -> Document:
    """An import as the API shows it."""
    document: Document = {
        "accountName": entry.account,
        "importId": entry.import_id,
        "importState": entry.state,
        "percentage": str(entry.percentage),
        "lastUpdateDate": _moment(entry.changed_at),
        "fileName": entry.file_name,
    }
    result = entry.result
    if result is None:
        return document
    counts = result.get("counts", [])
    found = {name: result[name] for name in ("problems", "problemCount")}
    found["notes"] = result.get("notes", [])
    report = f"{base_url}{router.prefix}/{entry.import_id}/report" if counts else None
    if entry.state in (ImportState.READY_TO_IMPORT, ImportState.VALIDATION_FAILED):
        rows = [
            {"name": count["name"], "validRows": count["good"], "invalidRows": count["bad"]}
            for count in counts
        ]
        document["validationResult"] = {
            "isValid": result["isValid"],
            "validationResult": rows,
            **({"reportDownloadLink": report} if report and not result["isValid"] else {}),
            **found,
        }
        return document
    rows = [
        {"name": count["name"], "importedRows": count["good"], "rowsWithError": count["bad"]}
        for count in counts
    ]
    document["importResult"] = {
        "imports": rows,
        **({"reportDownloadLink": report} if report else {}),
        **found,
    }
    if entry.imported_at is not None:
        document["importedAt"] = _moment(entry.imported_at)
        document["importedUserEmail"] = entry.user_email
        document["importedUserName"] = entry.user_name
    return document


class _Closing:
    """Closes the temporary files of a form."""

    def __init__(self, form: Any) -> None:
        self._form = form

    async def __aenter__(self) -> None:
        """Nothing is to be done."""

    async def __aexit__(self, *_error: object) -> None:
        """Close them."""
        await self._form.close()


async def _bounded(request: Request) -> AsyncGenerator[bytes, None]:
    """The request body, as long as it may be."""
    limit = MAX_UPLOAD_BYTES + _FORM_BYTES
    message = f"the file must be smaller than {MAX_UPLOAD_BYTES:,} bytes"
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise BodyTooLarge(message)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge(message)
        yield chunk


async def _content(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE):
        yield piece


def _check_account(caller: Visit, account: str | None) -> None:
    if account is not None and account != caller.account:
        raise Forbidden(f"these credentials do not belong to the account `{account[:100]}`")


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
