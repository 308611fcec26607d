"""E-mail addresses, and that everything which takes one takes the same."""

from __future__ import annotations

import pytest

from placet.kit.addresses import is_email_address

GOOD = [
    "ana@acme.example",
    "Ana.Maria+orders@mail.acme-group.example",
    "o'neil@acme.example",
    "a_b%c=d/e@x.co",
    "josé@bücher.example",
    "1@2.com",
    "x@1a.example",
]
BAD = [
    "",
    "ana",
    "@acme.example",
    "ana@",
    "a@[127.0.0.1]",
    "a@[IPv6:::1]",
    "a@127.0.0.1",
    "-oQ/tmp@x.y",
    "-ana@acme.example",
    "--help@acme.example",
    ".ana@acme.example",
    "ana.@acme.example",
    "a..b@acme.example",
    '"a b"@acme.example',
    "a(c)@acme.example",
    "a@b@acme.example",
    "a b@acme.example",
    "ana@acme..example",
    "ana@-acme.example",
    "ana@acme-.example",
    "ana@ac_me.example",
    "ana@acme.example.",
    "ana@acme.example\n",
    "a\x00@acme.example",
    "a\u200b@acme.example",
    "a\u202e@acme.example",
    "ana@acme.exam\u200bple",
    "a,b@acme.example",
    "a;b@acme.example",
    "<ana@acme.example>",
    "a" * 65 + "@acme.example",
    "ana@" + "a" * 64 + ".example",
]


@pytest.mark.parametrize("text", GOOD)
def test_an_address(text: str) -> None:
    assert is_email_address(text)


@pytest.mark.parametrize("text", BAD)
def test_no_address(text: str) -> None:
    assert not is_email_address(text)
