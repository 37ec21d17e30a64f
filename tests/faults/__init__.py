"""What must hold when something breaks: the server, the disk, a process, two at once."""
