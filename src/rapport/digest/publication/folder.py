"""The files of a publication, put in place in one step.

The folder that a web server reads is a symbolic link to one of the copies that lie beside it:

    digest             → .digest.copies/7
    .digest.copies/
        lock             held while a publication is at work
        7/               the copy that is served
        7.sha256         its files with their checksums: what in it is ours
        7.made-of        what it was made of, as whoever published it says it
        6/  6.sha256     the copy before it, for readers who were on their way
        8.writing/       a copy that is being made, or was when something cut it short

A copy is made whole before the link is turned, and the link is turned by one rename: at any moment, whatever
happens to us, the folder leads to one whole copy. A file that did not change is not written again but gets a
second name (a hard link), and keeps its time. What somebody else put into the folder goes along.

Nothing here knows of Django.
"""

from __future__ import annotations

import fcntl
import filecmp
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path

Checksums = dict[str, str]
OURS = re.compile(r"\d+(?:\.writing|\.sha256|\.made-of)?|link")  # what stands beside the copies and is not of it stays


class FolderRefused(Exception):
    """Why nothing can be published into this folder, and what to do."""


class AtWork(FolderRefused):
    """Somebody else is publishing into it at this moment."""


@dataclass(frozen=True)
class Outcome:
    """What a publication did to the files in its folder."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


@contextmanager
def publishing_into(path: Path, *, replace: bool = False) -> Iterator[Folder]:
    """The folder at `path`, for one publication at a time.

    Raises `AtWork` when another publication is at work on it, and `FolderRefused` when it holds what no publication
    wrote and `replace` is not given.
    """
    folder = Folder(path, replace=replace)
    folder.refuse_what_is_not_ours()
    folder.copies.mkdir(parents=True, exist_ok=True)
    with (folder.copies / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # let go by the system, however we end
        except BlockingIOError:
            raise AtWork(f"Another publication into {path} is at work. Try again when it has ended.") from None
        folder.tidy()
        yield folder


class Folder:
    """A published folder and the copies beside it."""

    def __init__(self, path: Path, *, replace: bool) -> None:
        self.path = Path(os.path.abspath(path))  # not `resolve`, which would follow the very link that we turn
        self.copies = self.path.parent / f".{self.path.name}.copies"
        self.replace = replace

    def refuse_what_is_not_ours(self) -> None:
        if os.path.ismount(self.path):
            raise FolderRefused(
                f"{self.path} is where a disk is mounted; it cannot become a link. Name a folder in it."
            )
        if self.path.is_file():
            raise FolderRefused(f"{self.path} is a file, not a folder.")
        if self.replace or self.served is not None:
            return
        if self.path.is_symlink():
            raise FolderRefused(
                f"{self.path} is a link to {os.readlink(self.path)}, which no publication made. "
                "Name another folder, or add --replace to turn the link; what it leads to stays as it is."
            )
        if self.path.is_dir() and any(self.path.iterdir()):
            raise FolderRefused(
                f"{self.path} is not empty, and no publication made it. "
                "Name another folder, or add --replace to publish over what is in it; other files in it stay."
            )

    @property
    def served(self) -> int | None:
        """The number of the copy to which the link leads."""
        if not self.path.is_symlink():
            return None
        target = Path(os.readlink(self.path))
        return int(target.name) if target.parent == Path(self.copies.name) and target.name.isdecimal() else None

    @property
    def current(self) -> int | None:
        """The copy that is served; the newest that is whole when somebody took the link away."""
        return self.served or max(self._whole_copies(), default=None)

    @property
    def made_of(self) -> str:
        """What the copy that is served was made of; empty where none is, or nobody said."""
        if self.served is None or not (self.copies / str(self.served)).is_dir():
            return ""
        try:
            return self._made_of(self.served).read_text(encoding="utf-8")
        except OSError:  # it was never said; or the copy has just been replaced
            return ""

    def say_made_of(self, number: int, made_of: str) -> None:
        """Half a line, as a kill may leave it, is none that anybody asks about."""
        if made_of:
            self._made_of(number).write_text(made_of, encoding="utf-8")
        else:
            self._made_of(number).unlink(missing_ok=True)

    def contents(self) -> tuple[Path | None, Checksums]:
        """What the folder holds now: where it lies, and which of its files are ours."""
        if self.path.is_dir() and not self.path.is_symlink():
            return self.path, {}
        if self.current is None:
            return None, {}
        return self.copies / str(self.current), _read_checksums(self._checksums(self.current))

    def new_copy(self) -> Copy:
        """An empty copy, to be filled and then served; one that was begun before is given up."""
        self.tidy()
        return Copy(self, max([*self._whole_copies(), 0]) + 1)

    def serve(self, number: int) -> None:
        """Turn the link to a whole copy, from one moment to the next."""
        link = self.copies / "link"
        link.symlink_to(Path(self.copies.name, str(number)), target_is_directory=True)
        os.sync()  # the copy is on the disk before the link: not even a power cut leaves half of it served
        if self.path.is_dir() and not self.path.is_symlink():
            self._set_aside()
        link.replace(self.path)
        self.tidy()

    def tidy(self) -> None:
        """Remove what was never finished or never served, and all copies but the current and the one before it."""
        current = self.current or 0
        before = max((number for number in self._whole_copies() if number < current), default=None)
        ours = ("", ".sha256", ".made-of")
        kept = {"lock", *(f"{number}{what}" for number in (current, before) for what in ours)}
        for path in self.copies.iterdir():
            if path.name not in kept and OURS.fullmatch(path.name):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    def _set_aside(self) -> None:
        """Make room where a real folder stands, the first time only: a link is not renamed over a folder."""
        if not any(self.path.iterdir()):
            self.path.rmdir()
            return
        _write_checksums(self._checksums(0), {})
        self.path.rename(self.copies / "0")

    def _whole_copies(self) -> list[int]:
        numbers = [int(path.name) for path in self.copies.glob("*") if path.name.isdecimal() and path.is_dir()]
        return [number for number in numbers if self._checksums(number).is_file()]

    def _checksums(self, number: int) -> Path:
        return self.copies / f"{number}.sha256"

    def _made_of(self, number: int) -> Path:
        return self.copies / f"{number}.made-of"


class Copy:
    """A copy that is being made: files are put into it, and then it is served."""

    def __init__(self, folder: Folder, number: int) -> None:
        self.folder, self.number = folder, number
        self.place = folder.copies / f"{number}.writing"
        self.place.mkdir()
        self.former, self.former_files = folder.contents()
        self.files: Checksums = {}
        self.written: list[str] = []

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file; when the former copy holds the same, take that file instead."""
        self._refuse_to_replace(name)
        file = self.place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        checksum = hashlib.sha256()
        with file.open("xb") as opened:
            for chunk in chunks:
                checksum.update(chunk)
                opened.write(chunk)
        self.files[name] = checksum.hexdigest()
        former = self.former / name if self.former and self.former_files.get(name) == self.files[name] else None
        if former and former.is_file() and filecmp.cmp(former, file, shallow=False):  # and nobody wrote into it
            file.unlink()
            _same_file(former, file)
        else:
            self.written.append(name)

    def share(self) -> Copy:
        """This copy for another process: what is put into it there is added here afterwards."""
        share = copy(self)
        share.files, share.written = {}, []
        return share

    def add(self, share: Copy) -> None:
        self.files |= share.files
        self.written += share.written

    def finish(self, *, made_of: str = "") -> Outcome:
        """Serve this copy; when nothing in it differs from the one that is served, leave that one in place.

        `made_of` is kept beside the one that is served then.
        """
        removed = sorted(name for name in self.former_files if name not in self.files)
        outcome = Outcome(tuple(sorted(self.written)), tuple(removed), len(self.files) - len(self.written))
        if self.folder.served is not None and not self.written and not removed:
            self.folder.say_made_of(self.folder.served, made_of)
            self.folder.tidy()
            return outcome
        self._take_along()
        _write_checksums(self.folder.copies / f"{self.number}.sha256", self.files)
        self.folder.say_made_of(self.number, made_of)
        self.place.rename(self.folder.copies / str(self.number))
        self.folder.serve(self.number)
        return outcome

    def _take_along(self) -> None:
        """What is in the former copy and not ours: a search engine's token, a network's own pictures."""
        for name in _names(self.former) if self.former else ():
            if name in self.former_files or name in self.files:
                continue
            target = self.place / name
            if target.is_dir() or any(parent.is_file() for parent in target.parents):
                raise self._in_the_way(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            assert self.former is not None
            _same_file(self.former / name, target)

    def _refuse_to_replace(self, name: str) -> None:
        foreign = self.former is not None and name not in self.former_files and os.path.lexists(self.former / name)
        if foreign and not self.folder.replace:
            raise self._in_the_way(name)

    def _in_the_way(self, name: str) -> FolderRefused:
        return FolderRefused(
            f"{self.folder.path / name} is not ours, and a file of the publication belongs there. "
            "Move it away, or add --replace to publish over it."
        )


def _names(folder: Path) -> Iterator[str]:
    """Every file below `folder`. A link counts as a file, whatever it leads to."""
    for parent, folders, files in os.walk(folder):
        for name in [*files, *(name for name in folders if Path(parent, name).is_symlink())]:
            yield Path(parent, name).relative_to(folder).as_posix()


def _same_file(source: Path, target: Path) -> None:
    """Give a file a second name; where the file system cannot, copy it with its time."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _read_checksums(file: Path) -> Checksums:
    lines = file.read_text(encoding="utf-8").splitlines()
    return {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}


def _write_checksums(file: Path, files: Checksums) -> None:
    """As `sha256sum` writes them, so that `sha256sum --check` reads them."""
    with file.open("w", encoding="utf-8") as opened:
        opened.writelines(f"{checksum}  {name}\n" for name, checksum in sorted(files.items()))
