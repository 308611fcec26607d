"""Who acts, in which role, with which permissions."""
