"""Append-only migrations of the profile store; :mod:`interest.store_migrate` applies them."""
