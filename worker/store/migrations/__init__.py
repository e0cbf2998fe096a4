"""How the tables came to be, one file a version; applied by ``store.upgrade``."""
