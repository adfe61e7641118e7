"""Imports motion files into one folder of clips on our skeleton. A broken file is named and skipped."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from models.training.data import library
from models.training.data.clips import Clip, plain_name, read_packed
from models.training.data.importers.aist import read_aist
from models.training.data.importers.asf_amc import CMU_FPS, read_asf_amc
from models.training.data.importers.bvh import read_bvh
from models.training.data.importers.joint_tables import Table
from models.training.data.importers.retarget import to_clip
from realtime.errors import FarandoleError
from realtime.motion.skeleton import JOINT_NAMES

VERSION = "1"
"""Changes whenever the same file would give another clip."""
SUFFIXES = (".bvh", ".amc", ".pkl", ".npz")
CMU_LICENCE = (
    "The data used in this project was obtained from mocap.cs.cmu.edu. The database was created with funding from "
    "NSF EIA-0196217."
)
UNKNOWN_LICENCE = "not stated"
_CMU_AMC = re.compile(r"(?P<subject>\d+)_(?P<trial>\d+)")
_COUPLE = ("60", "61")
"""CMU's subjects who dance salsa together: a trial of the one is a trial of the other."""


@dataclass(frozen=True)
class Wishes:
    """What a person says about the files.

    Attributes:
        style: of all files; "" leaves it to `styles`, to the file or to its folder's name.
        styles: (pattern of a file's name without its ending, style), the first that fits counts.
        source, licence: of all files; "" where the file or its kind says more.
        joints: their names for our joints; empty for the usual ones.
        amc_fps: frames per second of AMC files, which do not say.
    """

    style: str = ""
    styles: tuple[tuple[str, str], ...] = ()
    source: str = ""
    licence: str = ""
    joints: tuple[tuple[str, str], ...] = ()
    amc_fps: float = CMU_FPS

    @property
    def table(self) -> Table | None:
        """The joints' names as the retargeting wants them."""
        return {ours: (theirs,) for ours, theirs in self.joints} or None


class Outcome(NamedTuple):
    """What became of a file: the clips it gave, or why it gave none."""

    file: Path
    clips: list[str]
    problem: str = ""


def find_files(sources: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Return every motion file of files and folders, each with the folder that it was found under.

    Raises:
        FarandoleError: a source is not there, or there is no motion in any.
    """
    found: list[tuple[Path, Path]] = []
    for source in sources:
        if source.is_dir():
            files = sorted(file for file in source.rglob("*") if file.suffix.lower() in SUFFIXES)
            found += [(file, source) for file in files if file.suffix.lower() != ".npz" or _is_packed(file)]
        elif source.exists():
            found.append((source, source.parent))
        else:
            raise FarandoleError(f"{source}: expected a motion file or a folder of them, there is nothing")
    if not found:
        raise FarandoleError(
            f"{', '.join(map(str, sources))}: expected motion files ({', '.join(SUFFIXES)}), found none"
        )
    return found


def import_motion(
    sources: Sequence[Path],
    out: Path,
    wishes: Wishes,
    *,
    progress: Callable[[int, Outcome], None] = lambda _count, _outcome: None,
) -> list[Outcome]:
    """Import every file into `out`; clips that are there from the same file and wishes stay.

    Args:
        sources: files and folders.
        out: the folder to write.
        wishes: what a person says about the files.
        progress: is told how many files there are, and what became of each.
    """
    files = find_files(sources)
    out.mkdir(parents=True, exist_ok=True)
    outcomes: list[Outcome] = []
    for (file, under), name in zip(files, _names(files), strict=True):
        outcome = _imported(file, name, _folder_style(file, under), out, wishes)
        outcomes.append(outcome)
        progress(len(files), outcome)
    library.write_index(out, [name for outcome in outcomes for name in outcome.clips])
    return outcomes


def read_styles(file: Path) -> tuple[tuple[str, str], ...]:
    """Return the lines "pattern,style" of a file; `60_*,salsa` is one.

    Raises:
        FarandoleError: a line is not of that form.
    """
    rows: list[tuple[str, str]] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        pattern, comma, style = line.partition(",")
        if not comma or not pattern.strip() or not style.strip():
            raise FarandoleError(f'{file}, line {number}: expected "pattern,style", as in "60_*,salsa", got {line!r}')
        rows.append((pattern.strip(), style.strip()))
    return tuple(rows)


def read_joints(file: Path) -> tuple[tuple[str, str], ...]:
    """Return their names for our joints from a TOML file, as in `left_hip = "Thigh_L"`.

    Raises:
        FarandoleError: it is no such file, or names a joint that we have not.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FarandoleError(f'{file}: expected lines as in left_hip = "Thigh_L": {error}') from error
    for ours, theirs in content.items():
        if ours not in JOINT_NAMES or not isinstance(theirs, str):
            raise FarandoleError(
                f"{file}: expected one of {', '.join(JOINT_NAMES)} and a name in quotes, got {ours} = {theirs!r}"
            )
    return tuple((ours, str(theirs)) for ours, theirs in content.items())


def _imported(file: Path, name: str, folder: str, out: Path, wishes: Wishes) -> Outcome:
    try:
        origin = f"{file.name} {_fingerprint(file, wishes, name, folder)}"
        if library.origin_of(out, name) == origin:
            return Outcome(file, [name])
        names: list[str] = []
        for clip in _read(file, name, folder, wishes):
            if library.origin_of(out, clip.name) != origin:
                library.write_clip(out, clip, origin)
            names.append(clip.name)
    except FarandoleError as error:
        return Outcome(file, [], str(error))
    except OSError as error:
        return Outcome(file, [], f"{file}: {error}")
    return Outcome(file, names)


def _read(file: Path, name: str, folder: str, wishes: Wishes) -> Iterator[Clip]:
    """Yield the clips of a file, described as wished."""
    match file.suffix.lower():
        case ".npz":
            yield from (_described(clip, wishes, style=clip.style) for clip in read_packed(file))
        case ".pkl":
            clip = read_aist(file)
            yield _described(replace(clip, name=name), wishes, style=folder if clip.style == "dance" else clip.style)
        case ".bvh":
            clip = to_clip(
                read_bvh(file),
                name=name,
                style="",
                trial=name,
                source=f"BVH {file.name}",
                licence="",
                table=wishes.table,
            )
            yield _described(clip, wishes, style=folder)
        case ".amc":
            yield _described(_read_amc(file, name, wishes), wishes, style=folder)
        case other:
            raise FarandoleError(f"{file}: expected one of {', '.join(SUFFIXES)}, got {other!r}")


def _read_amc(file: Path, name: str, wishes: Wishes) -> Clip:
    number = _CMU_AMC.fullmatch(file.stem)
    choices = [file.with_suffix(".asf"), *([file.with_name(f"{number['subject']}.asf")] if number else [])]
    skeletons = [asf for asf in choices if asf.exists()] or sorted(file.parent.glob("*.asf"))
    if not skeletons:
        raise FarandoleError(f"{file}: expected its skeleton {' or '.join(c.name for c in choices)} beside it")
    captured = read_asf_amc(skeletons[0], file, fps=wishes.amc_fps)
    trial, source, licence = name, f"AMC {file.name}", ""
    if number:
        couple = number["subject"] in _COUPLE
        trial = f"cmu_{_COUPLE[0] if couple else number['subject']}_{number['trial']}"
        source, licence = f"CMU mocap {file.stem}", CMU_LICENCE
    return to_clip(captured, name=name, style="", trial=trial, source=source, licence=licence, table=wishes.table)


def _described(clip: Clip, wishes: Wishes, *, style: str) -> Clip:
    """Return the clip with a style, source and licence: as wished, or else as its file or folder says."""
    by_name = [wished for pattern, wished in wishes.styles if fnmatch(clip.name, pattern)]
    return replace(
        clip,
        style=wishes.style or (by_name[0] if by_name else style),
        source=wishes.source or clip.source,
        licence=wishes.licence or clip.licence or UNKNOWN_LICENCE,
    )


def _names(files: Sequence[tuple[Path, Path]]) -> list[str]:
    """Return a name for every file: its own, with its folders where another is called the same."""
    stems = [plain_name(file.stem) for file, _ in files]
    return [
        stem if stems.count(stem) == 1 else plain_name("_".join(file.relative_to(under).with_suffix("").parts)) + tail
        for stem, (file, under), tail in zip(
            stems, files, (file.suffix.replace(".", "_") for file, _ in files), strict=True
        )
    ]


def _folder_style(file: Path, under: Path) -> str:
    """Return the name of the folder that a file is in, below the one that was given; else that one's."""
    return file.parent.name or under.name or "dance"


def _is_packed(file: Path) -> bool:
    return file.with_suffix(".json").exists()


def _fingerprint(file: Path, wishes: Wishes, name: str, folder: str) -> str:
    digest = hashlib.sha256(repr((VERSION, wishes, name, folder)).encode())
    beside = [*sorted(file.parent.glob("*.asf"))] if file.suffix.lower() == ".amc" else []
    if file.suffix.lower() == ".npz":
        beside = [file.with_suffix(".json")]
    for one in (file, *beside):
        digest.update(one.read_bytes())
    return digest.hexdigest()[:16]
