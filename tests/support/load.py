"""A load generator that costs little itself: raw HTTP/1.1 over kept connections."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit


def request(path: str, headers: dict[str, str], body: bytes) -> bytes:
    """One POST as it goes over the wire."""
    fields = {"Host": "placet.test", **headers, "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


async def measure(url: str, requests: Sequence[bytes], *, connections: int) -> float:
    """Send all requests and answer how many per second were answered with 200."""
    waiting = iter(requests)
    started = time.perf_counter()
    await asyncio.gather(*(_connection(url, waiting) for _ in range(connections)))
    return len(requests) / (time.perf_counter() - started)


async def _connection(url: str, waiting: Iterator[bytes]) -> None:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        for message in waiting:
            writer.write(message)
            await _read_answer(reader)
    finally:
        writer.close()
        await writer.wait_closed()


async def _read_answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    status = head.split(b" ", 2)[1]
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    body = await reader.readexactly(length)
    assert status == b"200", body
