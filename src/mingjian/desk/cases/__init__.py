"""Cases on the desk: opened, taken, reviewed once or more, closed."""
