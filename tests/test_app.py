"""The application: nothing is opened to make it, and its document needs no server."""

from __future__ import annotations

import pytest

from placet.app import api_document, create_app
from placet.errors import InvalidRequest
from placet.settings import Settings


def test_the_document_is_that_of_the_application() -> None:
    app = create_app(Settings(database_url="sqlite:///never-opened.db"))
    assert api_document() == app.openapi()


def test_what_is_no_database_is_refused_before_anything_is_opened() -> None:
    with pytest.raises(InvalidRequest):
        create_app(Settings(database_url="mysql://host/name"))
