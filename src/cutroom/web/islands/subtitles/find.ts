// Find and replace: a small form over the list.

import { replaceText } from "./edits";
import type { Row, Subtitles } from "./model";
import type { Server } from "./server";

export interface FindWishes {
  show(row: Row): void;
  say(words: string): void;
  saveTyped(): Promise<void>;
  current(): Row | null;
}

export class Find {
  private readonly form: HTMLFormElement;
  private readonly find: HTMLInputElement;
  private readonly replace: HTMLInputElement;
  private readonly isExact: HTMLInputElement;
  private readonly count: HTMLElement;

  constructor(root: HTMLElement, private readonly subtitles: Subtitles, private readonly server: Server, private readonly wishes: FindWishes) {
    this.form = root.querySelector<HTMLFormElement>("[data-find]")!;
    this.find = this.form.querySelector<HTMLInputElement>("[name=find]")!;
    this.replace = this.form.querySelector<HTMLInputElement>("[name=replace]")!;
    this.isExact = this.form.querySelector<HTMLInputElement>("[name=exact]")!;
    this.count = this.form.querySelector<HTMLElement>("[data-found]")!;
  }

  start(): void {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.next();
    });
    this.find.addEventListener("input", () => this.tell());
    this.isExact.addEventListener("change", () => this.tell());
    this.form.querySelector("[data-replace-all]")?.addEventListener("click", () => void this.replaceAll());
    this.form.querySelector("[data-close]")?.addEventListener("click", () => this.close());
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    this.subtitles.addEventListener("change", () => {
      if (!this.form.hidden) this.tell();
    });
  }

  open(): void {
    this.form.hidden = false;
    this.find.focus();
    this.find.select();
    this.form.scrollIntoView({ block: "nearest" });
    this.tell();
  }

  private close(): void {
    this.form.hidden = true;
  }

  private matches(row: Row): boolean {
    const wanted = this.find.value;
    if (!wanted) return false;
    return this.isExact.checked ? row.cue.text.includes(wanted) : row.cue.text.toLowerCase().includes(wanted.toLowerCase());
  }

  private tell(): void {
    const count = this.subtitles.rows.filter((row) => this.matches(row)).length;
    this.count.textContent = this.find.value ? (count === 1 ? "in 1 cue" : `in ${count} cues`) : "";
  }

  private next(): void {
    const { rows } = this.subtitles;
    const from = (this.wishes.current()?.index ?? -1) + 1;
    const found = [...rows.slice(from), ...rows.slice(0, from)].find((row) => this.matches(row));
    if (found) this.wishes.show(found);
    else this.wishes.say("Found nowhere.");
  }

  private async replaceAll(): Promise<void> {
    if (!this.find.value) return;
    await this.wishes.saveTyped();
    const count = this.subtitles.rows.filter((row) => this.matches(row)).length;
    const isDone = await this.server.edit(() => [replaceText(this.find.value, this.replace.value, this.isExact.checked)]);
    if (isDone) this.wishes.say(count === 1 ? "Replaced in 1 cue." : `Replaced in ${count} cues.`);
  }
}
