"""`make model`: the runs, the least safe margins, and the planted faults with the traces that show them."""

import sys
from time import process_time

from click import echo

from tests.support.model.faults import FAULTS
from tests.support.model.runs import CHAINS, RUNS, least_delay, least_margin, planted
from tests.support.model.world import Setting, World

CHUNKS = {"payee": (1, 2, 3), "payer": (1, 2, 3), "both": (1, 2)}
"""The chunks of the runs. Where both are honest, three make more than a million states."""
LARGEST = 2
"""The largest L and R whose margins are tried."""


def main() -> int:
    """Print the tables; return 1 if an invariant is broken, or a planted fault is not found."""
    faults = [*_runs(), *_margins(), *_planted()]
    for fault in faults:
        echo(f"FAILED: {fault}")
    return 1 if faults else 0


def _runs() -> list[str]:
    echo(f"{'honest':8}{'chain':7}{'chunks':>6}{'states':>10}{'seconds':>9}")
    failed = []
    for honest, run in RUNS.items():
        for chain, network in CHAINS.items():
            for chunks in CHUNKS[honest]:
                begun = process_time()
                result = run(World(Setting(network, chunks=chunks)))
                seconds = process_time() - begun
                echo(f"{honest:8}{chain:7}{chunks:>6}{result.states:>10,}{seconds:>9.1f}")
                if result.broken:
                    echo(result)
                    failed.append(f"{honest} honest, {chain}, {chunks} chunks")
    return failed


def _margins() -> list[str]:
    echo("\nleast margin M, and least delay of a payment's refund, in blocks")
    echo(f"{'chain':7}{'L':>3}{'R':>3}{'margin':>8}{'formula':>9}{'delay':>8}{'formula':>9}")
    failed = []
    for chain in CHAINS:
        for waiting in range(LARGEST + 1):
            for undoings in range(LARGEST + 1):
                formula = (undoings + 1) * (waiting + 1)
                margin, delay = least_margin(chain, waiting, undoings), least_delay(chain, waiting, undoings)
                echo(f"{chain:7}{waiting:>3}{undoings:>3}{margin:>8}{formula:>9}{delay:>8}{formula + 1:>9}")
                if margin > formula or delay > formula + 1:
                    failed.append(f"the formula of the margins with L = {waiting}, R = {undoings} on {chain}")
    return failed


def _planted() -> list[str]:
    echo("\nplanted faults, with the shortest way to the loss")
    missed = []
    for fault in FAULTS:
        for chain in fault.on:
            result = planted(fault, chain)
            echo(f"\n{fault.name} ({chain}, {fault.run} honest but for it)\n{result}")
            if result.broken is None or fault.invariant not in result.broken:
                missed.append(f"planted fault not found: {fault.name} ({chain})")
    return missed


if __name__ == "__main__":
    sys.exit(main())
