// Live changes of jobs: one connection to /api/events for all tabs of a browser.
//
// A browser opens at most six connections to an HTTP/1.1 server, and a stream holds one for good:
// the tab that gets the lock listens and tells the others through a BroadcastChannel. Where locks
// are missing (plain HTTP on another machine) every tab listens for itself.

import htmx from "htmx.org";

const NAMES = ["job.progress", "job.status", "job.completed", "job.failed", "job.cancelled", "system.notice"];
const CHANNEL = "cutroom-events";
const RETRY_MILLISECONDS = 3000;

export interface JobEvent {
  name: string;
  jobId?: string;
  endedAt?: string;
  projectId?: string;
}

export function startEvents(): void {
  if (!document.body.dataset["events"]) return;
  if (!navigator.locks || typeof BroadcastChannel === "undefined") {
    listen(announce);
    return;
  }
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", (message: MessageEvent<JobEvent>) => announce(message.data));
  void navigator.locks.request(CHANNEL, () => {
    // Changes made between the old leader's end and now were heard by nobody.
    announce({ name: "job.progress" });
    listen((event) => {
      channel.postMessage(event);
      announce(event);
    });
    return new Promise<void>(() => undefined); // leads until the tab closes
  });
}

function listen(tell: (event: JobEvent) => void): void {
  const source = new EventSource(document.body.dataset["events"] ?? "");
  for (const name of NAMES) {
    source.addEventListener(name, (message: MessageEvent<string>) => tell(read(name, message.data)));
  }
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return; // it reconnects by itself
    window.setTimeout(() => listen(tell), RETRY_MILLISECONDS);
  });
}

function read(name: string, text: string): JobEvent {
  const event: JobEvent = { name };
  try {
    const { job } = JSON.parse(text) as { job?: { jobId: string; completedAt?: string; projectId?: string } };
    if (job) event.jobId = job.jobId;
    if (job?.completedAt) event.endedAt = job.completedAt;
    if (job?.projectId) event.projectId = job.projectId;
  } catch {
    // An event that cannot be read still says that something changed.
  }
  return event;
}

/** Let the parts of the page that show a job read it again, and the notices know. */
function announce(event: JobEvent): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-job]")) {
    if (!event.jobId || element.dataset["job"] === event.jobId) htmx.trigger(element, "job-changed");
  }
  if (event.jobId) {
    for (const list of document.querySelectorAll("[data-jobs]")) {
      if (!list.querySelector(`[data-job="${CSS.escape(event.jobId)}"]`)) htmx.trigger(list, "jobs-changed");
    }
  }
  if (event.name === "job.completed") showMade(event);
  document.dispatchEvent(new CustomEvent<JobEvent>("cutroom:event", { detail: event }));
}

/** Read the files of an open project again; never under a question that is being answered. */
function showMade(event: JobEvent): void {
  const assets = document.getElementById("assets");
  if (!assets || assets.dataset["project"] !== event.projectId) return;
  const read = (): void => {
    if (!assets.querySelector("details[open]")) htmx.trigger(assets, "assets-changed");
    else assets.addEventListener("toggle", read, { once: true, capture: true });
  };
  read();
}
