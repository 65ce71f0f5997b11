"""Certification: certificates, applications, exemptions, policies adopted, and batches."""
