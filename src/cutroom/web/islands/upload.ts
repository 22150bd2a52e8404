// Uploads with progress, several at once, each of which can be cancelled.

import htmx from "htmx.org";

const AT_ONCE = 2;

interface Envelope {
  success: boolean;
  message?: string;
}

interface Upload {
  file: File;
  row: HTMLLIElement;
  bar: HTMLProgressElement;
  state: HTMLElement;
  button: HTMLButtonElement;
  request?: XMLHttpRequest;
}

export function startUploads(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-upload]");
  if (form) new Uploader(form).start();
}

class Uploader {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLUListElement;
  private readonly summary: HTMLElement | null;
  private readonly waiting: Upload[] = [];
  private running = 0;

  constructor(private readonly form: HTMLFormElement) {
    this.input = form.querySelector<HTMLInputElement>("input[type=file]")!;
    this.list = form.querySelector<HTMLUListElement>("ul")!;
    this.summary = document.getElementById("speaker");
  }

  start(): void {
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
    this.form.addEventListener("submit", (event) => event.preventDefault());
    let depth = 0; // dragenter and dragleave come for every child
    const mark = (isOver: boolean): void => void this.form.classList.toggle("is-over", isOver);
    addEventListener("dragenter", (event) => {
      if (!carriesFiles(event)) return;
      depth += 1;
      mark(true);
    });
    addEventListener("dragleave", () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) mark(false);
    });
    addEventListener("dragover", (event) => {
      if (carriesFiles(event)) event.preventDefault();
    });
    addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth = 0;
      mark(false);
      this.add(event.dataTransfer?.files ?? null);
    });
    addEventListener("beforeunload", (event) => {
      if (this.running > 0) event.preventDefault();
    });
  }

  private add(files: FileList | null): void {
    for (const file of files ?? []) {
      const upload = this.show(file);
      const most = Number(this.form.dataset["maxBytes"]);
      if (most && file.size > most) {
        this.end(upload, `This file is larger than ${this.form.dataset["maxText"] ?? "allowed"}.`, "failed");
      } else {
        this.waiting.push(upload);
      }
    }
    this.next();
  }

  private show(file: File): Upload {
    const row = document.createElement("li");
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `Upload of ${file.name}`);
    const state = document.createElement("span");
    state.className = "state";
    state.textContent = "Waiting";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = "Cancel";
    button.setAttribute("aria-label", `Cancel the upload of ${file.name}`);
    row.append(name, bar, state, button);
    this.list.append(row);
    const upload: Upload = { file, row, bar, state, button };
    button.addEventListener("click", () => this.cancel(upload));
    return upload;
  }

  private next(): void {
    while (this.running < AT_ONCE) {
      const upload = this.waiting.shift();
      if (!upload) return;
      this.running += 1;
      this.send(upload);
    }
  }

  private send(upload: Upload): void {
    const request = new XMLHttpRequest(); // fetch cannot say how much of a body was sent
    upload.request = request;
    request.open("POST", this.form.dataset["upload"] ?? "");
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      const share = event.total ? event.loaded / event.total : 0;
      upload.bar.value = share;
      upload.state.textContent = share < 1 ? `${Math.floor(share * 100)} %` : "Looking at it …";
    });
    request.addEventListener("load", () => this.answered(upload, request));
    request.addEventListener("error", () => {
      this.leave(upload, "The connection broke. Choose the file again to try once more.", "failed");
    });
    request.addEventListener("abort", () => this.leave(upload, "Cancelled", "cancelled"));
    const body = new FormData();
    body.append("file", upload.file, upload.file.name);
    request.send(body);
  }

  private answered(upload: Upload, request: XMLHttpRequest): void {
    let envelope: Envelope = { success: false };
    try {
      envelope = JSON.parse(request.responseText) as Envelope;
    } catch {
      // A proxy in front may answer with a page; its status is all there is to say.
    }
    if (request.status < 300 && envelope.success) {
      this.leave(upload, "Uploaded", "done");
      upload.row.remove();
      if (this.summary) this.summary.textContent = `${upload.file.name} is uploaded.`;
      htmx.trigger("#assets", "assets-changed");
    } else if (request.status === 401) {
      this.leave(upload, "You are signed out. Sign in again, then choose the file again.", "failed");
    } else {
      this.leave(upload, envelope.message ?? `The server refused it (${request.status}).`, "failed");
    }
  }

  private cancel(upload: Upload): void {
    const place = this.waiting.indexOf(upload);
    if (place >= 0) {
      this.waiting.splice(place, 1);
      this.end(upload, "Cancelled", "cancelled");
    } else {
      upload.request?.abort();
    }
  }

  private leave(upload: Upload, words: string, state: string): void {
    this.running -= 1;
    this.end(upload, words, state);
    this.next();
  }

  private end(upload: Upload, words: string, state: string): void {
    const hadFocus = upload.button === document.activeElement;
    upload.row.className = `is-${state}`;
    upload.state.textContent = words;
    upload.bar.remove();
    const close = upload.button.cloneNode() as HTMLButtonElement;
    close.textContent = "Close";
    close.setAttribute("aria-label", `Remove ${upload.file.name} from this list`);
    close.addEventListener("click", () => {
      upload.row.remove();
      this.input.focus();
    });
    upload.button.replaceWith(close);
    if (hadFocus) close.focus();
    if (this.summary) this.summary.textContent = `${upload.file.name}: ${words}`;
  }
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
