"""The network under the client: one call, no redirect, no repetition, one deadline."""

from __future__ import annotations

import httpx2

from counterfoil.sources.actionstep.wire import Answer, Request, Send, Silent, Unreadable

SECONDS = 600.0
"""The first page of a wide range may take minutes: Actionstep counts all rows before it answers."""
CONNECT_SECONDS = 10.0
MOST_BYTES = 32 * 1024 * 1024


def sender(client: httpx2.Client) -> Send:
    """Return the seam over a client that ``new_client`` made."""

    def send(request: Request) -> Answer:
        try:
            with client.stream(
                request.method,
                request.url,
                headers=dict(request.headers),
                content=request.body or None,
            ) as response:
                return Answer(response.status_code, _small(response), _whole(response))
        except httpx2.RequestError as trouble:
            raise Silent(f"Actionstep gave no answer: {type(trouble).__name__}.") from trouble

    return send


def new_client() -> httpx2.Client:
    """Return a client that follows nothing and believes no proxy variable."""
    return httpx2.Client(
        timeout=httpx2.Timeout(SECONDS, connect=CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=False,
    )


def _small(response: httpx2.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _whole(response: httpx2.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Unreadable("Actionstep's answer is larger than any page of rows.")
    return bytes(body)
