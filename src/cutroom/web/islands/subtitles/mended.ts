// What the fixer did, in a box of its own: how many cues, what was done to each, and the way back.

import type { Mended } from "./model";

const MOST_SHOWN = 300; // more lines nobody reads, and a hopeless file has thousands

export class Report {
  private readonly box: HTMLElement | null;
  private shown: readonly Mended[] = [];

  constructor(root: HTMLElement, private readonly go: (seconds: number) => void) {
    this.box = root.querySelector<HTMLElement>("[data-mended]");
  }

  listen(): void {
    this.box?.querySelector("[data-close]")?.addEventListener("click", () => this.hide());
    this.box?.addEventListener("click", (event) => {
      const at = (event.target as Element).closest<HTMLElement>("[data-at]")?.dataset["at"];
      if (at !== undefined) this.go(Number(at));
    });
  }

  /** Show what was done; returns it as words. */
  show(changes: readonly Mended[], left: string): string {
    const words = `${countCues(changes)} mended. ${left}`;
    if (!this.box) return words;
    this.shown = changes;
    this.box.querySelector("[data-words]")!.textContent = words;
    this.box.querySelector("ol")!.replaceChildren(...changes.slice(0, MOST_SHOWN).map(line), ...rest(changes.length - MOST_SHOWN));
    this.box.querySelector("details")!.open = false;
    this.box.hidden = false;
    return words;
  }

  /** Go when something else was done: the way back would undo that. */
  leave(changes: readonly Mended[]): void {
    if (changes !== this.shown) this.hide();
  }

  private hide(): void {
    if (this.box) this.box.hidden = true;
  }
}

function countCues(changes: readonly Mended[]): string {
  const count = new Set(changes.map((each) => each.cue)).size;
  return count === 1 ? "1 cue was" : `${count} cues were`;
}

function line(change: Mended): HTMLLIElement {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.dataset["at"] = String(change.startTime);
  button.textContent = `Cue ${change.cue + 1}`;
  const words = document.createElement("span");
  words.textContent = change.sentence;
  item.append(button, words);
  return item;
}

function rest(count: number): HTMLLIElement[] {
  if (count <= 0) return [];
  const item = document.createElement("li");
  item.className = "soft";
  item.textContent = `and ${count} more changes.`;
  return [item];
}
