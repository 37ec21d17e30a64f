"""Check commands: each exists, and takes the options and arguments that are shown."""

import argparse
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec

from django.core.management import CommandError, get_commands, load_command_class

from reading_room import command_line
from tests.benchmarks.__main__ import parser as benchmarks_parser
from tests.paths import PROJECT

from .command_lines import ASSIGNMENT, CommandLine, commands_in
from .documents import Document, Finding
from .environment_names import setting_names

BENCHMARKS = "tests.benchmarks"
MAKEFILE = PROJECT / "Makefile"
PLACEHOLDER = re.compile(r"[A-Z][A-Z0-9_./-]*|\.\.\.|…")  # FILE, N, A/B.
LEFT_OUT = {"...", "…"}
# Options of other programs (Gunicorn, pip) that sentences name alone.
OTHER_PROGRAMS = {"--preload", "--access-logfile", "--require-hashes"}
# What documents say is gone, or was not built.
GONE = {"manage.py work --keep", "--while-open", "manage.py mcp --http"}


def check_commands(documents: list[Document]) -> Iterator[Finding]:
    """Yield commands that do not exist, or do not take what is shown.

    In a sentence a command may lack arguments that it needs; in a block of code it may not.
    """
    for document in documents:
        for pieces, is_whole in ((document.spans, False), (document.code_lines, True)):
            for piece in pieces:
                for command in commands_in("" if piece.text in GONE else piece.text):
                    fault = command_fault(command, is_whole=is_whole)
                    if fault:
                        yield document.finding(piece, fault)


def check_lone_options(documents: list[Document]) -> Iterator[Finding]:
    """Yield options in sentences that no command of the project has."""
    for document in documents:
        for span in document.spans:
            option = re.match(r"--[a-z][\w-]*", span.text)
            if option and option[0] not in all_options() | OTHER_PROGRAMS | GONE:
                yield document.finding(span, "no command has this option")


def command_fault(command: CommandLine, *, is_whole: bool) -> str | None:
    """Return what is wrong with a command, if anything is."""
    words = [word for word in map(without_brackets, command.words) if word not in LEFT_OUT]
    if command.program == "make":
        return make_fault(words)
    if not words and command.program in ("manage.py", "reading-room"):
        return None  # The program by its name alone, in a sentence.
    if command.program == "manage.py":
        return django_fault(words, is_whole=is_whole)
    if command.program == "reading-room":
        return room_fault(words, is_whole=is_whole)
    if command.program == BENCHMARKS:
        return parser_fault(benchmarks_parser(), words, is_whole=is_whole)
    return None if module_exists(command.program) else "no such module"


def without_brackets(word: str) -> str:
    """Return a word of a usage without the brackets around what may be left out."""
    return word.strip("[]")


def module_exists(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@cache
def make_targets() -> frozenset[str]:
    """Return what `make` can make."""
    return frozenset(re.findall(r"^([\w./-]+):", MAKEFILE.read_text(), re.M))


@cache
def make_variables() -> frozenset[str]:
    """Return the variables that the Makefile reads."""
    return frozenset(re.findall(r"\$[({]([A-Z_]+)", MAKEFILE.read_text()))


def make_fault(words: list[str]) -> str | None:
    for word in words:
        name = word.partition("=")[0]
        if ASSIGNMENT.match(word):
            if name not in make_variables() | setting_names():
                return f"make has no variable {name}"
        elif word not in make_targets():
            return f"make has no target {word}"
    return None


def room_fault(words: list[str], *, is_whole: bool) -> str | None:
    """Return what is wrong with a command of an installed room."""
    if words[0] == "manage":
        words = words[1:]
    if words in (["stop"], ["--version"], ["--help"]):
        return None
    return django_fault(
        [command_line.LONG_NAMES.get(words[0], words[0]), *words[1:]], is_whole=is_whole
    )


def django_fault(words: list[str], *, is_whole: bool) -> str | None:
    """Return what is wrong with a command of manage.py."""
    name, *arguments = words
    if PLACEHOLDER.fullmatch(name) or name == "help":
        return None
    if name not in get_commands():
        return f"there is no command {name}"
    if name == "test":
        missing = [word for word in arguments if is_label(word) and not label_exists(word)]
        if missing:
            return f"there is no test {missing[0]}"
    return parser_fault(django_parser(name), arguments, is_whole=is_whole)


def is_label(word: str) -> bool:
    return word.startswith("tests.")


def label_exists(label: str) -> bool:
    """Whether a label names a module, a class or a method of the tests."""
    parts = label.split(".")
    for length in range(len(parts), 0, -1):
        path = PROJECT.joinpath(*parts[:length])
        if path.is_dir() and length == len(parts):
            return True
        if path.with_suffix(".py").is_file():
            text = path.with_suffix(".py").read_text()
            return all(re.search(rf"\b(class|def) {name}\b", text) for name in parts[length:])
    return False


def django_parser(name: str) -> argparse.ArgumentParser:
    command = load_command_class(get_commands()[name], name)
    return command.create_parser("manage.py", name)


def parser_fault(
    parser: argparse.ArgumentParser, words: list[str], *, is_whole: bool
) -> str | None:
    """Return what a parser says against arguments, if anything."""
    if not words and not is_whole:
        return None
    for each in all_parsers(parser):
        take_placeholders(each, is_whole=is_whole)
    if {"-h", "--help"} & {*words}:
        return None
    try:
        parser.parse_args(words)
    except (CommandError, argparse.ArgumentError, ValueError) as error:
        return str(error).removeprefix("Error: ")
    return None


def all_parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield a parser and those of its subcommands."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from all_parsers(each)


def take_placeholders(parser: argparse.ArgumentParser, *, is_whole: bool) -> None:
    """Let a parser take "N" for a number, raise its errors, and need no argument unless whole."""
    parser.error = raise_error  # type: ignore[method-assign]
    parser.allow_abbrev = False
    for action in parser._actions:
        if not is_whole:
            action.required = False
        if isinstance(action, argparse._SubParsersAction) or action.nargs == 0:
            continue
        action.type = value_or_placeholder(action.type, action.choices)
        action.choices = None
    for group in parser._mutually_exclusive_groups:
        group.required = group.required and is_whole


def raise_error(message: str) -> None:
    raise ValueError(message)


def value_or_placeholder(kind, choices):
    """Return a type of arguments that takes what `kind` takes, and placeholders."""

    def convert(text):
        if PLACEHOLDER.fullmatch(text):
            return text
        value = kind(text) if kind else text
        if choices is not None and value not in choices:
            raise argparse.ArgumentTypeError(f"{text} is none of {', '.join(map(str, choices))}")
        return value

    return convert


@cache
def all_options() -> frozenset[str]:
    """Return every option of the commands of the project."""
    names = [name for name, app in get_commands().items() if app != "django.core"]
    parsers = [*map(django_parser, [*names, "test", "check"]), benchmarks_parser()]
    return frozenset(
        option
        for parser in parsers
        for each in all_parsers(parser)
        for action in each._actions
        for option in action.option_strings
    )
