"""What leaves, without how."""
