"""Reading bodies that hold money: every number stays the exact decimal it was written as."""

from __future__ import annotations

import json
from decimal import Decimal, DecimalException
from json import JSONDecodeError
from typing import Any, Final, NoReturn, TypeVar

from pydantic import BaseModel
from starlette.requests import Request

from placet.api.web.body import duplicate_refused, read_body
from placet.errors import InvalidRequest
from placet.kit.reading import read
from placet.kit.text.json_keys import KeyTwice, key_twice, object_of

Model = TypeVar("Model", bound=BaseModel)


async def read_exact_model(request: Request, model: type[Model]) -> Model:
    """The body of a request, within the app's limit, as a model.

    Raises:
        BodyTooLarge: it is too long.
        InvalidRequest: it is no JSON, or fields are missing or wrong.
    """
    return read(
        model, exact_json(await read_body(request, request.app.state.settings.max_body_bytes))
    )


def exact_json(body: bytes) -> Any:
    """The JSON value of a body in UTF-8: whole numbers are ints, all others are Decimals.

    Raises:
        InvalidRequest: it is something else, nested too deep, or has a key twice in an object.
    """
    if not body.strip():
        raise InvalidRequest("the request body is empty: send JSON")
    try:
        return _DECODER.decode(body.decode("utf-8"))
    except (JSONDecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"the request body is not valid JSON: {error}") from error
    except KeyTwice as error:
        twice = key_twice(body.decode("utf-8"), str(error))
        raise duplicate_refused(twice) from error
    except (ValueError, DecimalException) as error:
        raise InvalidRequest("the request body holds a number that is out of range") from error
    except RecursionError as error:
        raise InvalidRequest("the request body is not valid JSON: nested too deep") from error


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidRequest(f"the request body is not valid JSON: `{name}` is no number")


_DECODER: Final = json.JSONDecoder(
    parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=object_of
)
