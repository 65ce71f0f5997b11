"""One module a group of pages: ``router`` and, where it stands in the navigation, ``NAV``."""
