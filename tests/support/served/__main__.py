"""`make film`: the committed film prepared, served and watched, with each ending on both chains, as a table."""

import sys
import tempfile
from pathlib import Path

import click

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST
from tests.support.served.closings import CLOSINGS
from tests.support.served.screening import screened


def main() -> int:
    """Print the table. A film that is not the source's, or a closing that does not come, ends it with an error."""
    click.echo(f"{'chain':<7}{'channel':<30}{'segments':>9}{'satoshis':>9}  {'bytes on the chain':<30}engine accepts")
    bad = 0
    with tempfile.TemporaryDirectory(prefix="penstock-film-") as name:
        for network in (BSV_REGTEST, BTC_REGTEST):
            for closing in CLOSINGS:
                found = screened(network, closing, Path(name))
                sizes = ", ".join(f"{size:,}" for size in found.transactions)
                right, of = found.accepted
                numbers = f"{found.segments:>9,}{found.paid:>9,}  {sizes:<30}{right} of {of} inputs"
                click.echo(f"{network.rules.chain.name:<7}{closing:<30}{numbers}")
                bad += of - right
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
