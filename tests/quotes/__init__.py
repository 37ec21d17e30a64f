"""Checking a quotation: what is forgiven, what never is, and where it is looked for."""
