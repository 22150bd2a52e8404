"""Stand the gate in front of an application."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cutroom.accounts import Accounts
from cutroom.base.errors import CutroomError
from cutroom.gate.access import AccessLog
from cutroom.gate.body import BodyLimit
from cutroom.gate.envelope import answer_error
from cutroom.gate.headers import SecurityHeaders
from cutroom.gate.origin import OriginGate
from cutroom.gate.platform import Platform


def install(app: FastAPI, platform: Platform) -> None:
    """Give an application its platform, its accounts, the middleware and the one error handler."""
    app.state.platform = platform
    app.state.accounts = Accounts(platform.database, platform.settings, platform.secret)
    for kind in (CutroomError, HTTPException, RequestValidationError, ClientDisconnect):
        app.add_exception_handler(kind, answer_error)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit)
    app.add_middleware(LastResort)
    app.add_middleware(OriginGate, settings=platform.settings)
    app.add_middleware(SecurityHeaders, settings=platform.settings)
    app.add_middleware(AccessLog)


class LastResort:
    """Answers what no handler caught, inside the other middleware, so that it wears their headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; turn an error before the answer's first byte into an envelope."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_started = False

        async def watch(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            response = await answer_error(Request(scope), error)  # logs it
            if has_started:
                # Half an answer cannot be taken back: the connection is cut.
                raise
            await response(scope, receive, send)
