"""Kinds whose steps note each execution in a ledger file, and can be told to fail, sleep or crash."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field

from cutroom.base.errors import BrokenMedia, Unavailable
from cutroom.jobs.kind import Admission, Kind, Request, StepPlan
from cutroom.jobs.run import Part


class AnyInput(Request):
    """Whatever a test says."""

    body: dict[str, Any] = Field(default_factory=dict)


class _Probe(Kind[AnyInput]):
    title = summary = "Probe"
    request = AnyInput
    queue = "probe"

    async def admit(self, connection, owner_id, request, settings):
        return Admission(input=request.body, work_seconds=request.body.get("seconds"))


class Steps(_Probe):
    """Three steps; each may `sleep` in a child, `keep` a file and `linger`; two may `fail`, in `parts`."""

    name = "probe-steps"
    path = "/api/probe/steps"
    steps = tuple(StepPlan(name, name, 1 / 3) for name in ("one", "two", "three"))

    async def run(self, run):
        done = {}
        for plan in self.steps:
            count = run.input.get("parts", 1) if plan.name == "two" else 1
            for number in range(1, count + 1):
                done[plan.name] = await run.step(
                    plan.name,
                    partial(_work, run, plan.name),
                    inputs={"name": plan.name, "before": dict(done), "number": number},
                    part=Part(number, count),
                )
        return {"steps": sorted(done)}


async def _work(run, name, step):
    _note(run.input.get("ledger"), run.job_id, name)
    if name == "two":
        await _stumble(run, step)
    if sleep := run.input.get("sleep"):
        (step.scratch / "half-done").write_text(name)
        await step.isolate(slow, sleep)
    if run.input.get("keep"):
        (step.scratch / "kept").write_text(f"{run.job_id} {name}")
        file = await step.keep(step.scratch / "kept", name="kept.txt", mime_type="text/plain")
        if linger := run.input.get("linger"):
            await step.isolate(slow, linger)
        return {"did": name, "file": file.to_json()}
    return {"did": name}


async def _stumble(run, step):
    failure = run.input.get("fail")
    counter = Path(run.input["counter"]) if failure else None
    if counter is None:
        return
    count = int(counter.read_text()) if counter.exists() else 0
    counter.write_text(str(count + 1))
    if not 0 <= count < run.input.get("times", 99):
        return
    if failure == "crash":
        await step.isolate(crash)
    if failure == "kill-worker":
        os.kill(os.getpid(), 9)
    raise {
        "unavailable": Unavailable("The probe is away.", retry_after=run.input.get("retryAfter")),
        "broken": BrokenMedia("The probe found broken media.", hint="Choose another probe."),
        "bug": ZeroDivisionError(),
    }[failure]


def slow(seconds, *, progress):
    """Sleep in small steps, with progress."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        progress(1 - left / seconds, "sleeping")
        time.sleep(min(0.02, left))


def crash(*, progress):
    """Die of a segmentation fault, as a decoder would."""
    import ctypes

    ctypes.string_at(0)


def _note(ledger, job_id, name):
    if ledger:
        with Path(ledger).open("a") as file:
            file.write(f"{job_id} {name} {os.getpid()} {time.time():.3f}\n")


class Noop(_Probe):
    """One empty step."""

    name = "probe-noop"
    path = "/api/probe/noop"
    steps = (StepPlan("nothing", "Nothing", 1.0),)

    async def run(self, run):
        return await run.step("nothing", _nothing, inputs={})


async def _nothing(step):
    return {}


class Parent(_Probe):
    """Starts `count` children, or `families` of [kind, input] one after the other; counts their outputs."""

    name = "probe-parent"
    path = "/api/probe/parent"
    steps = (StepPlan("after", "After the children", 1.0),)

    async def run(self, run):
        if "families" in run.input:
            families = enumerate(run.input["families"])
            return {
                "families": [len(await run.children(str(token), children)) for token, children in families]
            }
        outputs = await run.children("all", [("probe-noop", {})] * run.input["count"])
        return {"children": len(outputs)}


class Wait(_Probe):
    """Waits for an approval, or until a time."""

    name = "probe-wait"
    path = "/api/probe/wait"
    steps = (StepPlan("before", "Before", 0.5), StepPlan("after", "After", 0.5))

    async def run(self, run):
        await run.step("before", partial(_work, run, "before"), inputs={})
        event = await run.wait_for("approval", reason="Waiting for an approval.")
        await run.step("after", partial(_work, run, "after"), inputs={"event": event})
        return {"approved": event}


steps, noop, parent, wait = Steps(), Noop(), Parent(), Wait()
