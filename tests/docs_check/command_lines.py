"""Find the commands of the project in a line as one types it in a shell."""

import re
import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

ASSIGNMENT = re.compile(r"[A-Z][A-Z0-9_]*=")
BETWEEN_COMMANDS = {";", "&&", "||", "|", "&", "(", ")"}
PROMPT = re.compile(r"^\s*[$#]\s+")
DESCRIPTION = re.compile(r"(?<=\S)\s{2,}.*$")  # Behind a command in a list of them.
RUNS_PACKAGES = {"pipx", "uvx"}


class CommandLine(NamedTuple):
    """A program - "manage.py", "reading-room", "make" or the name of a module - and its words."""

    program: str
    words: list[str]


def commands_in(text: str) -> Iterator[CommandLine]:
    """Yield the commands in a code span, or in a line of a block of code."""
    text = DESCRIPTION.sub("", PROMPT.sub("", text).strip())
    words: list[str] = []
    for token in [*split(text), ";"]:
        if token not in BETWEEN_COMMANDS:
            words.append(token)
            continue
        command = find_program(words)
        if command:
            yield command
        words = []


def split(text: str) -> list[str]:
    """Return the words of a line, with ";" and the like as words of their own."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";&|()")
    lexer.whitespace_split = True
    try:
        return list(lexer)
    except ValueError:  # An apostrophe in a sentence.
        return text.split()


def find_program(words: list[str]) -> CommandLine | None:
    """Return the command in words between two separators, if one is of the project."""
    while words and ASSIGNMENT.match(words[0]):
        words = words[1:]
    for index, word in enumerate(words):
        name = PurePosixPath(word).name
        rest = words[index + 1 :]
        if name == "manage.py" and rest:
            return CommandLine(name, rest)
        if name == "make" and index == 0 and rest:
            return CommandLine(name, rest)
        if name == "reading-room" and rest and (index == 0 or words[0] in RUNS_PACKAGES):
            return CommandLine(name, rest)
        if word == "-m" and rest and index and "python" in words[index - 1]:
            return CommandLine(rest[0], rest[1:])
    return None
