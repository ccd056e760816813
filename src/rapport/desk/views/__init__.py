"""The pages of the desk: may they, what did they send, one action or query, answer."""
