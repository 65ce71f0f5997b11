"""The command line. ``main`` holds the list of commands; each has a file of its own, loaded when used."""
