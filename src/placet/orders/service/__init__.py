"""Use cases of orders: submit, decide, cancel, look up, remind."""
