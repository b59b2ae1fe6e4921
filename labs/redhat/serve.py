#!/usr/bin/python3
"""What the RedHat lab's services run: a port that answers. With a folder it is a web server."""

import functools
import http.server
import socketserver
import sys


class Named(socketserver.BaseRequestHandler):
    """Says whose port this is, and hangs up."""

    def handle(self) -> None:
        """Say it."""
        self.request.sendall(f"{sys.argv[1]} of Kiki's lab\r\n".encode())


def main() -> None:
    """serve.py NAME PORT [FOLDER]"""
    handler = Named
    if len(sys.argv) > 3:
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[3])
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("", int(sys.argv[2])), handler) as server:
        server.serve_forever()


main()
