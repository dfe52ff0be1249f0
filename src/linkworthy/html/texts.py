"""A column of texts as the UTF-8 that they were found in: made into ``str`` only where somebody looks at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bounds = NDArray[np.int32]
    Nulls = NDArray[np.bool_]


class Texts(Sequence[Any]):
    """Texts that follow one another in ``data``: text n is between bound n and bound n + 1.

    ``others`` holds, by place, those that stand elsewhere, and takes more until the texts are made.
    Where ``has_nulls``, an empty text in ``data`` is null.
    """

    __slots__ = ("_made", "bounds", "data", "has_nulls", "others")

    def __init__(
        self, data: bytes, bounds: Bounds, others: dict[int, str | None] | None = None, *, has_nulls: bool = False
    ) -> None:
        self.data = data
        self.bounds = bounds
        self.others = {} if others is None else others
        self.has_nulls = has_nulls
        self._made: list[str | None] | None = None

    def made(self) -> list[str | None]:
        """Give all texts, made once."""
        if self._made is None:
            self._made = self._make()
        return self._made

    def _make(self) -> list[str | None]:
        data, bounds = self.data, self.bounds.tolist()
        made: list[str | None]
        if data.isascii():
            made = list(map(data.decode("ascii").__getitem__, map(slice, bounds, bounds[1:])))
        else:
            made = list(map(bytes.decode, map(data.__getitem__, map(slice, bounds, bounds[1:]))))
        if self.has_nulls:
            made = [text or None for text in made]
        for place, text in self.others.items():
            made[place] = text
        return made

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def __iter__(self) -> Iterator[Any]:
        return iter(self.made())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Texts):
            return self.made() == other.made()
        return self.made() == other if isinstance(other, list) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self.made())

    @overload
    def __getitem__(self, place: int) -> Any: ...

    @overload
    def __getitem__(self, place: slice) -> list[Any]: ...

    def __getitem__(self, place: int | slice) -> Any:
        return self.made()[place]

    def at(self, place: int) -> str | None:
        """Give one text and leave the others unmade."""
        if self._made is not None:
            return self._made[place]
        if place in self.others:
            return self.others[place]
        text = self.data[self.bounds[place] : self.bounds[place + 1]].decode()
        return None if self.has_nulls and not text else text

    def nulls(self) -> list[int]:
        """Give the places of those that are null."""
        empty = (self.bounds[1:] == self.bounds[:-1]).nonzero()[0].tolist() if self.has_nulls else ()
        others = self.others
        elsewhere = [place for place, text in others.items() if text is None]
        return sorted([*elsewhere, *(place for place in empty if place not in others)])

    @property
    def n_bytes(self) -> int:
        """Give the bytes of all texts that stand in ``data``."""
        return len(self.data)

    def packed(self) -> tuple[bytes, Bounds, Nulls | None]:
        """Give all texts as UTF-8 one behind the other, their bounds, and which are null where any are."""
        bounds, others = self.bounds, self.others
        if not others and not self.has_nulls:
            return self.data, bounds, None
        sizes = bounds[1:] - bounds[:-1]
        is_null = sizes == 0 if self.has_nulls else sizes < 0
        if others:
            data, done = [], 0
            for place in sorted(others):
                text = others[place]
                written = (text or "").encode("utf-8", "replace")
                data += [self.data[done : bounds[place]], written]
                done, sizes[place], is_null[place] = bounds[place + 1], len(written), text is None
            bounds = bounds.copy()
            bounds[1:] = sizes.cumsum()
            return b"".join((*data, self.data[done:])), bounds, is_null if is_null.any() else None
        return self.data, bounds, is_null if is_null.any() else None

    def pieces(self) -> list[bytes]:
        """Give the texts as UTF-8 where none stands elsewhere."""
        bounds = self.bounds.tolist()
        return list(map(self.data.__getitem__, map(slice, bounds, bounds[1:])))

    def cut(self, n: int) -> Texts:
        """Give the texts, none of more than so many characters."""
        bounds = self.bounds
        longer = (bounds[1:] - bounds[:-1] > n).nonzero()[0].tolist()
        longer += [place for place, text in self.others.items() if text and len(text) > n]
        if not longer:
            return self
        others: dict[int, str | None] = {place: text[:n] for place in longer if (text := self.at(place))}
        return Texts(self.data, bounds, self.others | others, has_nulls=self.has_nulls)
