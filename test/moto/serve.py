"""Serves moto on a free port of the loopback interface, in the foreground, until it is told to stop or whoever started it is gone."""

import logging
import os
import signal
import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server


def stop_when_the_starter_is_gone() -> None:
    """Its end of the pipe closes even if it was killed, so no server outlives the test run that started it."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    threading.Thread(target=stop_when_the_starter_is_gone, daemon=True).start()
    # One line per request says nothing that the tests don't know.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, request_handler=MotoRequestHandler)
    print(f"port {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
