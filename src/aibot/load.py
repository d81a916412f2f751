"""Reads the fact base and the phrases from disk into the core."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path

from aibot.cache import keep, kept, key_of
from aibot.core.facts import FactBase, FileText, base_of, parse_facts, parse_file, parse_parts
from aibot.core.facts.lines import lines_in
from aibot.core.facts.yaml_text import MAX_BYTES, read_yaml
from aibot.core.language import LANGUAGES, Phrases
from aibot.errors import FactsError, PhrasesError, Problem

ENTRY_POINT = "facts.yaml"


def default_facts_path() -> Path:
    """The fact base that came with the program: inside the wheel, or beside `src` in a checkout."""
    packaged = Path(str(resources.files("aibot"))) / "data" / ENTRY_POINT
    return packaged if packaged.exists() else Path(__file__).resolve().parents[2] / "data" / ENTRY_POINT


def load_facts(
    path: Path | None = None, *, extra: tuple[Path, ...] = (), cache: Path | None = None
) -> FactBase:
    """The fact base whose entry point is `path`; `extra` files are checked as part of its first pack.

    With a `cache` folder, files that were found right in an earlier run are not checked again.

    Raises:
        FactsError: with every problem of every file, unreadable files included.
    """
    files, unread = read_files(path or default_facts_path(), extra=extra)
    if cache is None or unread:
        return parse_facts(files, unread)
    key = key_of(files)
    parts = kept(cache, key)
    if parts is None:
        parts = parse_parts(files)
        keep(cache, key, parts)
    return base_of(parts)


def fact_lines(path: Path) -> dict[str, tuple[str, int]]:
    """File and line of everything that has a name in the fact base; nothing of files that cannot be read."""
    files, _ = read_files(path)
    return lines_in(read_yaml(file.text, file.name) for file in files)


def read_files(entry_point: Path, *, extra: tuple[Path, ...] = ()) -> tuple[list[FileText], list[Problem]]:
    """The texts of the entry point and of every file its packs name; and which could not be read."""
    start = FileText("facts", _shown(entry_point), _read(entry_point), is_entry_point=True)
    packs = parse_file(start).contents.packs
    first_pack = packs[0].id if packs else start.pack
    files = [replace(start, pack=first_pack)]
    problems: list[Problem] = []
    seen = {entry_point.resolve()}
    listed = [(pack.id, entry_point.parent / name) for pack in packs for name in pack.files]
    outside = [one for one in listed if not _is_below(entry_point, one[1])]
    problems += [_outside(entry_point, path) for _, path in outside]
    inside = [one for one in listed if one not in outside]
    for pack_id, path in [*inside, *((first_pack, path) for path in extra)]:
        if path.resolve() in seen:
            continue
        seen.add(path.resolve())
        try:
            files.append(FileText(pack_id, _shown(path), _read(path)))
        except FactsError as error:
            problems.extend(error.problems)
    return files, problems


def _is_below(entry_point: Path, path: Path) -> bool:
    """Whether a file really stands in the entry point's folder."""
    # problems quote what they find, and whoever writes facts may not look into other files by them
    try:
        return path.resolve().is_relative_to(entry_point.resolve().parent)
    except ValueError:  # a name with a NUL in it is no file's
        return False


def _outside(entry_point: Path, path: Path) -> Problem:
    fix = "Move it there, or take it out of the pack's list of files."
    return Problem(_shown(entry_point), 0, "", f"the file '{path}' is not in the folder of this one", fix)


def _read(path: Path) -> str:
    """A file's text, read no further than the size that will be refused anyway."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) <= MAX_BYTES:
            return data.decode("utf-8")
        what, fix = f"the file is larger than {MAX_BYTES // 1_000_000} MB", "Split it into several files."
    except UnicodeDecodeError as error:
        what = f"the file is not UTF-8 text (byte {error.start})"
        fix = "Save it as UTF-8."
    except (OSError, ValueError) as error:  # a path with a NUL in it is none
        reason = error.strerror if isinstance(error, OSError) else None
        what = f"the file cannot be read: {reason or error}"
        fix = "Check the path and the pack's list of files in facts.yaml."
    raise FactsError([Problem(_shown(path), 0, "", what, fix)])


def _shown(path: Path) -> str:
    """The path as a person would type it from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def load_phrases() -> Phrases:
    """The bot's own words, from phrases/<language>.yaml.

    Raises:
        PhrasesError: where a language lacks a phrase or a placeholder.
    """
    folder = resources.files("aibot") / "phrases"
    return Phrases(
        {language: parse_phrases((folder / f"{language}.yaml").read_text("utf-8")) for language in LANGUAGES}
    )


def parse_phrases(text: str) -> dict[str, str]:
    """One language's phrases from YAML text.

    Raises:
        PhrasesError: where the text is no flat list of phrases.
    """
    document = read_yaml(text, "phrases")
    if document.problems:
        raise PhrasesError("\n".join(str(problem) for problem in document.problems))
    if not isinstance(document.data, dict):
        raise PhrasesError("A file of phrases is a list of `name: text` lines.")
    return {name: phrase for name, phrase in document.data.items() if isinstance(phrase, str)}
