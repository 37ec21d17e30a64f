"""The check of the docs, `make docs`: what Markdown files name exists.

documents           a Markdown file -> its links, pictures, headings, and what stands in code
links               links and anchors lead somewhere, every picture is shown, every page is reached
commands            commands, their options and arguments are those of the programs
command_lines       a line of a shell -> the commands in it
environment_names   environment variables are settings, and each setting has one row of a table
setting_defaults    the default in that row is the one in the code
addresses           addresses of the room are of pages that it has
files               files of the project exist
generated           the picture of packages and the list of decisions are those of today
line_lengths        no line is longer than 160 characters
report              all of these, and the table that says what is wrong
"""
