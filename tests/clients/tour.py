"""The README's tour by a generated client: `tour.py RULES`, with the server in the environment.

It is a program of its own, checked with the types of the client.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from placet_client import AuthenticatedClient
from placet_client.api.authorizations import (
    decide_rule,
    explain_authorization,
    get_authorization,
    list_authorizations,
    submit_order,
)
from placet_client.api.rule_files import publish_rule_file
from placet_client.models import (
    Authorization,
    AuthorizationPage,
    Callback,
    CallbackBody,
    Error,
    Explanation,
    ListAuthorizationsStatus,
    Order,
    Publication,
    RuleFile,
    Submission,
)

ACCOUNT = "globex"


def main(rules: Path) -> None:
    """Publish, submit, decide, and ask why."""
    client = AuthenticatedClient(
        base_url=os.environ["PLACET_URL"],
        token=os.environ["PLACET_APP_TOKEN"],
        auth_header_name="X-VTEX-API-AppToken",
        prefix="",
        headers={"X-VTEX-API-AppKey": os.environ["PLACET_APP_KEY"]},
        raise_on_unexpected_status=True,
    )
    rule_file = RuleFile.from_dict(json.loads(rules.read_text("utf-8")))
    published = publish_rule_file.sync(ACCOUNT, client=client, body=rule_file)
    assert isinstance(published, Publication), published
    print("dimensions created:", published.created)

    order = Order(order_id="mine-1")
    order["value"] = 735000
    pending = submit_order.sync(ACCOUNT, client=client, body=Submission(order=order))
    assert isinstance(pending, Authorization), pending
    print(pending.status.value, pending.additional_info.reason, sep=": ")

    waiting = list_authorizations.sync(
        ACCOUNT, client=client, status=ListAuthorizationsStatus.PENDING, limit=1
    )
    assert isinstance(waiting, AuthorizationPage), waiting
    print("waiting:", *(item.order_id for item in waiting.data))

    params = Callback(score=100, dimension_id="purchasing-rules", rule_id="large-order")
    decided = decide_rule.sync(ACCOUNT, pending.id, client=client, body=CallbackBody(params))
    assert isinstance(decided, Authorization), decided
    print("then:", decided.status.value)

    explained = explain_authorization.sync(ACCOUNT, pending.id, client=client)
    assert isinstance(explained, Explanation), explained
    print("history:", *(event.what for event in explained.history), sep=" | ")

    missing = get_authorization.sync(ACCOUNT, "nowhere", client=client)
    assert isinstance(missing, Error), missing
    print("refused:", missing.message)


main(Path(sys.argv[1]))
