"""Rankings: doctors measured by dimensions that are data, rated blind, computed exactly, published and answerable."""
