"""The quick code of an expression, for well-behaved input: else it gives up."""
