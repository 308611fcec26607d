"""An order's authorization, from submission to decision."""
