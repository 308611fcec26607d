"""Text to syntax tree: grammar, tokens, tree, and what is wrong where the parser stops."""
