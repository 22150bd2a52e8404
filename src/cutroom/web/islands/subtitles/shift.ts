// Moving all cues, or one and those behind it: the form in the menu.

import { shiftFrom } from "./edits";
import type { Row, Subtitles } from "./model";
import type { Server } from "./server";
import { parseTime } from "./times";

export interface ShiftWishes {
  say(words: string): void;
  saveTyped(): Promise<void>;
  current(): Row | null;
}

export class Shift {
  private readonly form: HTMLFormElement;
  private readonly seconds: HTMLInputElement;
  private readonly from: HTMLInputElement;

  constructor(root: HTMLElement, private readonly subtitles: Subtitles, private readonly server: Server, private readonly wishes: ShiftWishes) {
    this.form = root.querySelector<HTMLFormElement>("[data-shift]")!;
    this.seconds = this.form.querySelector<HTMLInputElement>("[name=seconds]")!;
    this.from = this.form.querySelector<HTMLInputElement>("[name=number]")!;
  }

  start(): void {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.shift();
    });
    for (const input of [this.seconds, this.from]) input.addEventListener("input", () => input.setCustomValidity(""));
    const part = this.form.querySelector<HTMLInputElement>("[value=part]")!;
    // The cue that is meant, as long as nobody has written another one.
    this.form.closest("details")?.addEventListener("toggle", () => {
      if (!part.checked) this.from.value = String((this.wishes.current()?.index ?? 0) + 1);
    });
    this.from.addEventListener("input", () => (part.checked = true));
  }

  private async shift(): Promise<void> {
    const seconds = parseTime(this.seconds.value.replace(/^\s*\+/, ""));
    if (!seconds) {
      complain(this.seconds, "Write seconds with a sign: 1.5 is later, -1.5 is earlier.");
      return;
    }
    const isPart = new FormData(this.form).get("which") === "part";
    const number = isPart ? Number(this.from.value) : 1;
    if (!Number.isInteger(number) || number < 1 || number > this.subtitles.rows.length) {
      const { length } = this.subtitles.rows;
      if (length === 0) complain(this.seconds, "There are no cues to shift.");
      else complain(this.from, `Write the number of a cue, from 1 to ${length}.`);
      return;
    }
    await this.wishes.saveTyped();
    if (!(await this.server.edit(() => [{ ...shiftFrom(seconds), cue: number - 1 }]))) return;
    this.form.closest("details")!.open = false;
    const who = number === 1 ? "All cues are" : `Cue ${number} and those after it are`;
    this.wishes.say(`${who} ${Math.abs(seconds)} s ${seconds < 0 ? "earlier" : "later"}.`);
  }
}

function complain(input: HTMLInputElement, words: string): void {
  input.setCustomValidity(words);
  input.reportValidity();
}
