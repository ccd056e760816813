"""The pages of accounts: may they, what did they send, one action or query, answer."""
