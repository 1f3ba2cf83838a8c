"""A weather service by the request: 100 satoshis each, on a chain for trying out.

pip install 'penstock[service]'
python examples/weather_api.py serve          # in one terminal
python examples/weather_api.py ask Delft      # in another
"""

import asyncio
import sys
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from penstock.service.provider.x402.till import Till
from penstock.service.viewer.x402.paying import PurseSettings, purse
from penstock.service.x402.headers import RESPONSE, read_receipt

STATE = Path("out") / "weather"
ADDRESS = "http://127.0.0.1:8410"


async def weather(request: Request) -> JSONResponse:
    """Tell the weather of a city, which does not change here."""
    return JSONResponse({"city": request.query_params.get("city"), "weather": "rain", "celsius": 9})


app = Starlette(routes=[Route("/weather", weather)])
app.add_middleware(Till, prices={"/weather": 100}, folder=STATE / "till")


async def ask(city: str) -> None:
    """Ask for the weather of a city, and pay for the answer."""
    settings = PurseSettings(STATE / "purse", budget=20_000, most_price=100)
    async with purse(settings) as paying, httpx.AsyncClient(auth=paying, timeout=30) as client:
        answer = await client.get(f"{ADDRESS}/weather", params={"city": city})
        told = read_receipt(answer.headers[RESPONSE])
        print(f"{answer.json()}  for {told.amount} satoshis, {told.extra['after']} in all")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            uvicorn.run(app, port=int(ADDRESS.rpartition(":")[2]), log_level="warning")
        case ["ask", city]:
            asyncio.run(ask(city))
        case _:
            sys.exit(__doc__)
