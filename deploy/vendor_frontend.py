"""Fetch the browser files we ship (styles, htmx, fonts, icons) and build the icon sprite.

Run `python deploy/vendor_frontend.py` after changing a version below; the result is committed, so nobody needs npm to
build, run or test the portal. Packages come through the npm client with its own configuration, by exact version;
`static/vendor/vendored.json` records version, licence, npm's integrity value and the SHA-256 of each file we keep.
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
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
