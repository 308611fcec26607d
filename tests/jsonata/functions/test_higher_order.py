from typing import Any


def test_call_answers_as_the_table_says(call_case: Any) -> None:
    call_case.check()
