"""A network between a store and its PostgreSQL server that can be told to fail."""

import socket
from contextlib import contextmanager, suppress
from select import select
from threading import Thread
from urllib.parse import parse_qs, urlsplit

READY = b"Z\x00\x00\x00\x05I"  # how an answer of the server ends outside of a transaction


class Network:
    """Between a store and its server; it can lose the next question, or the whole answer to it.

    While the server is "gone" connections end and none is made; while it is "silent" nothing comes through.
    """

    def __init__(self, server):
        self.lose = ""
        self.away = ""
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [Thread(target=self._accept)]
        self._threads[0].start()

    @classmethod
    @contextmanager
    def to(cls, address):
        """To the server of that database, which listens at a socket in the file system."""
        place = parse_qs(urlsplit(address).query)["host"][0]
        network = cls(f"{place}/.s.PGSQL.5432")
        try:
            yield network
        finally:
            network.close()

    def address_of(self, address):
        """The same database, on the other side of the network."""
        return f"postgresql://postgres@127.0.0.1:{self.port}{urlsplit(address).path}"

    def wait_until_gone(self):
        """No connection is left."""
        for thread in self._threads[1:]:
            thread.join()

    @property
    def port(self):
        return self._listener.getsockname()[1]

    def close(self):
        self.away = "gone"
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self):
        with self._listener, suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._threads.append(Thread(target=self._carry, args=(client,)))
                self._threads[-1].start()

    def _carry(self, client):
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(self._server)
            answer = b""
            while self.away != "gone":
                for end in select([] if self.away else [client, server], [], [], 0.05)[0]:
                    part = end.recv(1 << 16)
                    if not part:
                        return
                    if end is client:
                        if self.lose == "question":
                            self.lose = ""
                            return
                        if self.lose == "answer":
                            self.lose = "this answer"
                        server.sendall(part)
                    elif self.lose == "this answer":
                        answer += part
                        if answer.endswith(READY):
                            self.lose = ""
                            return
                    else:
                        client.sendall(part)
