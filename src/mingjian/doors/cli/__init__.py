"""The command line. ``main`` holds the list of commands; each command has a file of its own, loaded when asked for."""
