"""What runs while an expression is evaluated: values, operators, calls, limits."""
