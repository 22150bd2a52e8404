// The list of what is wrong, below the JSON: each leads to its place.

import type { Fault } from "./model";

export class Faults {
  private readonly box: HTMLElement;
  private said = "";

  constructor(
    root: HTMLElement,
    private readonly open: (path: string) => void,
  ) {
    this.box = root.querySelector<HTMLElement>("[data-faults]")!;
  }

  show(faults: Fault[], count: number): void {
    const words = count ? `${count} fault${count === 1 ? "" : "s"}` : "No faults.";
    this.speak(words, faults);
    if (!count) {
      const well = document.createElement("p");
      well.className = "all-well";
      well.textContent = words;
      this.box.replaceChildren(well);
      return;
    }
    const heading = document.createElement("h3");
    heading.textContent = words;
    const list = document.createElement("ol");
    list.className = "fault-list";
    for (const fault of faults) list.append(this.line(fault));
    this.box.replaceChildren(heading, list);
  }

  private line(fault: Fault): HTMLElement {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    const path = document.createElement("code");
    path.textContent = fault.path;
    button.append(path, ` ${fault.message}.${fault.hint ? ` ${fault.hint}` : ""}`);
    button.addEventListener("click", () => this.open(fault.path));
    item.append(button);
    return item;
  }

  /** Say to those who listen when the number changes, not with every letter. */
  private speak(words: string, faults: Fault[]): void {
    if (words === this.said || (!this.said && !faults.length)) return;
    this.said = words;
    const speaker = document.getElementById("speaker");
    if (speaker) speaker.textContent = faults[0] ? `${words}: ${faults[0].path} ${faults[0].message}` : words;
  }
}
