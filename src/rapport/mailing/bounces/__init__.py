"""What comes back by mail: messages read for what they say of which letter, and the mailbox they lie in.

Which letter it was is known by a token that only we can make, and never by an address: anybody can write one.
"""
