// The switch and the legend of words that the recogniser was not sure of.

import type { Subtitles } from "./model";

const SWITCH = "cutroom-unsure-words";

export class Unsure {
  private readonly box: HTMLElement;
  private readonly isOn: HTMLInputElement;

  constructor(private readonly root: HTMLElement, private readonly subtitles: Subtitles) {
    this.box = root.querySelector<HTMLElement>("[data-unsure]")!;
    this.isOn = this.box.querySelector("input")!;
  }

  start(): void {
    this.isOn.checked = localStorage.getItem(SWITCH) !== "off";
    this.isOn.addEventListener("change", () => {
      localStorage.setItem(SWITCH, this.isOn.checked ? "on" : "off");
      this.apply();
    });
    this.subtitles.addEventListener("change", () => this.tell());
    this.apply();
  }

  private apply(): void {
    this.root.classList.toggle("hides-unsure", !this.isOn.checked);
  }

  private tell(): void {
    const count = this.subtitles.rows.reduce((sum, { cue }) => sum + (cue.unsure?.length ?? 0), 0);
    this.box.hidden = count === 0;
    this.box.querySelector("[data-count]")!.textContent = count === 1 ? "1 word" : `${count} words`;
  }
}
