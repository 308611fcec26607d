"""What orders tell: letters to approvers, reminders, calls of what became of an order."""
