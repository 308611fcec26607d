"""Bulk imports over REST, from upload to report, and what they refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from placet.imports.service.imports import MAX_UPLOAD_BYTES
from placet.people.core.roles import Role
from placet.people.store.users import load_user_by_email
from placet.settings import Settings
from support.contract import contract
from support.server import Server, ok, refused, running
from support.workbooks import cost_center, file_of, member, organization

pytestmark = pytest.mark.anyio

IMPORTS = "/api/b2b/import/buyer-orgs"
APPROVER = Role.ORDER_APPROVER.guid


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[Server]:
    """A server that works on imports only when a test says so."""
    settings = Settings(database_url=database_url, key_cache_seconds=0, import_worker=False)
    async with running(settings) as opened:
        yield opened


@pytest.fixture
async def http(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with server.client(permissions=["B2BBulkImport"]) as client:
        yield client.http


async def upload(http: httpx.AsyncClient, content: bytes, name: str = "orgs.xlsx") -> Any:
    return ok(await http.post(IMPORTS, files={"file": (name, content)}))


async def settled(server: Server, http: httpx.AsyncClient, import_id: str) -> Any:
    """The import once it has been worked on."""
    assert await server.process.workers.imports.work()
    return ok(await http.get(f"{IMPORTS}/{import_id}"))


async def started(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.post(f"{IMPORTS}/{path}")
    assert answer.status_code == 204, answer.text


async def imported(server: Server, http: httpx.AsyncClient, content: bytes) -> Any:
    """The import of a workbook, from upload to end."""
    import_id = (await upload(http, content))["importId"]
    await started(http, f"validate/{import_id}")
    checked = await settled(server, http, import_id)
    assert checked["importState"] == "ReadyToImport", checked
    await started(http, import_id)
    return await settled(server, http, import_id)


def company() -> bytes:
    people = [member(1, roleId=APPROVER), member(2, unit="cc-2", roleId=APPROVER)]
    return file_of([organization(1)], [cost_center(2)], people).getvalue()


def matches(document: Any, schema: str) -> None:
    """Make sure that a document is as the public contract says."""
    Draft202012Validator(contract("buyer-organizations")["schemas"][schema]).validate(document)


async def test_an_upload_is_kept_and_nothing_else_happens(http: httpx.AsyncClient) -> None:
    document = await upload(http, company())
    matches(document, "file-data")
    assert document["importState"] == "Uploaded"
    assert document["percentage"] == "0"
    assert document["fileName"] == "orgs.xlsx"
    assert ok(await http.get(f"{IMPORTS}/{document['importId']}")) == document
    assert ok(await http.get(IMPORTS)) == {"data": [document], "next": None}


async def test_a_good_workbook_becomes_units_and_people(
    server: Server, http: httpx.AsyncClient
) -> None:
    document = await imported(server, http, company())
    matches(document, "importResult")
    assert document["importState"] == "Completed"
    assert document["percentage"] == "100"
    assert document["importResult"]["imports"] == [
        {"name": "Organizations", "importedRows": 1, "rowsWithError": 0},
        {"name": "Cost Centers", "importedRows": 1, "rowsWithError": 0},
        {"name": "Members", "importedRows": 2, "rowsWithError": 0},
    ]
    async with server.client() as client:
        unit = ok(await client.http.get("/api/organization-units/v1/cc-2"))
        assert unit["name"] == "Center 2"
    async with server.database.read() as connection:
        found = await load_user_by_email(connection, "acme", "MEMBER-2@example.com")
    assert found is not None
    assert (found.unit_id, found.roles) == ("cc-2", {Role.ORDER_APPROVER})


async def test_what_the_user_does_not_see_is_told_before_and_after(
    server: Server, http: httpx.AsyncClient
) -> None:
    book = load_workbook(file_of([organization(1)], [], [member(1, roleId="order approver")]))
    book["Members"].row_dimensions[2].hidden = True
    book.create_sheet("Lists").sheet_state = "hidden"
    book["Lists"]["A1"] = "Order Approver"
    book["Buyer Orgs"]["K2"] = 123000
    book["Buyer Orgs"]["K2"].number_format = "00000000"
    file = BytesIO()
    book.save(file)
    notes = [
        "sheet `Members`: 1 row is hidden and counts all the same",
        "the sheet `Lists` is hidden and was left out",
    ]
    import_id = (await upload(http, file.getvalue()))["importId"]
    await started(http, f"validate/{import_id}")
    document = await settled(server, http, import_id)
    assert document["importState"] == "ReadyToImport", document
    assert document["validationResult"]["notes"] == notes
    await started(http, import_id)
    document = await settled(server, http, import_id)
    assert (document["importState"], document["importResult"]["notes"]) == ("Completed", notes)
    answer = await http.get(document["importResult"]["reportDownloadLink"])
    report = load_workbook(BytesIO(answer.content))
    assert [cell.value for cell in report["Import notes"]["A"]] == notes
    # What was imported has the digits that were seen.
    assert report["Buyer Orgs"]["K2"].value == "00123000"
    async with server.database.read() as connection:
        found = await load_user_by_email(connection, "acme", "member-1@example.com")
    assert found is not None
    assert found.roles == {Role.ORDER_APPROVER}


async def test_a_bad_workbook_changes_nothing_and_has_a_report(
    server: Server, http: httpx.AsyncClient
) -> None:
    content = file_of([organization(1, street="")], [], [member(1, roleId="7")]).getvalue()
    import_id = (await upload(http, content))["importId"]
    await started(http, f"validate/{import_id}")
    document = await settled(server, http, import_id)
    matches(document, "validationResult")
    assert document["importState"] == "ValidationFailed"
    result = document["validationResult"]
    assert result["isValid"] is False
    assert result["validationResult"] == [
        {"name": "Organizations", "validRows": 0, "invalidRows": 1},
        {"name": "Cost Centers", "validRows": 0, "invalidRows": 0},
        {"name": "Members", "validRows": 0, "invalidRows": 1},
    ]
    assert result["problemCount"] == len(result["problems"]) == 2
    answer = await http.get(result["reportDownloadLink"])
    assert answer.headers["content-disposition"] == 'attachment; filename="orgs_Report.xlsx"'
    page = load_workbook(BytesIO(answer.content))["Members"]
    assert page.cell(2, 7).value.startswith("`Role ID`: there is no role `7`: use the name or")
    assert "ValidationFailed" in refused(await http.post(f"{IMPORTS}/{import_id}"), 409)
    async with server.client() as client:
        refused(await client.http.get("/api/organization-units/v1/org-1"), 404)


async def test_the_same_file_again_changes_nothing(server: Server, http: httpx.AsyncClient) -> None:
    async def people() -> Any:
        async with server.client() as client:
            return ok(await client.get("/users"))

    await imported(server, http, company())
    before = await people()
    assert (await imported(server, http, company()))["importState"] == "Completed"
    assert await people() == before


async def test_rows_that_have_become_impossible_do_not_undo_others(
    server: Server, http: httpx.AsyncClient
) -> None:
    import_id = (await upload(http, company()))["importId"]
    await started(http, f"validate/{import_id}")
    await settled(server, http, import_id)
    async with server.client() as client:
        body = {"email": "member-1@example.com", "name": "Gone"}
        ok(await client.put("/users/u-1", body))
        await client.delete("/users/u-1")
    await started(http, import_id)
    document = await settled(server, http, import_id)
    assert document["importState"] == "CompletedWithError"
    counts = document["importResult"]["imports"][2]
    assert counts == {"name": "Members", "importedRows": 1, "rowsWithError": 1}
    [problem] = document["importResult"]["problems"]
    assert problem.startswith("sheet `Members`, row 2: `member-1@example.com` was deactivated")
    report = await http.get(document["importResult"]["reportDownloadLink"])
    page = load_workbook(BytesIO(report.content))["Members"]
    assert "was deactivated" in page.cell(2, 7).value


async def test_one_import_of_an_account_runs_at_a_time(
    server: Server, http: httpx.AsyncClient
) -> None:
    first, second = [(await upload(http, company()))["importId"] for _ in range(2)]
    await started(http, f"validate/{first}")
    await started(http, f"validate/{first}")
    assert first in refused(await http.post(f"{IMPORTS}/validate/{second}"), 409)
    message = refused(await http.post(f"{IMPORTS}/{first}"), 409)
    assert message == f"the import `{first}` is InValidation, and must be ReadyToImport for that"
    async with server.client("other", ["B2BBulkImport"]) as other:
        mine = (await upload(other.http, company()))["importId"]
        await started(other.http, f"validate/{mine}")
        await settled(server, http, first)
        assert (await settled(server, other.http, mine))["importState"] == "ReadyToImport"
    await started(http, f"validate/{second}")
    await settled(server, http, second)


async def test_a_file_that_is_unsafe_fails_its_validation(
    server: Server, http: httpx.AsyncClient
) -> None:
    import_id = (await upload(http, company()[:3_000]))["importId"]
    await started(http, f"validate/{import_id}")
    document = await settled(server, http, import_id)
    assert document["importState"] == "ValidationFailed"
    [problem] = document["validationResult"]["problems"]
    assert problem.startswith("the file is damaged")
    refused(await http.get(f"{IMPORTS}/{import_id}/report"), 404)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("orgs.csv", b"a;b", "must be the name of an `.xlsx` workbook"),
        ("orgs.xlsx", b"a;b", "is no workbook"),
        ("orgs.xlsx", b"", "is empty"),
    ],
)
async def test_what_is_no_workbook_is_not_kept(
    http: httpx.AsyncClient, name: str, content: bytes, words: str
) -> None:
    answer = await http.post(IMPORTS, files={"file": (name, content)})
    assert words in refused(answer, 400)
    assert ok(await http.get(IMPORTS))["data"] == []


async def test_other_forms_are_refused(http: httpx.AsyncClient) -> None:
    assert "multipart" in refused(await http.post(IMPORTS, json={}), 400)
    assert "no file `file`" in refused(
        await http.post(IMPORTS, files={"other": ("orgs.xlsx", company())}), 400
    )
    assert "no file `file`" in refused(
        await http.post(IMPORTS, files={"file": (None, "text")}), 400
    )
    broken = {"content-type": "multipart/form-data"}
    refused(await http.post(IMPORTS, content=b"x", headers=broken), 400)


async def test_files_of_fifty_megabytes_are_refused(http: httpx.AsyncClient) -> None:
    content = b"PK\x03\x04" + bytes(MAX_UPLOAD_BYTES - 4)
    answer = await http.post(IMPORTS, files={"file": ("orgs.xlsx", content)})
    assert "must be smaller than 50,000,000 bytes" in refused(answer, 400)
    answer = await http.post(IMPORTS, files={"file": ("orgs.xlsx", content + bytes(200_000))})
    assert "must be smaller than 50,000,000 bytes" in refused(answer, 413)


async def test_imports_belong_to_their_account(server: Server, http: httpx.AsyncClient) -> None:
    import_id = (await upload(http, company()))["importId"]
    async with server.client("other", ["B2BBulkImport"]) as other:
        for path in (import_id, f"{import_id}/report"):
            refused(await other.http.get(f"{IMPORTS}/{path}"), 404)
        for path in (import_id, f"validate/{import_id}"):
            refused(await other.http.post(f"{IMPORTS}/{path}"), 404)
        assert ok(await other.http.get(IMPORTS))["data"] == []
        refused(await other.http.get(f"{IMPORTS}?an=acme"), 403)
    assert ok(await http.get(f"{IMPORTS}/{import_id}?an=acme"))["importId"] == import_id


async def test_imports_are_listed_page_by_page(http: httpx.AsyncClient) -> None:
    made = [(await upload(http, company()))["importId"] for _ in range(3)]
    first = ok(await http.get(f"{IMPORTS}?limit=2"))
    assert [entry["importId"] for entry in first["data"]] == made[:0:-1]
    second = ok(await http.get(f"{IMPORTS}?limit=2&after={first['next']}"))
    assert [entry["importId"] for entry in second["data"]] == made[:1]
    assert second["next"] is None
