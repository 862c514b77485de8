"""What an added article costs when there are many: CPU from its change to its feed's bytes, archives of three sizes.

Usage: flat.py [ARTICLES ...]      (default: 1000 100000 1000000)

All of it in one process: read, parse, choose topics, keep, regenerate, publish. The bar: at most 1.3 x.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import synthetic

from feedd import config as configuration
from feedd.archive import Archive
from feedd.daemon import _edition
from feedd.dates import utc_now
from feedd.inbox import Change, look
from feedd.intake import Intake
from feedd.model import Place
from feedd.pipeline import Pipeline
from feedd.publish import FolderPublisher

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from newsroom import Inline

WARM, ADDED = 60, 240


def cost(count: int) -> tuple[float, float]:
    """The median of CPU milliseconds for an added article, and MiB of the archive."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = configuration.load(synthetic.config(folder))
        config.state.mkdir()
        inbox = config.inboxes[0]
        synthetic.fill(config.state / "feedd.db", inbox.root, count, members=count)
        with closing(Archive(config.state / "feedd.db")) as archive:
            authority = config.site.authority
            intake = Intake(
                archive, config.inboxes, config.topics, authority=authority, parser=Inline(), clock=utc_now
            )  # fmt: skip
            publisher = FolderPublisher(config.output, clock=utc_now)
            pipeline = Pipeline(archive, publisher, intake, edition=_edition(config), clock=utc_now)
            taken = []
            for number in range(count, count + WARM + ADDED):
                path = f"new-{number}.md"
                when = synthetic.date_of(number).isoformat()
                (inbox.root / path).write_text(
                    f"---\ntitle: Another story {number}\ndate: {when}\nlink: https://news.example.org/stories/{number}\n"
                    f"tags: [{synthetic.topic(number % 20)}]\n---\n\nWords of story {number}.\n"
                )
                change = Change(Place("inbox", path.encode()), look(inbox.root, path.encode()))
                begun = time.process_time()
                pipeline.ingest([change])
                while pipeline.waiting:
                    pipeline.ingest([])
                due = pipeline.due()
                pipeline.refresh(due)
                taken.append((time.process_time() - begun) * 1000)
                assert len(due) == 1, due
            size = (config.state / "feedd.db").stat().st_size / 2**20
        return statistics.median(taken[WARM:]), size


def main() -> None:
    """Prints the table."""
    print(f"{'articles':>9} {'archive, MiB':>13} {'ms CPU an added article':>24} {'of the least':>13}")
    costs = []
    for count in map(int, sys.argv[1:] or ["1000", "100000", "1000000"]):
        taken, size = cost(count)
        costs.append(taken)
        print(f"{count:9} {size:13.0f} {taken:24.2f} {taken / min(costs):12.2f}x", flush=True)


if __name__ == "__main__":
    main()
