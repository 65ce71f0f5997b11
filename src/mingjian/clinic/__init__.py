"""The publishing side: what hospitals and clinics do before and after something goes out."""
