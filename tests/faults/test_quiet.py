"""What the other tests build upon: without any fault each article is there once, and the reader would notice if not."""

from __future__ import annotations

import pytest
from faults.newsdesk import Newsdesk


def test_a_reader_who_comes_late_has_every_article_once(desk: Newsdesk) -> None:
    desk.write(range(100), name="{0}/a.md".format)
    desk.start()
    desk.write(range(100, 150))
    desk.holds(range(150))
    desk.write([3], name="{0}/a.md".format, words="Edited.")
    desk.until(lambda: b"Edited" in (desk.feeds / "all.atom").read_bytes(), "the edit is seen")
    desk.holds(range(150))
    assert len(desk.walk("all")) > 2
    assert desk.stop()[0] == 0

    (document,) = (desk.feeds / "all").glob("archive-1.atom")
    whole = document.read_text()
    entry = whole[whole.index("<entry>") : whole.index("</entry>") + len("</entry>")]
    faults = {
        "lost or doubled": whole.replace(entry, ""),
        "twice": whole.replace(entry, entry + entry),
        "another id": whole.replace(entry, entry.replace(",2025:", ",2024:")),
    }
    for told, faulty in faults.items():
        assert faulty != whole
        document.write_text(faulty)
        with pytest.raises(AssertionError, match=told):
            desk.once(range(150))
