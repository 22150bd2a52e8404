"""Clients of hosted services, one file each: the only modules that know a vendor's protocol."""
