"""`python -m reading_room` is the command `reading-room`."""

from .command_line import main

if __name__ == "__main__":
    main()
