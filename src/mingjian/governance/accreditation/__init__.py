"""Quality accreditation: an institution is examined against a published standard."""
