"""The OpenAI-compatible door under ``/v1``: any chat client that takes a base URL can talk here."""
