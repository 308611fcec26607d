"""A member of a JSON object is cut out as it is written."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from placet.api.web.raw_json import member_text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


SPACES = st.text(" \t\n\r", max_size=2)


@given(
    st.lists(st.tuples(st.text(), JSON), max_size=5), st.booleans(), st.lists(SPACES, min_size=6)
)
def test_a_member_is_cut_out_as_it_is_written(
    members: list[tuple[str, Any]], escaped: bool, spaces: list[str]
) -> None:
    a, b, c, d, e, f = spaces[:6]
    written = [(name, json.dumps(value, ensure_ascii=escaped)) for name, value in members]
    inside = f"{e},{f}".join(
        f"{json.dumps(name, ensure_ascii=escaped)}{b}:{c}{value}" for name, value in written
    )
    body = f"{a}{{{d}{inside}{a}}}{b}".encode("utf-8", "surrogatepass")
    last = dict(written)
    for name in [*last, "missing"]:
        assert member_text(body, name) == last.get(name)
