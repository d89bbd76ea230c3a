"""`make screenshots` fails only for a reason that it names."""

import pytest
from PIL import Image

from tests.screenshots import MOST_BYTES, report, shrink, trouble_with

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, []),
        ({"status": 404}, ["answered 404"]),
        ({"is_too_wide": True}, ["wider than the screen"]),
        ({"size": MOST_BYTES}, []),
        ({"size": 240_000}, ["240 kB, at most 200"]),
    ],
)
def test_trouble_is_named(fields, words):
    assert trouble_with(**{"status": 200, "is_too_wide": False, "size": 1000, **fields}) == words


def test_the_exit_code_comes_with_its_reason(capsys):
    assert report(["maal-1280.png: answered 404"]) == 1
    assert capsys.readouterr().err == "FAILED maal-1280.png: answered 404\n"
    assert (report([]), capsys.readouterr().err) == (0, "")


def test_a_picture_gets_smaller_and_keeps_its_size_and_colours(tmp_path):
    picture = tmp_path / "side.png"
    image = Image.new("RGB", (360, 740), "#FBF7F0")
    image.paste("#A23B2A", (20, 20, 200, 80))
    image.save(picture, compress_level=0)
    before = picture.stat().st_size

    shrink(picture)

    with Image.open(picture) as after:
        assert (after.size, after.convert("RGB").getpixel((50, 50))) == ((360, 740), (0xA2, 0x3B, 0x2A))
    assert picture.stat().st_size < before
