"""What all answers have in common: the bytes, and the errors that every operation may give."""

from __future__ import annotations

from typing import Any

from placet.api.web.answers import ERRORS, PLAIN_ERRORS, answer, json_answer


def test_what_any_operation_may_answer_is_described_alike() -> None:
    assert PLAIN_ERRORS.items() <= ERRORS.items()


def test_an_answer_is_described_by_its_model_and_its_headers() -> None:
    headers: dict[str, Any] = {"X-Number": {"schema": {"type": "integer"}}}
    described = answer("A number.", int, headers=headers)
    assert described == {200: {"description": "A number.", "model": int, "headers": headers}}


def test_json_is_written_without_spaces_and_letters_as_they_are() -> None:
    written = json_answer({"name": "Zoë", "list": [1, 2.5, None]}, 201)
    assert written.body == '{"name":"Zoë","list":[1,2.5,null]}'.encode()
    assert (written.status_code, written.media_type) == (201, "application/json")
