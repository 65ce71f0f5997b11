"""``python -m mingjian`` is the command line."""

from mingjian.doors.cli.entry import run

if __name__ == "__main__":
    run()
