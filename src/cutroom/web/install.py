"""Put the pages into an application that already has its gate."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from cutroom.gate import Failure, Platform, optional_user
from cutroom.web.pages import pages
from cutroom.web.render import redirect, render, sign_in_address

_WORDS = {
    403: "This is not allowed",
    404: "There is nothing here",
    405: "This cannot be done here",
    429: "Too much at once",
    500: "Cutroom made a mistake",
    503: "Not available at the moment",
}


def install(app: FastAPI, platform: Platform) -> None:
    """Add the pages, and let the gate show errors as pages where a person looks."""
    del platform  # the gate has put it into the application's state
    app.include_router(pages)
    app.state.error_page = show_error


async def show_error(request: Request, failure: Failure) -> Response | None:
    """Show a failure as a page; who is not signed in is asked to sign in, then led back."""
    if failure.status == 401:  # noqa: PLR2004 - not signed in
        return redirect(sign_in_address(request))
    if failure.status != 500:  # noqa: PLR2004 - a bug may lie in the question itself
        await optional_user(request)
    return render(
        request,
        "error.html",
        status=failure.status,
        heading=_WORDS.get(failure.status, "This did not work"),
        failure=failure,
    )
