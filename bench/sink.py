"""A mail server that takes everything and keeps nothing, to measure how fast mail is handed over. Prints its port, then what it took.

`sink.py [--port PORT] [--delay MS] [--refuse PATTERN] [--no-pipelining] [--close-after N]`. It ends when its standard input does, and
then prints the number of mails and bytes as a JSON object. Plain sockets: the server must cost less than the client.
"""

import argparse
import json
import re
import socket
import sys
import threading
import time


class Sink:
    """What it was told to do, and what it has taken."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.delay = options.delay / 1000
        self.refuse = re.compile(options.refuse.encode()) if options.refuse else None
        self.close_after = options.close_after
        self.hello = b"250-sink\r\n" + b"250-PIPELINING\r\n" * (not options.no_pipelining) + b"250 SIZE\r\n"
        self.mails = self.bytes = self.connections = 0
        self.lock = threading.Lock()

    def serve(self, connection: socket.socket) -> None:
        """Speaks with one client until it goes."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(b"220 sink\r\n")
        waiting, taken, recipients = b"", 0, 0
        while data := connection.recv(262_144):
            waiting += data
            answers = []
            while (end := waiting.find(b"\r\n")) >= 0:
                line, rest = waiting[:end], waiting[end + 2 :]
                if line[:4].upper() == b"DATA" and recipients:
                    # What was answered so far belongs before the client goes on.
                    connection.sendall(b"".join([*answers, b"354 go on\r\n"]))
                    answers = []
                    waiting = self.take(connection, rest)
                    answers.append(b"250 taken\r\n")
                    taken, recipients = taken + 1, 0
                    continue
                waiting = rest
                answer = self.answer(line)
                recipients += line[:4].upper() == b"RCPT" and answer[:1] == b"2"
                recipients *= line[:4].upper() not in {b"MAIL", b"RSET"}
                answers.append(answer)
                if answer[:3] == b"221":
                    break
            connection.sendall(b"".join(answers))
            if self.close_after and taken >= self.close_after:
                return

    def take(self, connection: socket.socket, waiting: bytes) -> bytes:
        """Reads a message to its end and counts it. Returns what came behind it."""
        pieces = bytearray(b"\r\n" + waiting)
        while (end := pieces.find(b"\r\n.\r\n")) < 0:
            if not (data := connection.recv(262_144)):
                return b""
            pieces += data
        if self.delay:
            time.sleep(self.delay)
        with self.lock:
            self.mails += 1
            self.bytes += end
        return bytes(pieces[end + 5 :])

    def answer(self, line: bytes) -> bytes:
        match line[:4].upper():
            case b"EHLO":
                return self.hello
            case b"RCPT" if self.refuse and self.refuse.search(line):
                return b"550 5.1.1 there is nobody here of that name\r\n"
            case b"DATA":
                return b"554 no recipients\r\n"
            case b"QUIT":
                return b"221 bye\r\n"
        return b"250 fine\r\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=0, help="0, the default: any that is free")
    parser.add_argument("--delay", type=float, default=0, help="milliseconds that each mail takes (0)")
    parser.add_argument(
        "--refuse", default="", help="a regular expression: recipients that are refused for good"
    )
    parser.add_argument("--no-pipelining", action="store_true", help="do not offer RFC 2920")
    parser.add_argument(
        "--close-after", type=int, default=0, help="mails after which a connection is closed (0: never)"
    )
    sink = Sink(parser.parse_args())
    with socket.create_server(("127.0.0.1", parser.parse_args().port)) as server:
        print(server.getsockname()[1], flush=True)
        threading.Thread(target=listen, args=(server, sink), daemon=True).start()
        sys.stdin.read()
    print(json.dumps({"mails": sink.mails, "bytes": sink.bytes, "connections": sink.connections}), flush=True)


def listen(server: socket.socket, sink: Sink) -> None:
    while True:
        connection, _ = server.accept()
        sink.connections += 1
        threading.Thread(target=speak, args=(connection, sink), daemon=True).start()


def speak(connection: socket.socket, sink: Sink) -> None:
    with connection:
        sink.serve(connection)


if __name__ == "__main__":
    main()
