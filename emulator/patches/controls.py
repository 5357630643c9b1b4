"""Controls of the emulator for tests: `POST /_emulator/<what>/<Region>`, which is no request of AWS."""

from collections.abc import Callable

from ministack import app

PATH = "/_emulator/"

# Commands and questions by name; each takes the name of a Region. The answer to a question is yes (204) or no (409).
controls: dict[str, Callable[[str], bool | None]] = {}


def apply() -> None:
    serve = app.app

    async def controlled(scope, receive, send):
        if scope["type"] != "http" or not scope["path"].startswith(PATH):
            return await serve(scope, receive, send)
        what, _, region = scope["path"].removeprefix(PATH).partition("/")
        if what not in controls:
            return await answer(send, 404)
        return await answer(send, 409 if controls[what](region) is False else 204)

    app.app = controlled


async def answer(send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
