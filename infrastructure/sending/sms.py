"""Hands one SMS over to the gateway that the settings describe, as one HTTP request, and says what came of it."""

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus
from uuid import UUID

import httpx2

from domain.correspondence.carriers import Format, SmsGateway, placeholders
from domain.message import Failure, OutcomeUnknown, Refused, Report, Taken

READ_AT_MOST = 64 * 1024
"""Bytes of an answer."""

CONTENT_TYPES = {Format.JSON: "application/json", Format.FORM: "application/x-www-form-urlencoded"}
NOT_OURS_TO_ASK = frozenset({401, 403, 404, 405, 407})
"""What a gateway answers to whoever has the wrong token or address."""

NOT_NOW = frozenset({408, 425, 429, 500, 503})
NOBODY_KNOWS = frozenset({502, 504})
"""What stands between answers where it has not heard the gateway itself (RFC 9110, 15.6.3 and 15.6.5)."""


def hand_over_sms(
    gateway: SmsGateway, token: str | None, message_id: UUID, to: str, text: str, *, patience: float
) -> Report:
    """`patience` is how many seconds the gateway may take to be there, and then to answer."""
    texts = (gateway.url, gateway.body, *(value for _, value in gateway.headers))
    if token is None and any("token" in placeholders(one) for one in texts):
        return Refused(Failure.NOT_SET_UP)
    values = {"to": to, "text": text, "id": str(message_id), "token": token or ""}
    headers = {"Accept-Encoding": "identity"} | {name: _filled(value, values, str) for name, value in gateway.headers}
    if not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = CONTENT_TYPES[gateway.format]
    body = _filled(gateway.body, values, _in_json if gateway.format is Format.JSON else quote_plus)
    url = _filled(gateway.url, values, lambda value: quote(value, safe=""))
    try:
        request = httpx2.Request(gateway.method, url, content=body.encode(), headers=headers)
        return asyncio.run(_sent(gateway, request, patience))
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol) as error:
        return Refused(Failure.UNREACHABLE, type(error).__name__)
    except (
        httpx2.InvalidURL,
        httpx2.LocalProtocolError,
        UnicodeEncodeError,
    ) as error:  # no such request can be written
        return Refused(Failure.NOT_SET_UP, type(error).__name__)
    except (httpx2.TransportError, TimeoutError) as error:
        return OutcomeUnknown(type(error).__name__)


async def _sent(gateway: SmsGateway, request: httpx2.Request, patience: float) -> Report:
    """To nobody but the gateway: neither where its answer points to, nor through a proxy of the environment."""
    async with (
        asyncio.timeout(2 * patience),
        httpx2.AsyncClient(timeout=patience, follow_redirects=False, trust_env=False) as http,
    ):
        answer = await http.send(request, stream=True)
        return _judged(gateway, answer.status_code, await _read(answer))


def _judged(gateway: SmsGateway, status: int, said: str) -> Report:
    answer = f"{status} {said}"
    if status in NOBODY_KNOWS:
        return OutcomeUnknown(answer)
    failure = _failure(gateway, status, said)
    if failure is None:
        return Taken(answer)
    return Refused(failure, answer, for_good=failure in {Failure.REFUSED, Failure.NO_SUCH_ADDRESS})


def _failure(gateway: SmsGateway, status: int, said: str) -> Failure | None:
    """None where it took the message."""
    success = httpx2.codes.is_success(status)
    if success and (gateway.accepted_if is None or gateway.accepted_if in said):
        return None
    if gateway.unknown_if is not None and gateway.unknown_if in said:
        return Failure.NO_SUCH_ADDRESS
    if status in NOT_NOW or httpx2.codes.is_server_error(status):
        return Failure.NOT_NOW
    if status in NOT_OURS_TO_ASK or httpx2.codes.is_redirect(status):
        return Failure.NOT_SET_UP
    return Failure.REFUSED


async def _read(answer: httpx2.Response) -> str:
    """As it came: none is asked for, and none is taken, that is to be unpacked, for nobody knows to how much."""
    read = b""
    async for chunk in answer.aiter_raw():
        read += chunk
        if len(read) >= READ_AT_MOST:
            break
    return read[:READ_AT_MOST].decode("utf-8", errors="replace")


def _filled(template: str, values: Mapping[str, str], written: Callable[[str], str]) -> str:
    return re.sub(r"\{(to|text|id|token)\}", lambda mark: written(values[mark[1]]), template)


def _in_json(value: str) -> str:
    """Within the quotes of a JSON text."""
    return json.dumps(value, ensure_ascii=False)[1:-1]
