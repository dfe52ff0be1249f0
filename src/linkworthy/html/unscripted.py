"""Pages that wait for their scripts to show what they hold already: it is read as if the scripts had run.

Discourse and Flarum hold a forum's text in noscript elements, React streams parts of a page into hidden elements that
a script moves to their places, and animated sites begin with all of their page transparent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from linkworthy.html import faster
from linkworthy.html.documents import walk
from linkworthy.html.scan import Walk

MAX_SHELL_WORDS = 1_000
"""A page that shows more words is no shell that waits for scripts."""
_MIN_WORDS = 100
"""Words that make a text; fewer only ask to turn scripts on, or to wait."""
_MIN_GAIN = 3
"""Times as many words as the page shows without them: else noscript elements only stand in for single images."""
_MIN_REVEALED = 10
"""The same for what is transparent: a page with a text of its own beside it hides it for other reasons."""
_NOSCRIPT = re.compile(r"<(/?)noscript(?=[\s>/])", re.IGNORECASE)
_CLEAR = re.compile(r"(?<=[\"';\s])(?:opacity\s*:\s*0|visibility\s*:\s*hidden)(?=\s*[;\"'])", re.IGNORECASE)
_CLEAR_WORDS = ("opacity", "visibility")
_WORDS = {_NOSCRIPT: (("noscript", (1, 2)),), _CLEAR: tuple((word, (0,)) for word in _CLEAR_WORDS)}
"""The words that a pattern holds, and how many characters stand before them."""
_ODD_LETTERS = "\u0130\u0131\u017f"
"""Letters beyond ASCII that patterns take for an i or an s when case does not count."""
_BODY = re.compile(r"<body[\s>]", re.IGNORECASE)
_STREAMED = '<div hidden id="S:'


def with_streamed(text: str) -> str:
    """Give a document in which the parts that React streams are not hidden.

    Source: react-dom/server, renderToPipeableStream: segments are written as ``<div hidden id="S:n">``.
    """
    return text.replace(_STREAMED, '<div id="S:') if _STREAMED in text else text


_LEFT_OPEN = "/></noscript"
_FRAME = re.compile(r"(<noscript(?:\s[^<>]*)?>\s*<iframe\s[^<>]*)" + _LEFT_OPEN, re.IGNORECASE)


def with_frames_closed(text: str) -> str:
    """Give a document in which a frame that is written as an empty element ends with its noscript element.

    An iframe has no such form: read without scripts, as here, it would hold the rest of the page. Snippets of tag
    managers are often written so, and browsers that run scripts do not see it.
    """
    return _FRAME.sub(r"\1></iframe></noscript", text) if _LEFT_OPEN in text else text


def revealed(text: str, read: Walk) -> Walk:
    """Give the reading of a document as its scripts would show it where it shows next to nothing, else ``read``.

    Costs another reading for such pages alone, and two searches for others of few words.
    """
    # Looking for a word costs a hundredth of looking for a pattern, and letters beyond ASCII are rarely odd.
    is_odd = not text.isascii() and any(letter in text for letter in _ODD_LETTERS)
    is_aside, is_clear = (True, True) if is_odd else _marks_of(text)
    for pattern, plain, gain, is_marked in (
        (_NOSCRIPT, r"<\1div", _MIN_GAIN, is_aside),
        (_CLEAR, "", _MIN_REVEALED, is_clear),
    ):
        if not is_marked:
            continue
        body = _BODY.search(text)
        start = body.end() if body else 0
        found = list(pattern.finditer(text, start) if is_odd else _found(pattern, text, start))
        if not found:
            continue
        wanted = max(_MIN_WORDS, gain * read.found.n_words)
        # A word has a letter at least: few letters need no reading.
        if pattern is _NOSCRIPT and _letters_between(found, len(text)) < wanted - read.found.n_words:
            continue
        again = walk(text[:start] + pattern.sub(plain, text[start:]))
        if again.found.n_words >= wanted:
            return again
    return read


def _marks_of(text: str) -> tuple[bool, bool]:
    """Tell whether a text holds noscript, and whether it holds opacity or visibility."""
    small = text.encode("utf-8", "replace")
    may_be_aside = may_be_clear = True
    if faster.reader.is_taken:
        from linkworthy.html.compiled.waiting import may_wait  # noqa: PLC0415 - loads numba, which is loaded here

        may_be_aside, may_be_clear = may_wait(small)
        if not (may_be_aside or may_be_clear):
            return False, False
    small = small.lower()
    return may_be_aside and b"noscript" in small, may_be_clear and any(word.encode() in small for word in _CLEAR_WORDS)


def _found(pattern: re.Pattern[str], text: str, start: int) -> Iterator[re.Match[str]]:
    """Give what ``finditer`` gives, of a text without odd letters: it looks at words alone, not at all places."""
    small = text.lower()
    for word, widths in _WORDS[pattern]:
        place = small.find(word, start)
        while place >= 0:
            for width in widths:
                if place - width >= start and (found := pattern.match(text, place - width)):
                    yield found
                    break
            place = small.find(word, place + 1)


def _letters_between(noscripts: Sequence[re.Match[str]], size: int) -> int:
    """Give the length of what stands between the first start and the next end of noscript, for all of them."""
    total, opened = 0, -1
    for found in noscripts:
        if not found[1] and opened < 0:
            opened = found.end()
        elif found[1] and opened >= 0:
            total, opened = total + found.start() - opened, -1
    return total if opened < 0 else total + size - opened
