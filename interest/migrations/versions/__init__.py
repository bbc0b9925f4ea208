"""One file per migration; released ones are never changed (see ``interest.migrations``)."""
