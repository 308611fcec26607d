"""Units, people, what they may do, and who acts for whom."""
