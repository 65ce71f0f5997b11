"""The web console of the desk: server-rendered pages, Chinese first."""
