"""The network's own: identity, standing pages, topics and their synonyms, research types, announcements."""
