#!/usr/bin/env python3
"""A slow line between ssh and a host, for use as its ProxyCommand; loopback only.

    ssh -o ProxyCommand="python3 slow_pipe.py HOST PORT DELAY_MS KIB_S" host

Either direction is delayed by DELAY_MS and carries KIB_S at most (0: as much as comes).
"""
import asyncio
import sys


async def carry(reader, writer, delay, rate):
    loop, queue = asyncio.get_running_loop(), asyncio.Queue()

    async def deliver():
        while True:
            due, data = await queue.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not data:
                writer.close()
                return
            writer.write(data)
            await writer.drain()

    delivering, free_at = asyncio.create_task(deliver()), 0.0
    while True:
        data = await reader.read(4096)
        free_at = max(free_at, loop.time()) + (len(data) / rate if rate else 0.0)
        await queue.put((free_at + delay, data))
        if not data:
            break
        # What the line has no room for yet stays with the sender, as on a real one.
        if (ahead := free_at - loop.time()) > 0.05:
            await asyncio.sleep(ahead - 0.05)
    await delivering


async def main():
    host, port, delay, rate = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]) / 1000, float(sys.argv[4]) * 1024
    loop = asyncio.get_running_loop()
    stdin = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout)
    stdout = asyncio.StreamWriter(transport, protocol, None, loop)
    net_in, net_out = await asyncio.open_connection(host, port)
    ways = [asyncio.create_task(carry(stdin, net_out, delay, rate)),
            asyncio.create_task(carry(net_in, stdout, delay, rate))]
    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)


asyncio.run(main())
