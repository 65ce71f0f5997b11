"""Archives made up: honest users, clinics, agencies that reuse and engagement that is bought, with the truth beside."""
