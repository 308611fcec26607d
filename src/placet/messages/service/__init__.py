"""Making messages and delivering them."""
