// Says that a job has ended: in the page, in the title, and by the system where it is allowed to.
// Also speaks the progress of the job on the page to screen readers, only when the words change.

import type { JobEvent } from "./events";

const ENDINGS: Record<string, string> = {
  "job.completed": "Done",
  "job.failed": "Failed",
};
const TOAST_MILLISECONDS = 12_000;
const MOST_TOLD = 50;

export function startNotices(): void {
  document.addEventListener("cutroom:event", (event) => {
    tell((event as CustomEvent<JobEvent>).detail);
  });
  document.addEventListener("htmx:afterSettle", speak);
  offerNotifications();
}

function tell(event: JobEvent): void {
  const ending = ENDINGS[event.name];
  if (!ending || !event.jobId || wasTold(`${event.jobId} ${event.endedAt ?? ""}`)) return;
  const address = `/jobs/${event.jobId}`;
  const isHere = location.pathname === address;
  void describe(event.jobId).then((what) => {
    if (!isHere) toast(`${ending}: ${what}`, address);
    if (document.hidden) {
      markTitle(ending);
      notify(`${ending}: ${what}`, event.jobId ?? "", address);
    }
  });
}

/** Remember what this tab was told: a stream that connects anew repeats the last seconds. */
function wasTold(ending: string): boolean {
  const told = JSON.parse(sessionStorage.getItem("told") ?? "[]") as string[];
  if (told.includes(ending)) return true;
  sessionStorage.setItem("told", JSON.stringify([...told.slice(-MOST_TOLD), ending]));
  return false;
}

/** Ask the page's own server what the job is called. */
async function describe(jobId: string): Promise<string> {
  try {
    const answer = await fetch(`/jobs/${encodeURIComponent(jobId)}/title`);
    return answer.ok ? await answer.text() : "a job";
  } catch {
    return "a job";
  }
}

function toast(text: string, address: string): void {
  const box = document.getElementById("toasts");
  if (!box) return;
  const item = document.createElement("p");
  const link = document.createElement("a");
  link.href = address;
  link.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "quiet";
  close.setAttribute("aria-label", "Close this notice");
  close.textContent = "×";
  close.addEventListener("click", () => item.remove());
  item.append(link, close);
  box.append(item);
  window.setTimeout(() => {
    if (!item.contains(document.activeElement)) item.remove();
  }, TOAST_MILLISECONDS);
}

function markTitle(ending: string): void {
  const title = document.title;
  document.title = `(${ending}) ${title.replace(/^\([^)]*\) /, "")}`;
  const restore = (): void => {
    if (document.hidden) return;
    document.title = document.title.replace(/^\([^)]*\) /, "");
    document.removeEventListener("visibilitychange", restore);
  };
  document.addEventListener("visibilitychange", restore);
}

function notify(text: string, tag: string, address: string): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const notice = new Notification(text, { tag, icon: "/static/logo.svg" }); // one per job, whatever the tabs
  notice.addEventListener("click", () => {
    window.focus();
    location.assign(address);
  });
}

/** The button that asks the person for notifications stands only where they can be asked. */
function offerNotifications(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element | null)?.closest<HTMLButtonElement>("button[data-notify]");
    if (!button) return;
    void Notification.requestPermission().then((answer) => {
      button.textContent = answer === "granted" ? "You will be told" : "Your browser does not allow it";
      button.disabled = true;
    });
  });
  const show = (): void => {
    const canAsk = "Notification" in window && window.isSecureContext && Notification.permission === "default";
    for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-notify]")) {
      button.hidden = !canAsk;
    }
  };
  document.addEventListener("htmx:afterSettle", show);
  show();
}

function speak(): void {
  const speaker = document.getElementById("speaker");
  const words = document.querySelector<HTMLElement>("[data-say]")?.dataset["say"];
  if (speaker && words && speaker.textContent !== words) speaker.textContent = words;
}
