"""The look keeps its rules: every icon exists, nothing inline, both dark modes agree, vendored files as recorded."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CSS = (ROOT / "static/css/portal.css").read_text(encoding="utf-8")
SPRITE = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/icons/sprite.svg").read_text(encoding="utf-8")))
VENDOR = ROOT / "static/vendor"


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_template_is_valid_and_obeys_the_content_security_policy(path):
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)
    get_template(str(path.relative_to(ROOT / "templates")))
    assert re.findall(r"""\sstyle\s*=\s*["']""", text) == []
    assert re.findall(r"""\son[a-z]+\s*=\s*["']""", text) == []
    assert re.findall(r"<style\b|<script(?![^>]*\bsrc=)", text) == []
    assert "hx-on" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_icons_named_in_templates_are_in_the_sprite(path):
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r"""{%\s*icon\s+["']([^"']+)["']\s*(?:["'%]|%})""", text))
    named |= set(re.findall(r"""icon_name=["']([^"']+)["']""", text))
    assert named - SPRITE == set()


def test_icons_named_in_python_are_in_the_sprite():
    from accounts.context_processors import MENU, NAVIGATION

    pages = [page for pages in (*NAVIGATION.values(), *MENU.values()) for page in pages]
    assert {page.icon for page in pages} - SPRITE == set()


def block(selector: str) -> str:
    """The declarations of the first rule with this selector."""
    start = CSS.index(selector)
    return CSS[CSS.index("{", start) + 1 : CSS.index("}", start)]


def test_dark_by_switch_and_dark_by_device_are_the_same():
    def declarations(text: str) -> list[str]:
        return sorted(line.strip() for line in text.splitlines() if line.strip())

    assert declarations(block('[data-bs-theme="dark"] {')) == declarations(block(":root:not([data-bs-theme]) {"))


def luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("selector", ['[data-bs-theme="light"] {', '[data-bs-theme="dark"] {'])
def test_colours_are_readable(selector):
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block(selector)))
    pairs = [(text, ground) for text in ("ink", "soft", "accent-text") for ground in ("paper", "card", "well")]
    pairs += [("on-accent", "accent"), ("on-night", "night"), ("on-night-soft", "night"), ("on-selected", "selected")]
    pairs += [("accent-text", "accent-tint"), ("ink", "accent-tint")]
    for position in range(5):
        tint = f"area-{position}-tint" if f"area-{position}-tint" in tokens else "card"
        pairs += [(f"area-{position}-text", tint), ("ink", tint), ("soft", tint)]
    assert [(a, b) for a, b in pairs if contrast(tokens[a], tokens[b]) < 4.5] == []
    edges = [("control", "card"), ("control", "paper"), ("focus", "paper"), ("focus", "card")]
    edges += [(f"area-{position}", "card") for position in range(5)]
    assert [(a, b) for a, b in edges if contrast(tokens[a], tokens[b]) < 3] == []


def test_full_colour_grounds_carry_white_text():
    solid = re.findall(r"--area-\d-solid: (#[0-9a-f]{6});", CSS)
    assert len(solid) == 5
    assert [colour for colour in solid if contrast("#ffffff", colour) < 4.5] == []


def test_styles_load_nothing_from_elsewhere():
    assert re.findall(r"""url\(["']?(?:data:|https?:|//)""", CSS) == []
    linked = {Path("static/css") / link for link in re.findall(r'url\("([^"]+)"\)', CSS)}
    assert [str(link) for link in sorted(linked) if not (ROOT / link).resolve().is_file()] == []


def test_vendored_files_are_the_recorded_ones():
    record = json.loads((VENDOR / "vendored.json").read_text(encoding="utf-8"))
    recorded = {f"{entry['folder']}/{name}": sha for entry in record.values() for name, sha in entry["files"].items()}
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name not in {"LICENSE", "vendored.json"}
    }
    assert found == recorded
    assert [entry["folder"] for entry in record.values() if not (VENDOR / entry["folder"] / "LICENSE").is_file()] == []


def test_vendored_files_point_to_no_source_map():
    texts = [path.read_text(encoding="utf-8") for path in VENDOR.rglob("*") if path.suffix in {".css", ".js"}]
    assert [text[:80] for text in texts if "sourceMappingURL" in text] == []


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "429.html", "500.html"])
def test_error_pages_stand_without_any_context(name):
    with translation.override("da"):
        page = render_to_string(name)
    assert page.count("<h1>") == 1
    assert 'lang="da"' in page


def test_public_base_sets_no_cookie():
    request = RequestFactory().get("/herredsvang/program/")
    page = render_to_string("base_public.html", {"area": 3}, request=request)
    assert 'class="public area-3' in page
    assert "CSRF_COOKIE" not in request.META
    assert "csrfmiddlewaretoken" not in page


def test_navigation_folds_what_is_beyond_the_fourth_on_phones():
    items = [
        {"url": f"/{number}/", "label": f"Side {number}", "icon": "house", "active": number == 1} for number in range(7)
    ]
    page = render_to_string("includes/_nav.html", {"nav_items": items})
    assert page.count('class="mainnav-extra"') == 3
    assert page.count('class="menu-item"') == 3
    assert page.count('aria-current="page"') == 1
    few = render_to_string("includes/_nav.html", {"nav_items": items[:5]})
    assert "mainnav-more" not in few
