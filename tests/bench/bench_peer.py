"""How many position-days a second a shelf is lived forward, beside stockpyl's simulator, in the same run.

Run by ``make bench``. stockpyl brings more than brikopt wants to live with, so it gets an environment of its own under
``build/``, which the first run makes. Its units wait where ours are lost: the work of a day is alike, the costs are not
compared.
"""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from tests.stock.futures import known_future, lived, min_max

PEER = "stockpyl==1.0.2"
DEMAND = [0.55, 0.25, 0.15, 0.05]
DAYS, PATHS = 2_000, 500
SCRIPT = f"""
import time, warnings
warnings.filterwarnings("ignore")
from stockpyl.sim import simulation
from stockpyl.supply_chain_network import single_stage_system
network = single_stage_system(
    holding_cost=0.05, stockout_cost=40, demand_type="CD", demand_list={list(range(len(DEMAND)))},
    probabilities={DEMAND}, policy_type="sS", reorder_point=4, order_up_to_level=12, shipment_lead_time=2)
started = time.perf_counter()
simulation(network, {DAYS}, rand_seed=1, progress_bar=False)
print({DAYS} / (time.perf_counter() - started))
"""


def peer_python():
    """A Python that has the peer, made at the first call."""
    place = Path("build/peers")
    python = place / "bin" / "python"
    if not python.exists():
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "--quiet", place, "--python", sys.executable], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, PEER], check=True)
    return python


def test_replay_beside_a_peer():
    """An order up to 12 at 4, lead time 2, four sizes of daily demand."""
    found = subprocess.run([peer_python(), "-c", SCRIPT], check=True, capture_output=True, text=True)
    peer = float(found.stdout.split()[-1])
    use = np.random.default_rng(1).choice(len(DEMAND), p=DEMAND, size=(PATHS, DAYS))
    plan, future = min_max(4, 12), known_future(use, [(99_999, 12)], lead_time=3)
    lived(plan, future, 10)  # compiles before the clock runs
    started = time.perf_counter()
    lived(plan, future, DAYS)
    ours = PATHS * DAYS / (time.perf_counter() - started)
    print(  # noqa: T201 - what the bench is for
        f"\nreplay, min 4, max 12: {ours / 1e6:.1f} million position-days a second, {ours / peer:.0f} times {PEER}"
    )
    assert ours > peer
