// The editor of subtitles as a whole: joins list, form, recording and timeline.

import { type Command, Commands, TYPED } from "./commands";
import * as edits from "./edits";
import { Editor, type Limits } from "./editor";
import { Find } from "./find";
import { List } from "./list";
import { Report } from "./mended";
import { Messages } from "./messages";
import { type Row, Subtitles, type Violation } from "./model";
import { Peaks } from "./peaks";
import { type Edit, ofRow, Server } from "./server";
import { Shift } from "./shift";
import { Stage } from "./stage";
import { Timeline } from "./timeline";
import { microseconds, parseRate, snap } from "./times";
import { Unsure } from "./unsure";

const NEW_SECONDS = 2; // of an inserted cue, where there is room
const SLACK = 0.002; // seconds
const MOST_SPEAKERS = 50; // offered while a name is typed

export class Room {
  readonly subtitles: Subtitles;
  readonly stage: Stage;
  readonly timeline: Timeline;
  readonly editor: Editor;
  private readonly server: Server;
  private readonly list: List;
  private readonly find: Find;
  private readonly shift: Shift;
  private readonly report: Report;
  private readonly messages: Messages;
  private readonly peaks = new Peaks();
  private chosen: Row | null = null;
  private readonly limits: Record<string, Limits>;

  constructor(private readonly root: HTMLElement) {
    const own = root.dataset;
    this.messages = new Messages(root);
    this.subtitles = new Subtitles(JSON.parse(own["header"] ?? "{}"));
    this.limits = JSON.parse(own["limits"] ?? "{}") as Record<string, Limits>;
    const shots = JSON.parse(own["shots"] ?? "[]") as number[];
    this.server = new Server(own["address"] ?? "", this.subtitles, this);
    this.stage = new Stage(root.querySelector<HTMLElement>("[data-stage]")!, this.subtitles, Number(own["seconds"] ?? 0));
    this.list = new List(root, this.subtitles, {
      choose: (row) => this.choose(row),
      edit: (row, caret) => this.openEditor(row, caret),
      fix: (row, violation) => void this.fix(row, violation),
    });
    this.editor = new Editor(this.subtitles, this.server, this.stage, () => this.limits[this.subtitles.header.preset], {
      left: (row) => this.mark(row, "none"),
      complain: (words) => this.complain(words),
    });
    this.timeline = new Timeline(root, this.subtitles, this.stage, this.peaks, shots, {
      select: (row) => this.choose(row),
      retime: (row, start, end) => void this.change(row, edits.setTimes(start, end)),
    });
    this.report = new Report(root, (seconds) => this.goTo(seconds));
    this.find = new Find(root, this.subtitles, this.server, {
      show: (row) => this.openEditorQuietly(row),
      say: (words) => this.say(words),
      saveTyped: () => this.editor.save(),
      current: () => this.current,
    });
    this.shift = new Shift(root, this.subtitles, this.server, {
      say: (words) => this.say(words),
      saveTyped: () => this.editor.save(),
      current: () => this.current,
    });
  }

  async start(): Promise<void> {
    this.list.start();
    this.editor.listen();
    this.find.start();
    this.shift.start();
    new Unsure(this.root, this.subtitles).start();
    this.report.listen();
    new Commands(this.root, this.commands()).start();
    this.subtitles.addEventListener("change", () => {
      this.showState();
      this.report.leave(this.subtitles.mended);
      this.messages.showTrouble(""); // it was about something before
    });
    const isLoaded = await this.server.load();
    if (!isLoaded) {
      document.documentElement.classList.remove("has-islands"); // the plain forms of the page still work
      return;
    }
    this.root.classList.add("is-live");
    this.stage.start();
    this.timeline.start();
    this.stage.addEventListener("time", () => this.follow());
    this.listen();
    this.follow();
    const address = this.root.dataset["waveform"];
    if (address && (await this.peaks.load(address))) this.timeline.plan();
  }

  /** The row that commands are about: the edited one, else the one that is shown. */
  get current(): Row | null {
    if (this.editor.row) return this.editor.row;
    const { chosen } = this;
    const { time } = this.stage;
    const isThere = chosen && this.subtitles.rows[chosen.index] === chosen;
    if (isThere && time >= chosen.cue.startTime - SLACK && time <= Math.max(chosen.cue.endTime, chosen.cue.startTime + SLACK)) return chosen;
    return this.subtitles.rowAt(time + SLACK);
  }

  say(words: string): void {
    this.messages.say(words);
  }

  complain(words: string): void {
    this.messages.complain(words);
  }

  private listen(): void {
    const preset = this.root.querySelector<HTMLSelectElement>("[data-preset]");
    preset?.addEventListener("change", () => void this.server.choosePreset(preset.value));
    const filter = this.root.querySelector<HTMLInputElement>("[data-only-problems]");
    filter?.addEventListener("change", () => this.list.filter(filter.checked));
    this.messages.listen();
    window.addEventListener("beforeunload", (event) => {
      if (this.editor.isDirty) void this.editor.save();
      if (!this.server.isIdle) event.preventDefault();
    });
  }

  private choose(row: Row): void {
    if (this.editor.row && this.editor.row !== row) this.editor.close();
    this.chosen = row;
    this.stage.seek(row.cue.startTime);
    this.mark(row, "none");
  }

  private mark(row: Row | null, reach: "scroll" | "focus" | "none"): void {
    this.list.mark(row, reach);
    this.timeline.select(row);
  }

  private openEditor(row: Row, caret: number | null): void {
    if (this.editor.row === row) return;
    const item = this.list.itemOf(row);
    if (!item) return;
    this.chosen = row;
    this.editor.open(row, item, caret);
    const { time } = this.stage;
    if (time < row.cue.startTime || time >= row.cue.endTime) this.stage.seek(row.cue.startTime);
    this.mark(row, "scroll");
  }

  /** Show a cue without taking the focus from where it is. */
  private openEditorQuietly(row: Row): void {
    this.choose(row);
    this.list.mark(row, "scroll");
  }

  private followed: Row | null = null;

  private follow(): void {
    const { current } = this;
    if (current === this.followed) return;
    this.followed = current;
    const isFollowing = this.root.querySelector<HTMLInputElement>("[data-follow]")?.checked !== false;
    this.mark(current, isFollowing && !this.editor.row ? "scroll" : "none");
  }

  private async change(row: Row, ...made: Edit[]): Promise<boolean> {
    return this.editor.sendWith(() => ofRow(this.subtitles, row, ...made));
  }

  private async fix(row: Row, violation: Violation): Promise<void> {
    const before = row.problems.length;
    if (!(await this.editor.sendWith(() => [edits.fixCue(row.index, [violation.rule])]))) return;
    const isMended = !row.problems.some((each) => each.rule === violation.rule);
    const left = before > 1 && row.problems.length > 0 ? ` ${row.problems.length} left at this cue.` : "";
    if (isMended) this.say(`Fixed${this.told()}${left}`);
    else this.complain(row.problems.find((each) => each.rule === violation.rule)?.reason ?? "This one cannot be fixed by moving times or lines: shorten the text, or split the cue.");
  }

  private async fixAll(): Promise<void> {
    await this.editor.save();
    const before = this.subtitles.violations.length;
    if (!(await this.server.edit(() => [edits.fixAll()]))) return;
    const left = this.subtitles.violations.length;
    const { mended } = this.subtitles;
    const rest = left === 0 ? "Nothing is left." : `${left === 1 ? "1 problem is" : `${left} problems are`} left, with the reason beside it.`;
    if (mended.length > 0) this.messages.announce(this.report.show(mended, rest));
    else if (left < before) this.say(rest);
    else this.complain("Nothing here can be fixed by moving times or lines: shorten texts, or split cues.");
  }

  private commands(): Command[] {
    const onRow = (run: (row: Row) => void) => (): void => {
      const row = this.current;
      if (row) run(row);
    };
    return [...this.moves(onRow), ...this.changes(onRow)];
  }

  private moves(onRow: (run: (row: Row) => void) => () => void): Command[] {
    return [
      { name: "play", words: "Play or pause", keys: [" "], run: () => this.stage.toggle() },
      { name: "play-typing", words: "Play or pause while typing", keys: ["Ctrl+ ", "Alt+p"], whileTyping: true, run: () => this.stage.toggle() },
      { name: "play-cue", words: "Play the cue", keys: ["r", "Alt+r"], whileTyping: true, run: onRow((row) => this.stage.playRow(row)) },
      { name: "back", words: "Back one second", keys: ["ArrowLeft"], run: () => this.stage.seek(this.stage.time - 1) },
      { name: "forth", words: "Forward one second", keys: ["ArrowRight"], run: () => this.stage.seek(this.stage.time + 1) },
      { name: "frame-back", words: "Back one frame", keys: ["Shift+ArrowLeft", ","], run: () => this.stage.step(-1) },
      { name: "frame-forth", words: "Forward one frame", keys: ["Shift+ArrowRight", "."], run: () => this.stage.step(1) },
      { name: "previous", words: "Previous cue", keys: ["ArrowUp"], run: () => this.go(-1) },
      { name: "next", words: "Next cue", keys: ["ArrowDown"], run: () => this.go(1) },
      { name: "edit", words: "Edit the text", keys: ["Enter"], run: onRow((row) => this.openEditor(row, null)) },
      { name: "leave", words: "Save the text and leave it", keys: ["Escape"], whileTyping: true, run: () => this.leave() },
      { name: "save-next", words: "Save the text and edit the next cue", keys: ["Ctrl+Enter", "Alt+ArrowDown"], whileTyping: true, run: () => this.editNeighbour(1) },
      { name: "save-previous", words: "Save the text and edit the previous cue", keys: ["Alt+ArrowUp"], whileTyping: true, run: () => this.editNeighbour(-1) },
      { name: "next-problem", words: "Next problem", keys: ["n"], run: () => this.goToProblem(1) },
      { name: "previous-problem", words: "Previous problem", keys: ["p"], run: () => this.goToProblem(-1) },
      { name: "closer", words: "Zoom in", keys: ["+", "="], run: () => this.timeline.zoomBy(1.5) },
      { name: "further", words: "Zoom out", keys: ["-"], run: () => this.timeline.zoomBy(1 / 1.5) },
      { name: "full-screen", words: "Full screen", keys: ["w"], run: () => this.stage.toggleFullScreen() },
      { name: "find", words: "Find and replace", keys: ["/", "Ctrl+h"], run: () => this.find.open() },
      { name: "help", words: "These keys", keys: ["?"], run: () => this.root.querySelector<HTMLDialogElement>("[data-help]")?.showModal() },
    ];
  }

  private changes(onRow: (run: (row: Row) => void) => () => void): Command[] {
    // What is being typed is undone by the field itself.
    const isFor = (target: Element): boolean => (this.editor.hasFocus ? !this.editor.isDirty : !target.matches(TYPED));
    return [
      { name: "undo", words: "Undo", keys: ["Ctrl+z"], whileTyping: true, isFor, run: () => void this.undo() },
      { name: "redo", words: "Redo", keys: ["Ctrl+Shift+z", "Ctrl+y"], whileTyping: true, isFor, run: () => void this.redo() },
      { name: "start-here", words: "Let the cue begin at the playhead", keys: ["[", "Alt+["], whileTyping: true, run: onRow((row) => this.editor.setEdge("start", row)) },
      { name: "end-here", words: "Let the cue end at the playhead", keys: ["]", "Alt+]"], whileTyping: true, run: onRow((row) => this.editor.setEdge("end", row)) },
      { name: "split", words: "Split at the caret, else at the playhead", keys: ["s", "Ctrl+Shift+Enter"], whileTyping: true, run: onRow((row) => void this.split(row)) },
      { name: "merge", words: "Merge with the next cue", keys: ["m", "Alt+m"], whileTyping: true, run: onRow((row) => void this.merge(row)) },
      { name: "insert", words: "Insert a cue at the playhead", keys: ["i"], run: () => void this.insert() },
      { name: "delete", words: "Delete the cue", keys: ["Delete"], run: onRow((row) => void this.remove(row)) },
      { name: "italic", words: "Italics", keys: ["Ctrl+i"], whileTyping: true, run: () => this.editor.row && this.editor.italic() },
      { name: "fix-cue", words: "Fix the cue's problems", keys: ["f"], run: onRow((row) => void this.fixRow(row)) },
      { name: "fix-all", words: "Fix all problems", keys: ["Shift+f"], run: () => void this.fixAll() },
    ];
  }

  private goTo(seconds: number): void {
    const row = this.subtitles.rowAt(seconds + SLACK);
    if (row) this.openEditorQuietly(row);
  }

  private go(by: number): void {
    const row = this.subtitles.rows[(this.current?.index ?? -1) + by];
    if (!row) return;
    const hadFocus = document.activeElement?.matches("[data-part=text]");
    this.choose(row);
    this.mark(row, hadFocus ? "focus" : "scroll");
  }

  private goToProblem(by: number): void {
    const { rows } = this.subtitles;
    const from = this.current?.index ?? (by > 0 ? -1 : rows.length);
    for (let at = from + by; at >= 0 && at < rows.length; at += by) {
      const row = rows[at];
      if (row?.problems.length) {
        this.choose(row);
        this.mark(row, "scroll");
        this.say(`Cue ${row.index + 1}: ${row.problems.map((each) => each.message).join(" ")}`);
        return;
      }
    }
    this.say(by > 0 ? "No problem after this cue." : "No problem before this cue.");
  }

  private leave(): void {
    const { row } = this.editor;
    if (!row) return;
    this.editor.close();
    this.mark(row, "focus");
  }

  private editNeighbour(by: number): void {
    const row = this.subtitles.rows[(this.current?.index ?? -1) + by];
    if (row) this.openEditor(row, null);
    else this.leave();
  }

  private async undo(): Promise<void> {
    await this.editor.save();
    const label = this.subtitles.header.undoLabel;
    if (await this.server.undo()) this.say(label ? `Undone: ${label}` : "Undone.");
  }

  private async redo(): Promise<void> {
    const label = this.subtitles.header.redoLabel;
    if (await this.server.redo()) this.say(label ? `Done again: ${label}` : "Done again.");
  }

  private async split(row: Row): Promise<void> {
    const { caret } = this.editor;
    const isInside = this.stage.time > row.cue.startTime + SLACK && this.stage.time < row.cue.endTime - SLACK;
    if (caret === null && !isInside) {
      this.complain("Put the caret where the cue is to be split, or the playhead inside the cue.");
      return;
    }
    const rate = parseRate(this.subtitles.header.frameRate);
    const edit = caret === null ? edits.splitAtTime(snap(this.stage.time, rate)) : edits.splitAtCharacter(caret);
    if (await this.change(row, edit)) this.say("Split.");
  }

  private async merge(row: Row): Promise<void> {
    if (row.index + 1 >= this.subtitles.rows.length) this.complain("This is the last cue; there is none to merge it with.");
    else if (await this.change(row, edits.mergeWithNext())) this.say("Merged with the next cue.");
  }

  private async remove(row: Row): Promise<void> {
    const { index } = row;
    if (this.editor.row === row) this.editor.close();
    if (!(await this.change(row, edits.remove()))) return;
    this.say("Deleted. Undo brings it back.");
    const next = this.subtitles.rows[Math.min(index, this.subtitles.rows.length - 1)];
    if (next) this.choose(next);
  }

  private async insert(): Promise<void> {
    await this.editor.save();
    const rate = parseRate(this.subtitles.header.frameRate);
    const shown = this.subtitles.shownAt(this.stage.time)[0];
    const start = shown ? shown.cue.endTime : snap(this.stage.time, rate);
    const next = this.subtitles.rows.find((row) => row.cue.startTime >= start && row !== shown);
    const end = Math.min(snap(start + NEW_SECONDS, rate), next?.cue.startTime ?? Infinity);
    if (end - start < 1 / rate) {
      this.complain("There is no room for a cue here.");
      return;
    }
    const isDone = await this.server.edit(() => [edits.insert(start, microseconds(end), "")]);
    const made = this.subtitles.rows.find((row) => row.cue.startTime >= start - SLACK && row.cue.text === "");
    if (isDone && made) this.openEditor(made, 0);
  }

  private async fixRow(row: Row): Promise<void> {
    if (!row.problems.length) return;
    if (!(await this.editor.sendWith(() => [edits.fixCue(row.index, null)]))) return;
    if (row.problems.length) this.complain(row.problems[0]?.reason ?? "What is left cannot be fixed by moving times or lines.");
    else this.say(`Fixed${this.told()}`);
  }

  /** What the fixer did to one cue, as the end of a sentence. */
  private told(): string {
    const first = this.subtitles.mended[0];
    return first ? `: ${first.sentence}` : ".";
  }

  private showState(): void {
    const { header, violations, rows } = this.subtitles;
    const errors = violations.filter((each) => each.severity === "error").length;
    const warnings = violations.length - errors;
    const write = (name: string, words: string): void => {
      const element = this.root.querySelector<HTMLElement>(`[data-state=${name}]`);
      if (element && element.textContent !== words) element.textContent = words;
    };
    write("cues", rows.length === 1 ? "1 cue" : `${rows.length} cues`);
    write("errors", errors === 1 ? "1 error" : `${errors} errors`);
    write("warnings", warnings === 1 ? "1 warning" : `${warnings} warnings`);
    this.root.classList.toggle("is-clean", violations.length === 0);
    this.root.classList.toggle("is-void", rows.length === 0);
    for (const [name, can, label] of [["undo", header.canUndo, header.undoLabel], ["redo", header.canRedo, header.redoLabel]] as const) {
      const button = this.root.querySelector<HTMLButtonElement>(`[data-tools] [data-do=${name}]`);
      if (!button) continue;
      button.disabled = !can;
      button.title = label && can ? `${name === "undo" ? "Undo" : "Redo"}: ${label}` : "";
    }
    const names = [...new Set(rows.flatMap(({ cue }) => cue.speaker ?? []))].slice(0, MOST_SPEAKERS);
    const offered = document.getElementById("speakers");
    if (offered && offered.children.length !== names.length) {
      offered.replaceChildren(...names.map((name) => new Option(name, name)));
    }
    const fix = this.root.querySelector<HTMLButtonElement>("[data-tools] [data-do=fix-all]");
    if (fix) fix.disabled = violations.length === 0;
  }
}
