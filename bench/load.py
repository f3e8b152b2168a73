"""Asks a server for one address again and again over one kept-open connection, and prints the answers per second.

`load.py PORT PATH SECONDS HEADERS`, with the headers as a JSON object. Plain sockets: the client must cost less than the server.
"""

import json
import socket
import sys
import time

WARM_UP = 20


def main() -> None:
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    port, path, seconds = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    headers = "".join(f"{name}: {value}\r\n" for name, value in json.loads(sys.argv[4]).items())
    request = f"GET {path} HTTP/1.1\r\n{headers}\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(WARM_UP):
            ask(connection, request)
        answers, begun = 0, time.perf_counter()
        while (passed := time.perf_counter() - begun) < seconds:
            ask(connection, request)
            answers += 1
    print(answers / passed)


def ask(connection: socket.socket, request: bytes) -> None:
    """Sends the request and reads the whole answer. Exits if it is not 200 with a length."""
    connection.sendall(request)
    received = bytearray()
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += read(connection)
    head = bytes(received[:end]).lower()
    if b" 200 " not in head.partition(b"\r\n")[0]:
        sys.exit("The answer is not 200.")
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    missing = end + 4 + length - len(received)
    while missing > 0:
        missing -= len(read(connection))


def read(connection: socket.socket) -> bytes:
    data = connection.recv(262_144)
    if not data:
        sys.exit("The server closed the connection.")
    return data


if __name__ == "__main__":
    main()
