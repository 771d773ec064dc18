"""Passes bytes on between clients and a server of this machine, and counts them, for programs that measure transfers."""
import socket
import threading


class Proxy:
    """A port whose connections lead to a server. `received` counts the bytes that the server sends, headers included."""

    def __init__(self, port):
        self.received, self.sent, self.server = 0, 0, port
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(("127.0.0.1", self.server))
            for source, target, name in ((server, client, "received"), (client, server, "sent")):
                threading.Thread(target=self.pass_on, args=(source, target, name), daemon=True).start()

    def pass_on(self, source, target, name):
        try:
            while data := source.recv(1 << 16):
                with self.lock:
                    setattr(self, name, getattr(self, name) + len(data))
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            # One side has closed its connection: the other one ends as well.
            for end in (source, target):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
