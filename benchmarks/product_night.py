"""The same night by collectctl, with the seconds of each step: `product_night.py PROJECT`.

What `collectctl run` does, with a stop-watch in place of the progress bars. With `--profile FILE`
the main process is profiled as well.
"""

import cProfile
import json
import sys
import time
from pathlib import Path

from collectctl.commands.session import session
from collectctl.nightly import Wanted, run_night


def main() -> None:
    """Runs the night and prints its counts and seconds as JSON."""
    begin = time.perf_counter()
    root = Path(sys.argv[1])
    marks: list[tuple[str, float]] = []

    def tell(stage: str, done: int = 0, total: int = 0) -> None:  # noqa: ARG001 - nightly.Tell
        if not marks or marks[-1][0] != stage:
            marks.append((stage, time.perf_counter()))

    profile = cProfile.Profile() if "--profile" in sys.argv else None
    with session(root, "run") as here:
        day = here.earliest_waiting()
        if day is None:
            raise SystemExit("nothing is waiting")
        governing, _ = here.project(day)
        wanted = Wanted(
            project=governing, day=day, overtaken=False, recorded_at=here.started_at,
            workers=governing.settings.workers, dry_run=False,
        )  # fmt: skip
        if profile is not None:
            profile.enable()
        outcome = run_night(wanted, here.ledger, tell)
        if profile is not None:
            profile.disable()
            profile.dump_stats(sys.argv[sys.argv.index("--profile") + 1])
    ends = [at for _, at in marks[1:]] + [time.perf_counter()]
    seconds = {"start": marks[0][1] - begin}
    for (stage, at), end in zip(marks, ends, strict=True):
        seconds[stage] = end - at
    prepared = {} if outcome.prepared is None else outcome.prepared.counts
    counts = {
        channel: sum(n for (_, c), n in prepared.items() if c == channel)
        for channel in ("letter", "sms")
    }
    books = {} if outcome.queued is None else outcome.queued.books.counts
    print(
        json.dumps(
            {
                "accounts": 0 if outcome.decisions is None else len(outcome.decisions),
                "letters": counts["letter"],
                "messages": counts["sms"],
                "books": len(books),
                "rows": sum(books.values()),
                "seconds": {name: round(s, 3) for name, s in seconds.items()},
            }
        )
    )


if __name__ == "__main__":
    main()
