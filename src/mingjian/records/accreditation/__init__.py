"""Quality accreditation of institutions: its nouns."""
