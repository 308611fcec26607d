"""Routes of bulk imports."""
