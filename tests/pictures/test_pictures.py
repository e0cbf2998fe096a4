"""The pictures show the letters and notices that there are; ``./run pictures`` makes them anew."""

from pictures.index import FOLDER, PAGE, index
from pictures.sheets import titles


def test_the_page_shows_every_letter_and_every_notice_and_no_other() -> None:
    assert PAGE.read_text("utf-8") == index(titles())


def test_each_has_its_picture_and_no_picture_is_left_over() -> None:
    lying = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.png")}
    assert lying == titles().keys()


def test_all_of_them_are_small() -> None:
    octets = [path.stat().st_size for path in FOLDER.rglob("*.png")]
    assert sum(octets) < 6 << 20
