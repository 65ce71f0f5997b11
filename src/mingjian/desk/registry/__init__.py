"""The register kept: recording, changing, importing, exporting, asking and erasing."""
