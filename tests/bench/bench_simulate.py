"""How long a simulated region takes, and how much memory, compared with a floor in the same run."""

from __future__ import annotations

import gzip
import resource
import time
from pathlib import Path

from brikopt.flows.simulate import simulate

_HOSPITALS_IN_A_REGION = 20
_MOST_TIMES_THE_FLOOR = 20.0
_MOST_MB, _MOST_SECONDS = 6 * 1024, 360


def _cpu_seconds() -> float:
    """CPU time of this process; other people may use the machine too."""
    return time.process_time()


def test_a_hospital_takes_a_small_multiple_of_squeezing_its_files(tmp_path: Path, capsys) -> None:
    """Nothing could write these files without squeezing them; living through the days may cost some times that."""
    simulate(tmp_path / "warm", wards=1, positions=20, years=1)  # what is compiled is compiled here
    started = _cpu_seconds()
    simulate(tmp_path / "x", preset="hospital", jobs=1)
    lived = _cpu_seconds() - started
    contents = [gzip.decompress(path.read_bytes()) for path in sorted(tmp_path.glob("x*/*.gz"))]
    started = _cpu_seconds()
    for content in contents:
        gzip.compress(content, compresslevel=3, mtime=0)
    floor = _cpu_seconds() - started
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = sum(content.count(b"\n") for content in contents)
    region = _HOSPITALS_IN_A_REGION * lived / 2 / _MOST_SECONDS
    with capsys.disabled():
        print(  # noqa: T201 - a benchmark is read on the terminal
            f"\nsimulate: {lived / floor:.1f} times squeezing its {lines / 1e6:.1f} million rows; peak "
            f"{peak_mb / _MOST_MB:.2f} of 6 GB; a region, in proportion, {region:.2f} of 6 minutes on 2 cores"
        )
    assert lived < _MOST_TIMES_THE_FLOOR * floor
    assert peak_mb < _MOST_MB
