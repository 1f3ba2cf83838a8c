"""Keys of chunks as paid resources: `GET /v1/titles/ROOT/QUALITY/CHUNK.key` costs what a chunk costs.

So a client without a WebSocket buys chunks by requests alone; the ciphertexts are free.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from penstock.service.connection.frames import CHANNEL_PATH
from penstock.service.provider.app import Shop, peer_of
from penstock.service.provider.files import not_found, too_many
from penstock.service.provider.x402.charging import EXPOSED, NotChargedError, charged, costs
from penstock.service.x402.binding import Item, receipt, requirement
from penstock.service.x402.headers import (
    RESPONSE,
    SIGNATURE,
    HeaderError,
    Requirement,
    Resource,
    read_payment,
    receipt_header,
)


def key_routes(shop: Shop) -> list[BaseRoute]:
    """Return the paths of the keys of a provider's titles."""
    return [Route("/v1/titles/{root}/{quality:int}/{chunk:int}.key", _Keys(shop).answer, methods=["GET"])]


class _Keys:
    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def answer(self, request: Request) -> Response:
        """Return a key for its payment, or what it costs."""
        shop = self._shop
        if not shop.gate.takes(peer_of(request.scope)):
            return too_many()
        asked = self._asked(request)
        if asked is None:
            return not_found()
        resource = Resource(str(request.url), "the key of a chunk", "application/octet-stream")
        header = request.headers.get(SIGNATURE)
        if header is None:
            return costs(resource, asked, "")
        try:
            done = await charged(shop.provider, asked, read_payment(header))
        except (HeaderError, NotChargedError) as error:
            if not shop.gate.wrong(peer_of(request.scope)):
                return too_many()
            return costs(resource, asked, str(error))
        told = receipt_header(receipt(shop.provider.selling.network, done))
        headers = {RESPONSE: told, "Cache-Control": "private, no-store"} | EXPOSED
        return Response(done.key, media_type="application/octet-stream", headers=headers)

    def _asked(self, request: Request) -> Requirement | None:
        """Return what the key of a request costs; None if it is not sold here."""
        shop, provider = self._shop, self._shop.provider
        try:
            title = bytes.fromhex(request.path_params["root"])
        except ValueError:
            return None
        named = provider.library.titles.get(title)
        quality, chunk = request.path_params["quality"], request.path_params["chunk"]
        qualities = () if named is None else named.prepared.qualities
        if quality >= len(qualities) or chunk >= qualities[quality].manifest.chunks or named is None:
            return None
        item = Item(title, qualities[quality].manifest.movie, chunk)
        url = str(request.base_url).rstrip("/") + CHANNEL_PATH
        publisher = named.prepared.title.publisher
        selling = provider.selling
        return requirement(selling.network, publisher, item, selling.price_of(title), shop.opening.base, url)
