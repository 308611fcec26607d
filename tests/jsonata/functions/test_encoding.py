from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from placet.jsonata.functions import BUILTINS
from placet.jsonata.runtime.state import Limits, State


def test_call_answers_as_the_table_says(call_case: Any) -> None:
    call_case.check()


def call(name: str, text: str) -> Any:
    return State(Limits()).apply(BUILTINS[name], [text])


@given(st.text())
def test_percent_encoding_reads_back(text: str) -> None:
    for kind in ("Url", "UrlComponent"):
        encoded = call(f"encode{kind}", text)
        assert encoded.isascii()
        if kind == "UrlComponent":
            assert call(f"decode{kind}", encoded) == text


@given(st.text(st.characters(max_codepoint=255)))
def test_base64_of_bytes_reads_back(text: str) -> None:
    assert call("base64decode", call("base64encode", text)) == text


@given(st.text("YWJj+/-_= \n!", max_size=20))
def test_any_text_decodes_as_base64(text: str) -> None:
    assert len(call("base64decode", text)) <= len(text) * 3 // 4
