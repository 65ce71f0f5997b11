"""Professional certification: who may show the badge, by which policy; one by one and in batches."""
