"""The general code of an expression, which is right for every input."""
