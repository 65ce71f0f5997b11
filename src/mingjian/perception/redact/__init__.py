"""Redact: take the patient out of pictures, clips and pages. ``service.redact`` and ``service.check`` are the doors."""
