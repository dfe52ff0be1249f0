"""Takes comments and the content of scripts and styles out of a document as its author wrote it."""

from __future__ import annotations

import re

from linkworthy.html.nesting import NotPlainError

_COMMENT = "<!--"
_NEEDLES = (_COMMENT, "<script", "<style")
_NAME_ENDS = tuple(" \t\n\f/>")
_NUMERIC = re.compile(r"&#([xX]?[0-9a-fA-F]*;?)")
_NUMBER = re.compile(r"([0-9]{1,9});|[xX]([0-9a-fA-F]{1,9});")
_TEXT_ONLY = ("<title", "<textarea")


def readable(text: str) -> str:
    """Give a document with line breaks as tree builders see them.

    Raises: NotPlainError where it holds what only a parser reads: null characters, references to control characters.
    """
    if "\0" in text:
        raise NotPlainError("null")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&#" in text and any(map(_is_odd, set(_NUMERIC.findall(text)))):
        raise NotPlainError("a reference to a control character")
    return text


def _is_odd(reference: str) -> bool:
    """Tell whether a numeric reference names what tree builders and unescaping functions read differently."""
    found = _NUMBER.fullmatch(reference)
    if found is None:
        return True
    code = int(found[2], 16) if found[2] else int(found[1])
    is_text = code in {9, 10, 32} or 33 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xE000 <= code < 0xFDD0
    return not is_text and not 0x10000 <= code < 0x1FFFE


def without_raw(text: str, raws: list[str]) -> str:
    """Take comments and the content of scripts and styles out; the content of scripts goes to ``raws``.

    Raises: NotPlainError where they cannot be told from the rest without a parser.
    """
    kept: list[str] = []
    done = 0
    # Each needle is looked for from where it was found last, which costs far less than one pattern for all.
    ahead = {needle: place for needle in _NEEDLES if (place := text.find(needle)) >= 0}
    while ahead:
        needle = min(ahead, key=ahead.__getitem__)
        start = ahead[needle]
        if start >= done and (needle == _COMMENT or text.startswith(_NAME_ENDS, start + len(needle))):
            _check_place(text, done, start)
            kept.append(text[done:start])
            if needle == _COMMENT:
                done = _end_of_comment(text, start)
            else:
                inside, end = _raw_content(text, start, needle[1:])
                kept.append(text[start:inside])
                if needle == "<script":
                    kept.append(str(len(raws)))
                    raws.append(text[inside:end])
                done = end
        ahead[needle] = text.find(needle, max(done, start + 1))
        if ahead[needle] < 0:
            del ahead[needle]
    return "".join((*kept, text[done:]))


def _check_place(text: str, done: int, start: int) -> None:
    before = text.rfind("<", done, start)
    is_inside = before >= 0 and text.find(">", before, start) < 0
    if is_inside or (before >= 0 and text[before : before + 9].lower().startswith(_TEXT_ONLY)):
        raise NotPlainError("a comment or script inside a tag or a title")


def _raw_content(text: str, start: int, tag: str) -> tuple[int, int]:
    """Give where the content of a script and the like begins and ends."""
    inside = text.find(">", start) + 1
    end = text.find(f"</{tag}", inside)
    if not inside or end < 0:
        raise NotPlainError("an unclosed script")
    if text.find("</", inside, end) >= 0 and f"</{tag}" in text[inside:end].lower():
        raise NotPlainError("a script with two ends")
    if tag == "script" and text.find("<!--", inside, end) >= 0 and "<script" in text[inside:end].lower():
        raise NotPlainError("an escaped script")
    return inside, end


def _end_of_comment(text: str, start: int) -> int:
    end = text.find("-->", start + 4)
    if end < 0 or text.startswith((">", "->"), start + 4) or text.find("--!>", start, end) >= 0:
        raise NotPlainError("an odd comment")
    return end + 3
