"""Making, checking and revoking credentials."""
