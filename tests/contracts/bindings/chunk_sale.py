# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `ChunkSale`."""

from collections.abc import Sequence

from penstock import bindings


class ChunkSaleCoin(bindings.Coin):
    """A coin with the contract `ChunkSale`."""

    __slots__ = ()

    def deliver(self, chunk: bindings.Bytes, path: Sequence[bytes], sellerSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `deliver`.

        Args:
            chunk: `bytes`.
            path: `Sha256[4]`, exactly 4 values.
            sellerSig: `Sig`.
        """
        return self._call("deliver", chunk, path, sellerSig)

    def cancel(self, sellerSig: bindings.Sig, buyerSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `cancel`.

        Args:
            sellerSig: `Sig`.
            buyerSig: `Sig`.
        """
        return self._call("cancel", sellerSig, buyerSig)


class ChunkSale(bindings.Binding[ChunkSaleCoin]):
    """Chunk sale: pays for one chunk of a file, of which the contract knows only the root of a Merkle tree.

    The file has sixteen chunks. The seller shows chunk number `index` and its path: the hashes of the four neighbours
    on the way from the chunk up to the root. Nodes are those of RFC 6962: sha256(00 | H) for a leaf, where H is the
    SHA-256 of its chunk, and sha256(01 | left | right) above. Buyer and seller together may take the money back.
    """

    source = bindings.Source(__file__, "../../../contracts/chunk_sale.scrypt", "ce5b17f715cb5d57")
    coin_type = ChunkSaleCoin

    def __init__(self, root: bytes, index: int, seller: bindings.PubKey, buyer: bindings.PubKey) -> None:
        """Take the arguments of the constructor.

        Args:
            root: `Sha256`.
            index: `int`.
            seller: `PubKey`.
            buyer: `PubKey`.
        """
        super().__init__(root, index, seller, buyer)
