"""What leaves Placet: the outbox, webhooks and mail."""
