"""Enquiries to a regulator about a credential, with due times."""
