// The page of a template as a whole: what is typed is laid out, drawn and checked; then saved and rendered.

import { Code } from "./code";
import { Faults } from "./faults";
import { Fields } from "./fields";
import { Frame } from "./frame";
import { type Members, Trouble } from "./model";
import * as server from "./server";
import { Timeline } from "./timeline";

const TYPING_MILLISECONDS = 180; // of no typing, then it is laid out and drawn

export class Room {
  private readonly code: Code;
  private readonly fields: Fields;
  private readonly frame: Frame;
  private readonly timeline: Timeline;
  private readonly faults: Faults;
  private readonly form: HTMLFormElement;
  private saved: string;
  private timer = 0;
  private isBusy = false;
  private isWanted = false;
  private shown: { document: Members; values: Members } | null = null; // what can be drawn
  private isLeaving = false;
  private isChanged = false;

  constructor(private readonly root: HTMLElement) {
    this.form = root.querySelector<HTMLFormElement>("[data-maker]")!;
    this.code = new Code(root.querySelector<HTMLTextAreaElement>("[data-document]")!, {
      changed: () => this.plan(),
      save: () => void this.attempt(() => this.save()),
    });
    this.saved = this.code.text;
    this.fields = new Fields(root, () => this.code.document, () => this.plan());
    this.faults = new Faults(root, (path) => this.code.reveal(path, true));
    this.timeline = new Timeline(root, {
      go: (time) => this.frame.goTo(time),
      open: (path) => this.code.reveal(path, false),
    });
    this.frame = new Frame(root, () => this.name, {
      draw: (time, width) => this.shown && server.drawFrame(this.shown.document, this.shown.values, time, width),
      moved: (time) => this.timeline.move(time),
      failed: (trouble) => this.refuse(trouble),
    });
  }

  async start(): Promise<void> {
    this.root.classList.add("is-live");
    this.frame.listen();
    this.timeline.start();
    this.fields.start(this.code.document?.["inputs"]);
    this.root.addEventListener("submit", (event) => this.submit(event));
    this.root.querySelector("[data-keep]")?.addEventListener("click", () => this.keepDefaults());
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("beforeunload", (event) => {
      if (this.code.text !== this.saved && !this.isLeaving) event.preventDefault();
    });
    void this.work();
    await this.attempt(async () => this.code.learn(await server.readSchema()));
  }

  private get name(): string {
    const typed = this.root.querySelector<HTMLInputElement>("#template-name")?.value.trim();
    return typed || (this.root.querySelector("[data-name]")?.textContent ?? "");
  }

  /** Lay out and draw soon; while it is typed, not with every letter. */
  private plan(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.work(), TYPING_MILLISECONDS);
    this.showState();
  }

  private async work(): Promise<void> {
    this.isWanted = true;
    if (this.isBusy) return;
    this.isBusy = true;
    while (this.isWanted) {
      this.isWanted = false;
      try {
        await this.lookAt(this.code.document);
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        this.refuse(error);
      }
    }
    this.isBusy = false;
  }

  private async lookAt(document: Members | null): Promise<void> {
    const broken = this.code.mark([]);
    if (!document) {
      const faults = broken.length ? broken : [{ path: "$", message: "must be a JSON object" }];
      this.refuse(new Trouble("", 400, "bad_template", faults));
      return;
    }
    await this.fields.refresh(document);
    const values = this.fields.read();
    const layout = await server.layOut(document, values);
    this.shown = { document, values };
    this.say([]);
    this.complain("");
    this.timeline.take(layout);
    this.frame.take(layout);
  }

  /** Show what is wrong: in place where a place is known, else above. */
  private refuse(trouble: Trouble): void {
    if (trouble.faults.length) {
      this.say(trouble.faults, trouble.count);
      this.complain("");
      this.frame.explain("This frame is from before: mend the faults to see the new one.");
    } else {
      this.complain(trouble.message);
      this.frame.explain("This frame could not be drawn.");
    }
  }

  private say(faults: Trouble["faults"], count = faults.length): void {
    const isBroken = this.code.mark(faults).length > 0;
    this.faults.show(faults, count);
    this.fields.mark(isBroken ? [] : faults);
    this.timeline.mark(isBroken ? [] : faults);
  }

  private submit(event: SubmitEvent): void {
    if (event.target !== this.form) return;
    event.preventDefault();
    const deed = (event.submitter as HTMLButtonElement | null)?.value;
    if (deed === "save") void this.attempt(() => this.save());
    else if (deed === "render") void this.attempt(() => this.render());
    else this.plan();
  }

  private async attempt(deed: () => Promise<void>): Promise<void> {
    try {
      await deed();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (error.faults.length) this.say(error.faults, error.count);
      this.complain(error.message);
    }
  }

  private async save(): Promise<void> {
    const document = this.code.document;
    if (!document) throw new Trouble("The text is no JSON yet; mend it, then save.", 400);
    const text = this.code.text;
    const { id = "", version = "0" } = this.root.dataset;
    const { templateId } = await server.save(id, Number(version), this.name, document);
    this.saved = text;
    this.isChanged = this.code.text !== text;
    await this.readHeading(templateId);
    this.announce(`Saved as version ${this.root.dataset["version"] ?? ""}.`);
  }

  /** Take the versions and the buttons of the page as it is now; what is typed stays. */
  private async readHeading(id: string): Promise<void> {
    const address = `/templates/${id}`;
    const page = await server.readPage(address);
    const fresh = page.querySelector<HTMLElement>("[data-template]");
    if (!fresh) return;
    for (const name of ["id", "version"]) this.root.dataset[name] = fresh.dataset[name] ?? "";
    this.root.querySelector(".heading")?.replaceWith(fresh.querySelector(".heading")!);
    this.root.querySelector("#template-name")?.closest(".field")?.remove();
    this.form.action = address;
    history.replaceState(null, "", address);
    document.title = page.title;
  }

  private async render(): Promise<void> {
    const document = this.code.document;
    if (!document) throw new Trouble("The text is no JSON yet; mend it, then render.", 400);
    const chosen = new FormData(this.form);
    const output = this.output(chosen, document);
    const project = String(chosen.get("project") ?? "");
    const job = await server.render({
      template: document,
      input: this.fields.read(),
      outputs: [output],
      ...(this.name ? { name: this.name.slice(0, 150) } : {}),
      ...(project ? { projectId: project } : {}),
    });
    const here = new URL(location.href);
    here.searchParams.set("job", job);
    history.replaceState(null, "", here); // whoever comes back finds what was rendered
    this.isLeaving = true;
    location.assign(`/jobs/${job}`);
  }

  /** Return which file is wanted. */
  private output(chosen: FormData, document: Members): Members {
    const format = String(chosen.get("format"));
    const output: Members = { format };
    const share = Number(chosen.get("size"));
    const width = typeof document["width"] === "number" ? document["width"] : 1080;
    if (share < 1 && format !== "mp3") output["width"] = Math.max(16, Math.round((width * share) / 2) * 2);
    if (chosen.has("alpha") && ["webm", "mov", "png"].includes(format)) output["alpha"] = true;
    if (format === "png") output["time"] = this.frame.time;
    return output;
  }

  /** Write what stands in the form into the document, as the defaults of its inputs. */
  private keepDefaults(): void {
    const document = this.code.document;
    if (!document) return;
    const values = this.fields.read();
    const kept = Object.entries(values).filter(([name, value]) => this.code.putDefault(name, value)).length;
    this.announce(kept ? "The defaults in the JSON are what stands in the form. Save to keep them." : "The defaults were these already.");
  }

  /** Say whether what is written is saved, when that changes. */
  private showState(): void {
    const isChanged = this.code.text !== this.saved;
    if (isChanged === this.isChanged) return;
    this.isChanged = isChanged;
    const state = this.root.querySelector<HTMLElement>("[data-state]");
    const { version } = this.root.dataset;
    if (state && version) state.textContent = isChanged ? `Version ${version}, changed` : `Version ${version}`;
  }

  private key(event: KeyboardEvent): void {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return;
    event.preventDefault();
    void this.attempt(() => this.save());
  }

  private announce(words: string): void {
    const state = this.root.querySelector<HTMLElement>("[data-state]");
    if (state) state.textContent = words;
    const speaker = document.getElementById("speaker");
    if (speaker) speaker.textContent = words;
    this.complain("");
  }

  private complain(words: string): void {
    const box = this.root.querySelector<HTMLElement>("[data-trouble]");
    if (!box) return;
    box.textContent = words;
    box.hidden = !words;
  }
}
