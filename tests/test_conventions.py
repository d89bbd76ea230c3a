"""Rules of the house that no linter knows."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "reporting", "residents", "activities", "partners", "accounts", "jobs")
LONGEST_MODULE = 450
INLINE = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"(?:application/json|importmap)\")", re.I),
    "an inline style sheet": re.compile(r"<style[\s>]", re.I),
    "a style attribute": re.compile(r"\sstyle\s*=", re.I),
    "an event handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
}
# Spelt in pieces, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|fa" + r"rm|ho" + r"me/\w+)/\w")
REGISTRY = re.compile(
    "|".join(["pypi" + r"\.org", "files.python" + "hosted", "registry" + r"\.npmjs", "deb" + r"\.debian\.org"])
)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|raise NotImplemented" + r"Error)\b")
ASSERTING = re.compile(r"\bassert\b|raises|expect\(|assert_|assertNum|check_|verify_")
TEXT = {".py", ".html", ".txt", ".md", ".toml", ".yaml", ".yml", ".js", ".css", ".sh", ".cfg", ".service", ".timer", ""}


def tracked_files():
    """What is, or is about to be, in the repository; a plain walk where there is no git."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        return [ROOT / name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not {".venv", "var", ".git"} & set(path.parts)]


FILES = tracked_files()
PYTHON = [path for path in FILES if path.suffix == ".py"]
MODULES = [path for path in PYTHON if path.relative_to(ROOT).parts[0] in APPS and "migrations" not in path.parts]
TEMPLATES = [path for path in FILES if path.suffix == ".html" and "templates" in path.parts]
PROSE = [
    path
    for path in FILES
    if path.suffix in TEXT and not {"vendor", "fonts"} & set(path.parts) and path.stat().st_size < 800_000
]


def lines_matching(paths, pattern, *, comment_allows=""):
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line) and not (comment_allows and comment_allows in line)
    ]


@pytest.mark.parametrize("what", INLINE)
def test_templates_hold_nothing_that_the_content_policy_refuses(what):
    assert lines_matching(TEMPLATES, INLINE[what]) == []


def test_no_file_names_a_path_of_somebodys_machine():
    assert lines_matching(PROSE, MACHINE_PATH) == []


def test_no_file_names_a_package_registry():
    assert lines_matching(PROSE, REGISTRY) == []


def test_modules_stay_short():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in MODULES}

    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_module_is_a_drawer_for_everything():
    assert [str(path) for path in MODULES if path.stem in {"services", "utils", "common", "helpers", "misc"}] == []


def test_dangerous_calls_say_why():
    dangerous = re.compile(r"csrf_exempt|mark_safe\(|\.raw\(|\.extra\(")

    assert lines_matching(MODULES, dangerous, comment_allows="# why:") == []


def test_nothing_is_left_unfinished():
    assert lines_matching(PYTHON, UNFINISHED) == []


def test_no_exception_is_swallowed():
    swallowed = re.compile(r"except( Exception)?:\s*(pass)?$")
    logged = [line for line in lines_matching(MODULES, swallowed) if not _is_logged(line)]

    assert logged == []


def _is_logged(place):
    """A catch-all is right only where a loop must go on, and then the next line logs it."""
    name, _, number = place.rpartition(":")
    following = (ROOT / name).read_text("utf-8").splitlines()[int(number)]
    return "logger.exception(" in following


def test_every_test_asserts():
    tests = [path for path in PYTHON if path.name.startswith("test_")]

    assert [place for path in tests for place in _silent_tests(path)] == []


def _silent_tests(path):
    """Tests that assert nothing, neither themselves nor through a helper of the same file."""
    source = path.read_text("utf-8")
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    text = {node: ast.get_source_segment(source, node) or "" for node in functions}
    helpers = [node.name for node in functions if not node.name.startswith("test") and ASSERTING.search(text[node])]
    asserting = re.compile("|".join([ASSERTING.pattern, *(rf"\b{name}\(" for name in helpers)]))
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for node in functions
        if node.name.startswith("test") and not asserting.search(text[node])
    ]


def test_requirements_are_pinned_with_hashes_and_name_no_address():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text("utf-8")
        pinned = re.findall(r"^[a-z0-9].*==.*$", text, re.M | re.I)

        assert len(pinned) > 20
        assert [line for line in pinned if not line.endswith("\\")] == []
        assert "://" not in text
