"""What the texts of `--help` list, for the tests of what is made from the same tables."""

import re


def first_words(help_text, heading):
    """The first words of the rows below a heading."""
    rows = help_text.split(f"{heading}:\n")[1].split("\n\n")[0]
    return re.findall(r"^  ([a-z]+) ", rows, re.MULTILINE)


def listed_commands(help_text):
    return first_words(help_text, "commands")


def options(help_text):
    return re.findall(r"^  (?:-\w \[ )?(--[a-z][a-z-]*)", help_text, re.MULTILINE)
