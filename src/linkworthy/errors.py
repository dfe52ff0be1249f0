"""The errors that linkworthy raises, and the exit code that each one ends the command with.

LinkworthyError
├── InputError     exit 2: what the user gave is wrong: a URL, a file, a setting, a flag
├── SiteError      exit 3: the site under study does not answer
├── FetchError     exit 4: one request could not be made at all (a fetcher's own fault, never a server's answer)
├── SourceError    exit 5: a file of links or an archive could not be read any further
├── StageError     exit 6: a stage lacks a table, a lock or room to write
└── StoppedError   exit 130: another process asked the command to stop; the same command goes on

A server's answer is never an error: it is an ``Exchange`` with its status or its fault, and becomes a row.
"""


class LinkworthyError(Exception):
    """The root: every message says what was wrong, where, and what to do."""

    exit_code = 1


class InputError(LinkworthyError):
    """What the user gave cannot be used."""

    exit_code = 2


class SiteError(LinkworthyError):
    """The site under study does not answer."""

    exit_code = 3


class FetchError(LinkworthyError):
    """A request could not be made at all."""

    exit_code = 4


class SourceError(LinkworthyError):
    """A file of links or an archive cannot be read any further."""

    exit_code = 5


class StageError(LinkworthyError):
    """A stage lacks a table, a lock or room to write."""

    exit_code = 6


class StoppedError(LinkworthyError):
    """Another process asked the command to stop; what it has done is kept."""

    exit_code = 130
