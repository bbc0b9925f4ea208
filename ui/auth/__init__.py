"""Sign-in for everything that is served: accounts, keys, sessions, and how much one may ask."""
