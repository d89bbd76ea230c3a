"""Fetch the browser files we ship (styles, htmx, fonts, icons) and build the icon sprite.

Run `python deploy/vendor_frontend.py` after changing a version below; the result is committed, so nobody needs npm to
build, run or test the portal. Packages come through the npm client with its own configuration, by exact version;
`static/vendor/vendored.json` records version, licence, npm's integrity value and the SHA-256 of each file we keep.
The fonts of printed documents are made of the same designs' static weights, into `templates/typst/fonts` with a record
of their own; only that part needs `fonttools` and `brotli` (see `document_fonts.py`), and is left out without them.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
DOCUMENT_FONTS = ROOT / "templates" / "typst" / "fonts"
OWN_ICONS = Path(__file__).resolve().parent / "icons"
ICON_LIST = OWN_ICONS / "lucide.txt"  # adding an icon: put its Lucide name here, run this script, commit the sprite
SPRITE = ROOT / "static" / "icons" / "sprite.svg"
SVG = "http://www.w3.org/2000/svg"

# package → (exact version, folder under static/vendor, files kept)
PACKAGES = {
    "bootstrap": ("5.3.9", "bootstrap", ["dist/css/bootstrap.min.css"]),
    "htmx.org": ("2.0.11", "htmx", ["dist/htmx.min.js"]),
    "@fontsource-variable/bricolage-grotesque": (
        "5.3.0",
        "bricolage-grotesque",
        [
            "files/bricolage-grotesque-latin-wght-normal.woff2",
            "files/bricolage-grotesque-latin-ext-wght-normal.woff2",
        ],
    ),
    "@fontsource-variable/figtree": (
        "5.3.0",
        "figtree",
        ["files/figtree-latin-wght-normal.woff2", "files/figtree-latin-ext-wght-normal.woff2"],
    ),
    "lucide-static": ("1.62.0", "lucide", []),  # its icons go into the sprite
}

# family in documents → (package, exact version, stem of its files, weights)
DOCUMENT_FAMILIES = {
    "Bricolage Grotesque": ("@fontsource/bricolage-grotesque", "5.3.0", "bricolage-grotesque", [600, 700, 800]),
    "Figtree": ("@fontsource/figtree", "5.3.0", "figtree", [400, 500, 600, 700]),
}


def fetch(package: str, version: str, folder: Path) -> tuple[Path, str]:
    """Download one package with the npm client; return its unpacked folder and npm's integrity value."""
    done = subprocess.run(
        ["npm", "pack", f"{package}@{version}", "--json", "--pack-destination", str(folder)],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    )
    packed = json.loads(done.stdout)
    info = packed[0] if isinstance(packed, list) else next(iter(packed.values()))
    archive = next(folder.glob("*.tgz"))
    target = folder / "unpacked"
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package", info["integrity"]


def cleaned(name: str, content: bytes) -> bytes:
    """Drop source-map pointers (the maps are not shipped) and put Bootstrap in its own cascade layer."""
    if name.endswith((".css", ".js")):
        text = content.decode()
        text = re.sub(r"/\*# sourceMappingURL=.*?\*/|^//# sourceMappingURL=.*$", "", text, flags=re.M).strip()
        if name.endswith("bootstrap.min.css"):
            text = text.replace('@charset "UTF-8";', "")
            text = "@layer bootstrap{" + text + "}"  # so that portal.css wins without fighting over specificity
        return (text + "\n").encode()
    return content


def symbol(name: str, source: Path, *, stroke: bool) -> ET.Element:
    """Turn one SVG file into a <symbol>."""
    svg = ET.parse(source).getroot()  # noqa: S314
    element = ET.Element(f"{{{SVG}}}symbol", {"id": name, "viewBox": svg.get("viewBox", "0 0 24 24")})
    if stroke:
        element.attrib.update(
            {
                "fill": "none",
                "stroke": "currentColor",
                "stroke-width": "2",
                "stroke-linecap": "round",
                "stroke-linejoin": "round",
            }
        )
    for child in svg:
        child.tail = None
        element.append(child)
    return element


def build_sprite(lucide: Path) -> None:
    """Write the sprite: the Lucide icons in use, then our own shapes from deploy/icons/."""
    ET.register_namespace("", SVG)
    sprite = ET.Element(f"{{{SVG}}}svg")
    for name in ICON_LIST.read_text(encoding="utf-8").split():
        sprite.append(symbol(name, lucide / "icons" / f"{name}.svg", stroke=True))
    for source in sorted(OWN_ICONS.glob("*.svg")):
        sprite.append(symbol(source.stem, source, stroke=False))
    ET.indent(sprite, space="")
    SPRITE.parent.mkdir(parents=True, exist_ok=True)
    SPRITE.write_text(ET.tostring(sprite, encoding="unicode") + "\n", encoding="utf-8")


def build_document_fonts() -> None:
    """Make the font files of printed documents and their record."""
    from document_fonts import as_ranges, make_document_font

    record = {}
    DOCUMENT_FONTS.mkdir(parents=True, exist_ok=True)
    for family, (package, version, stem, weights) in DOCUMENT_FAMILIES.items():
        with tempfile.TemporaryDirectory() as temporary:
            unpacked, integrity = fetch(package, version, Path(temporary))
            (DOCUMENT_FONTS / f"LICENSE-{stem}").write_bytes((unpacked / "LICENSE").read_bytes())
            kept, drawn = {}, []
            for weight in weights:
                target = DOCUMENT_FONTS / f"{stem}-{weight}.ttf"
                characters = make_document_font(
                    latin=unpacked / "files" / f"{stem}-latin-{weight}-normal.woff2",
                    latin_ext=unpacked / "files" / f"{stem}-latin-ext-{weight}-normal.woff2",
                    family=family,
                    weight=weight,
                    target=target,
                )
                kept[target.name] = hashlib.sha256(target.read_bytes()).hexdigest()
                drawn.append(characters)
            record[package] = {
                "version": version,
                "licence": json.loads((unpacked / "package.json").read_text())["license"],
                "integrity": integrity,
                "characters": as_ranges(set.intersection(*drawn)),
                "files": kept,
            }
            sys.stdout.write(f"{package} {version}\n")
    (DOCUMENT_FONTS / "fonts.json").write_text(json.dumps(record, sort_keys=True) + "\n", encoding="utf-8")


def main() -> int:
    """Fetch every package, keep the named files, write the record."""
    record = {}
    for package, (version, folder, files) in PACKAGES.items():
        with tempfile.TemporaryDirectory() as temporary:
            unpacked, integrity = fetch(package, version, Path(temporary))
            manifest = json.loads((unpacked / "package.json").read_text())
            target = VENDOR / folder
            target.mkdir(parents=True, exist_ok=True)
            licence = next(path for path in sorted(unpacked.iterdir()) if path.name.upper().startswith("LICENSE"))
            (target / "LICENSE").write_bytes(licence.read_bytes())
            kept = {}
            for name in files:
                content = cleaned(name, (unpacked / name).read_bytes())
                (target / Path(name).name).write_bytes(content)
                kept[Path(name).name] = hashlib.sha256(content).hexdigest()
            if package == "lucide-static":
                build_sprite(unpacked)
            record[package] = {
                "version": manifest["version"],
                "licence": manifest["license"],
                "folder": folder,
                "integrity": integrity,
                "files": kept,
            }
            sys.stdout.write(f"{package} {version}\n")
    (VENDOR / "vendored.json").write_text(json.dumps(record, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    try:
        build_document_fonts()
    except ModuleNotFoundError as missing:
        sys.stdout.write(f"The fonts of documents are as they were: {missing.name} is not installed.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
