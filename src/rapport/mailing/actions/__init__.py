"""Every write of mailing: each atomic, each safe to be cut short and done again."""
