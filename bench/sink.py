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

    def count(self, size: int) -> None:
        """Has taken a mail of so many bytes."""
        with self.lock:
            self.mails += 1
            self.bytes += size

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


class Conversation:
    """What one client says and is told. Answers go out together, before the sink waits for more."""

    def __init__(self, sink: Sink, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sink = sink
        self.connection = connection
        self.heard = b""
        self.at = 0  # up to where that has been read: to cut it would cost more than all the rest
        self.answers = [b"220 sink\r\n"]

    def go_on(self) -> None:
        """Speaks with the client until it goes."""
        taken = recipients = 0
        while line := self.read_to(b"\r\n"):
            verb = line[:4].upper()
            if verb == b"DATA" and recipients:
                self.take()
                taken, recipients = taken + 1, 0
                if taken == self.sink.close_after:
                    break
                continue
            answer = self.sink.answer(line)
            recipients += verb == b"RCPT" and answer[:1] == b"2"
            recipients *= verb not in {b"MAIL", b"RSET"}
            self.answers.append(answer)
            if verb == b"QUIT":
                break
        self.say()

    def take(self) -> None:
        """Reads a message to its end and counts it."""
        self.answers.append(b"354 go on\r\n")
        self.at -= 2  # the end of the line before, since a message may be empty
        if message := self.read_to(b"\r\n.\r\n"):
            if self.sink.delay:
                time.sleep(self.sink.delay)
            self.sink.count(len(message) - 5)
            self.answers.append(b"250 taken\r\n")

    def read_to(self, end: bytes) -> bytes:
        """What the client says up to `end`; nothing if it has gone."""
        while (found := self.heard.find(end, self.at)) < 0:
            self.say()
            if not (more := self.connection.recv(262_144)):
                return b""
            self.heard, self.at = self.heard[self.at :] + more, 0
        begun, self.at = self.at, found + len(end)
        return self.heard[begun : self.at]

    def say(self) -> None:
        if self.answers:
            self.connection.sendall(b"".join(self.answers))
            self.answers.clear()


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
        Conversation(sink, connection).go_on()


if __name__ == "__main__":
    main()
