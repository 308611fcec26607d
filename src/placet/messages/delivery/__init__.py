"""How outgoing messages reach their receivers."""
