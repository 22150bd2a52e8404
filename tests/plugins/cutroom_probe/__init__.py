"""A third party's job kinds, found by entry point: small real work that tests can watch."""
