"""Routes of authorizations."""
