// The form of the cue that is being edited; there is one, and it moves from row to row.

import * as edits from "./edits";
import type { Place, Row, Subtitles } from "./model";
import { type Maker, ofRow, type Server } from "./server";
import type { Stage } from "./stage";
import { countCharacters } from "./text";
import { formatTime, parseRate, parseTime, snap } from "./times";

const IDLE_MILLISECONDS = 4000; // of no typing, then what was typed is saved

export interface Limits {
  title: string;
  lineCharacters: number;
  lines: number;
  charactersPerSecond: number | null;
}

export interface EditorWishes {
  left(row: Row): void;
  complain(words: string): void;
}

export class Editor {
  readonly form: HTMLFormElement;
  row: Row | null = null;
  private readonly text: HTMLTextAreaElement;
  private readonly start: HTMLInputElement;
  private readonly end: HTMLInputElement;
  private readonly speaker: HTMLInputElement;
  private readonly place: HTMLSelectElement;
  private readonly counts: HTMLElement;
  private saved = ""; // the text as the server has it, or will have it
  private timer = 0;
  private readonly drafts = new WeakMap<Row, string>(); // what could not be saved

  constructor(
    private readonly subtitles: Subtitles,
    private readonly server: Server,
    private readonly stage: Stage,
    private readonly limits: () => Limits | undefined,
    private readonly wishes: EditorWishes,
  ) {
    const template = document.querySelector<HTMLTemplateElement>("#cue-editor")!;
    this.form = (template.content.cloneNode(true) as DocumentFragment).querySelector("form")!;
    const field = <Kind extends HTMLElement>(name: string): Kind => this.form.querySelector<Kind>(`[name=${name}]`)!;
    this.text = field("text");
    this.start = field("start");
    this.end = field("end");
    this.speaker = field("speaker");
    this.place = field("place");
    this.counts = this.form.querySelector<HTMLElement>("[data-counts]")!;
  }

  listen(): void {
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.text.addEventListener("input", () => {
      this.count();
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.save(), IDLE_MILLISECONDS);
    });
    this.text.addEventListener("blur", () => void this.save());
    for (const input of [this.start, this.end]) {
      input.addEventListener("change", () => this.saveTimes());
      input.addEventListener("keydown", (event) => this.nudge(event, input));
    }
    this.speaker.addEventListener("change", () => this.send(edits.setSpeaker(this.speaker.value.trim())));
    this.place.addEventListener("change", () => this.send(edits.setPlace(this.place.value as Place)));
    this.subtitles.addEventListener("change", () => this.refresh());
    window.addEventListener("pagehide", () => void this.save());
  }

  /** Open in a row; the caret goes to a place of the text, or around all of it. */
  open(row: Row, item: HTMLElement, caret: number | null): void {
    if (this.row && this.row !== row) this.close();
    this.row = row;
    item.classList.add("is-editing");
    item.querySelector("[data-part=text]")?.after(this.form);
    this.fill();
    this.text.focus({ preventScroll: true });
    if (caret === null) this.text.setSelectionRange(this.text.value.length, this.text.value.length);
    else this.text.setSelectionRange(caret, caret);
  }

  /** Save and go. */
  close(): void {
    if (!this.row) return;
    void this.save();
    const { row } = this;
    this.row = null;
    window.clearTimeout(this.timer);
    this.form.closest(".is-editing")?.classList.remove("is-editing");
    this.form.remove();
    this.wishes.left(row);
  }

  /** Whether the text differs from the saved one; then undo is the field's own. */
  get isDirty(): boolean {
    return this.row !== null && this.text.value !== this.saved;
  }

  get hasFocus(): boolean {
    return this.text === document.activeElement;
  }

  /** Return how many characters stand before the caret; null unless the text has the focus. */
  get caret(): number | null {
    if (!this.hasFocus) return null;
    const lines = this.text.value.slice(0, this.text.selectionStart).split("\n");
    // The server takes spaces from the ends of lines before it counts.
    return [...lines.map((line, at) => (at < lines.length - 1 ? line.trim() : line.trimStart())).join("\n")].length;
  }

  async save(): Promise<void> {
    window.clearTimeout(this.timer);
    if (this.isDirty) await this.sendWith(() => []);
  }

  /** Send edits, and before them what was typed until now, as one step of undo. */
  async sendWith(make: Maker): Promise<boolean> {
    const { row } = this;
    const typed = this.text.value;
    if (!row || typed === this.saved) return this.server.edit(make);
    this.saved = typed; // as far as the form is concerned: it may close before the answer
    const isDone = await this.server.edit(() => [...ofRow(this.subtitles, row, edits.setText(typed)), ...make()]);
    if (!isDone) this.giveBack(row, typed);
    return isDone;
  }

  /** Keep a text that could not be saved, so that nobody has to write it again. */
  private giveBack(row: Row, typed: string): void {
    if (this.subtitles.rows[row.index] !== row) {
      this.wishes.complain(`These subtitles were changed elsewhere in the meantime and are loaded anew. What you wrote was not saved: “${typed}”`);
    } else if (this.row === row) {
      this.saved = row.cue.text;
    } else {
      this.drafts.set(row, typed);
    }
  }

  /** Put the selection, or the whole text, into italics, or take them away. */
  italic(): void {
    let [from, to] = [this.text.selectionStart, this.text.selectionEnd];
    if (from === to) [from, to] = [0, this.text.value.length];
    const chosen = this.text.value.slice(from, to);
    const made = /^<i>[^]*<\/i>$/.test(chosen) ? chosen.slice(3, -4) : `<i>${chosen}</i>`;
    this.text.setRangeText(made, from, to, "select");
    this.count();
  }

  /** Let the cue begin or end where the playhead stands. */
  setEdge(edge: "start" | "end", row: Row): void {
    const time = snap(this.stage.time, parseRate(this.subtitles.header.frameRate));
    const [start, end] = edge === "start" ? [time, row.cue.endTime] : [row.cue.startTime, time];
    if (end <= start) {
      this.wishes.complain(edge === "start" ? "The playhead stands behind the cue's end." : "The playhead stands before the cue's start.");
      return;
    }
    void this.server.edit(() => ofRow(this.subtitles, row, edits.setTimes(start, end)));
  }

  private send(edit: ReturnType<typeof edits.setText>): void {
    const { row } = this;
    if (row) void this.server.edit(() => ofRow(this.subtitles, row, edit));
  }

  private saveTimes(): void {
    const { row } = this;
    if (!row) return;
    const [start, end] = [parseTime(this.start.value), parseTime(this.end.value)];
    if (start === null || end === null) {
      this.wishes.complain("Write a time as 1:02.500, with minutes, seconds and fractions of a second.");
      this.fillTimes();
    } else if (formatTime(start) !== formatTime(row.cue.startTime) || formatTime(end) !== formatTime(row.cue.endTime)) {
      void this.server.edit(() => ofRow(this.subtitles, row, edits.setTimes(start, end))).then((isDone) => {
        if (!isDone && this.row === row) this.fillTimes(); // they are as they were
      });
    }
  }

  /** Up and down move a time by a frame, with Shift by ten. */
  private nudge(event: KeyboardEvent, input: HTMLInputElement): void {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const time = parseTime(input.value);
    if (!by || time === null || event.altKey) return;
    event.preventDefault();
    const rate = parseRate(this.subtitles.header.frameRate);
    input.value = formatTime(snap(time + (by * (event.shiftKey ? 10 : 1)) / rate, rate));
    this.saveTimes();
  }

  private refresh(): void {
    if (!this.row) return;
    if (this.subtitles.rows[this.row.index] !== this.row) {
      const typed = this.isDirty ? this.text.value : null;
      this.saved = this.text.value; // its cue is gone
      const { row } = this;
      this.close();
      if (typed !== null) this.giveBack(row, typed);
      return;
    }
    if (this.text.value === this.saved && this.row.cue.text !== this.saved) this.fillText();
    else if (this.row.cue.text === this.text.value) this.saved = this.text.value;
    this.fillRest();
  }

  private fill(): void {
    this.fillText();
    const draft = this.row && this.drafts.get(this.row);
    if (this.row && draft !== undefined && draft !== null) {
      this.text.value = draft;
      this.drafts.delete(this.row);
    }
    this.fillRest();
    this.speaker.value = this.row?.cue.speaker ?? "";
  }

  private fillText(): void {
    const caret = this.text.selectionStart;
    this.saved = this.row?.cue.text ?? "";
    this.text.value = this.saved;
    this.text.lang = this.subtitles.header.language;
    if (this.hasFocus) this.text.setSelectionRange(caret, caret);
  }

  private fillRest(): void {
    this.fillTimes();
    this.place.value = this.row?.cue.place ?? "bottom";
    if (this.speaker !== document.activeElement) this.speaker.value = this.row?.cue.speaker ?? "";
    this.count();
  }

  private fillTimes(): void {
    this.start.value = formatTime(this.row?.cue.startTime ?? 0);
    this.end.value = formatTime(this.row?.cue.endTime ?? 0);
  }

  /** Say while typing how long the lines are and how fast they must be read. */
  private count(): void {
    const { row } = this;
    const limits = this.limits();
    if (!row || !limits) return;
    const lines = this.text.value.split("\n");
    const counted = lines.map((line) => countCharacters(line, this.subtitles.header.language));
    const length = row.cue.endTime - row.cue.startTime;
    const speed = length > 0 ? counted.reduce((sum, each) => sum + each, 0) / length : 0;
    const parts = counted.map((each) => measure(`${each}`, limits.lineCharacters, each));
    if (lines.length > limits.lines) parts.push(measure(`${lines.length} lines`, limits.lines, lines.length));
    if (limits.charactersPerSecond) parts.push(measure(`${speed.toFixed(1)} per s`, limits.charactersPerSecond, speed));
    this.counts.replaceChildren(...parts);
    this.text.rows = Math.max(2, lines.length);
  }
}

function measure(words: string, limit: number, value: number): HTMLElement {
  const element = document.createElement("span");
  element.className = value > limit ? "measure is-over" : "measure";
  element.textContent = value > limit ? `\u2715 ${words}, at most ${limit}` : `${words} of ${limit}`;
  return element;
}
