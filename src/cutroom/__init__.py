"""Cutroom: a self-hosted media job platform where every piece of work is a durable job."""
