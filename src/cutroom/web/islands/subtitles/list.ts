// The list of cues: one element per cue, drawn by the browser only where it is seen.

import type { Change, Row, Subtitles, Violation } from "./model";
import { countCharacters, fill, visible } from "./text";
import { formatTime } from "./times";

const MARGIN = 8; // pixels between a line and the edge of what is seen

export interface ListWishes {
  choose(row: Row): void;
  edit(row: Row, caret: number | null): void;
  fix(row: Row, violation: Violation): void;
}

interface Parts {
  item: HTMLLIElement;
  number: HTMLElement;
  times: HTMLElement;
  pace: HTMLElement;
  tags: HTMLElement;
  text: HTMLButtonElement;
  problems: HTMLUListElement;
}

export class List {
  private readonly list: HTMLOListElement;
  private readonly template: HTMLTemplateElement;
  private readonly parts = new Map<Row, Parts>();
  private readonly rows = new WeakMap<Element, Row>();
  private current: Row | null = null;
  private onlyProblems = false;

  constructor(
    root: HTMLElement,
    private readonly subtitles: Subtitles,
    private readonly wishes: ListWishes,
  ) {
    this.list = root.querySelector<HTMLOListElement>("[data-list]")!;
    this.template = document.querySelector<HTMLTemplateElement>("#cue-row")!;
  }

  start(): void {
    this.subtitles.addEventListener("change", (event) => this.update((event as CustomEvent<Change>).detail));
    this.list.addEventListener("click", (event) => this.click(event));
    this.list.addEventListener("keydown", (event) => this.key(event));
  }

  /** Return a row's element, to put the editor into. */
  itemOf(row: Row): HTMLLIElement | null {
    return this.parts.get(row)?.item ?? null;
  }

  /** Mark the row that commands are about. */
  mark(row: Row | null, reach: "scroll" | "focus" | "none"): void {
    if (row !== this.current) {
      const before = this.current && this.parts.get(this.current);
      before?.item.removeAttribute("aria-current");
      if (before) before.text.tabIndex = -1;
      this.current = row;
    }
    const parts = row && this.parts.get(row);
    if (!parts) return;
    parts.item.setAttribute("aria-current", "true");
    parts.text.tabIndex = 0;
    if (reach !== "none") this.show(parts.item);
    if (reach === "focus") parts.text.focus({ preventScroll: true });
  }

  /** Show only cues with problems, or all. */
  filter(onlyProblems: boolean): void {
    this.onlyProblems = onlyProblems;
    for (const [row, parts] of this.parts) parts.item.hidden = onlyProblems && row.problems.length === 0;
    if (this.current) this.mark(this.current, "scroll");
  }

  /** Scroll a line into view; lines that were never drawn have guessed heights, so it looks again. */
  private show(item: HTMLElement, tries = 3): void {
    const box = this.list.parentElement!;
    const isOwn = getComputedStyle(box).overflowY === "auto";
    const frame = box.getBoundingClientRect();
    const own = item.getBoundingClientRect();
    const top = (isOwn ? frame.top : this.covered()) + MARGIN;
    const bottom = (isOwn ? frame.bottom : window.innerHeight) - MARGIN;
    if ((own.top >= top && own.bottom <= bottom) || tries === 0) return;
    const free = Math.max(0, bottom - top - own.height);
    const by = own.top - top - Math.min(free, own.top < top ? free / 3 : free / 2);
    if (isOwn) box.scrollTop += by;
    else window.scrollBy(0, by);
    requestAnimationFrame(() => this.show(item, tries - 1));
  }

  /** Return how much of the window's top is covered by what sticks there, on a phone. */
  private covered(): number {
    const stuck = document.querySelector<HTMLElement>("[data-sticky]");
    return stuck && getComputedStyle(stuck).position === "sticky" ? stuck.getBoundingClientRect().bottom : 0;
  }

  private update(change: Change): void {
    if (change.isWhole) {
      this.parts.clear();
      this.current = null;
      this.list.replaceChildren(...this.subtitles.rows.map((row) => this.make(row).item));
      const first = this.subtitles.rows[0] && this.parts.get(this.subtitles.rows[0]);
      if (first) first.text.tabIndex = 0; // one way in for the Tab key, whichever row is current later
      this.count();
      return;
    }
    for (const row of change.removed) {
      this.parts.get(row)?.item.remove();
      this.parts.delete(row);
      if (row === this.current) this.current = null;
    }
    for (const row of change.inserted) {
      const before = this.subtitles.rows[row.index - 1];
      const item = this.make(row).item;
      const neighbour = before && this.parts.get(before)?.item;
      if (neighbour) neighbour.after(item);
      else this.list.prepend(item);
    }
    for (const row of change.touched) this.write(row);
    for (const row of change.judged) if (!change.touched.has(row)) this.write(row);
    if (change.inserted.length || change.removed.length) this.count();
  }

  private count(): void {
    this.list.setAttribute("aria-label", `Cues, ${this.subtitles.rows.length}`);
  }

  private make(row: Row): Parts {
    const item = (this.template.content.cloneNode(true) as DocumentFragment).querySelector("li")!;
    const part = <Kind extends HTMLElement>(name: string): Kind => item.querySelector<Kind>(`[data-part=${name}]`)!;
    const parts: Parts = {
      item,
      number: part("number"),
      times: part("times"),
      pace: part("pace"),
      tags: part("tags"),
      text: part("text"),
      problems: part("problems"),
    };
    parts.text.lang = this.subtitles.header.language;
    this.parts.set(row, parts);
    this.rows.set(item, row);
    this.write(row);
    return parts;
  }

  private write(row: Row): void {
    const parts = this.parts.get(row);
    if (!parts) return;
    const { cue } = row;
    const length = cue.endTime - cue.startTime;
    const count = countCharacters(cue.text, this.subtitles.header.language);
    parts.number.textContent = String(row.index + 1);
    parts.times.textContent = `${formatTime(cue.startTime)} \u2192 ${formatTime(cue.endTime)}`;
    parts.pace.textContent = length > 0 ? `${length.toFixed(1)} s, ${Math.round(count / length)} per s` : "";
    parts.tags.replaceChildren(...[cue.speaker, cue.place !== "bottom" ? cue.place : undefined].filter((word) => word).map((word) => tag(word!)));
    fill(parts.text, cue.text, cue.unsure);
    parts.text.classList.toggle("is-empty", visible(cue.text).trim() === "");
    const errors = row.problems.filter((each) => each.severity === "error").length;
    parts.item.classList.toggle("has-errors", errors > 0);
    parts.item.classList.toggle("has-warnings", errors === 0 && row.problems.length > 0);
    parts.item.hidden = this.onlyProblems && row.problems.length === 0 && row !== this.current;
    parts.problems.replaceChildren(...row.problems.map((each, at) => problem(each, at)));
  }

  private click(event: Event): void {
    const target = event.target as HTMLElement;
    const item = target.closest<HTMLElement>("li.cue");
    const row = item && this.rows.get(item);
    if (!row || target.closest("[data-editor]")) return;
    const fix = target.closest<HTMLElement>("[data-fix]");
    if (fix) {
      const violation = row.problems[Number(fix.dataset["fix"])];
      if (violation) this.wishes.fix(row, violation);
    } else if (target.closest("[data-part=text]")) {
      this.wishes.edit(row, caretAt(event as MouseEvent, target.closest<HTMLElement>("[data-part=text]")!, row.cue.text));
    } else {
      this.wishes.choose(row);
    }
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (!target.matches("[data-part=text]") || event.key !== "Enter") return;
    const item = target.closest("li.cue");
    const row = item && this.rows.get(item);
    if (!row) return;
    event.preventDefault();
    this.wishes.edit(row, null);
  }
}

function tag(word: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "tag";
  element.textContent = word;
  return element;
}

function problem(violation: Violation, at: number): HTMLLIElement {
  const item = document.createElement("li");
  item.className = `is-${violation.severity}`;
  const sign = document.createElement("span");
  sign.setAttribute("aria-hidden", "true");
  sign.textContent = violation.severity === "error" ? "\u2715" : "!";
  const words = document.createElement("span");
  words.textContent = violation.message;
  if (violation.reason) {
    const reason = document.createElement("span");
    reason.className = "soft";
    reason.textContent = ` ${violation.reason}`;
    words.append(reason);
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.dataset["fix"] = String(at);
  button.textContent = "Fix";
  const hidden = document.createElement("span");
  hidden.className = "hidden";
  hidden.textContent = `: ${violation.message}`;
  button.append(hidden);
  item.append(sign, words, button);
  return item;
}

/** Return the place in the cue's text that was clicked; null where it has markup or nothing says. */
function caretAt(event: MouseEvent, element: HTMLElement, text: string): number | null {
  if (text !== visible(text) || event.detail === 0) return null;
  const found = place(event.clientX, event.clientY);
  if (!found || !element.contains(found.node)) return null;
  const range = document.createRange();
  range.setStart(element, 0);
  range.setEnd(found.node, found.offset);
  const fragment = range.cloneContents();
  for (const said of fragment.querySelectorAll(".hidden")) said.remove();
  for (const line of fragment.querySelectorAll("br")) line.replaceWith("\n");
  return Math.min(text.length, fragment.textContent?.length ?? 0);
}

function place(x: number, y: number): { node: Node; offset: number } | null {
  if ("caretPositionFromPoint" in document) {
    const found = document.caretPositionFromPoint(x, y);
    return found && { node: found.offsetNode, offset: found.offset };
  }
  const range = (document as { caretRangeFromPoint?: (x: number, y: number) => Range | null }).caretRangeFromPoint?.(x, y);
  return range ? { node: range.startContainer, offset: range.startOffset } : null;
}
