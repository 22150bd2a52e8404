// The subtitles as the server has them: rows that keep their identity while edits come and go.

export type Place = "bottom" | "top" | "middle";

export interface Cue {
  startTime: number;
  endTime: number;
  text: string;
  speaker?: string;
  place?: Place;
  /** Words that were heard with little confidence: from and to, in code points of the visible text. */
  unsure?: [number, number][];
}

export interface Violation {
  rule: string;
  cue: number;
  severity: "error" | "warning";
  message: string;
  line?: number;
  reason?: string;
}

export interface Splice {
  at: number;
  removed: Cue[];
  inserted: Cue[];
}

export interface Header {
  subtitlesId: string;
  name: string;
  language: string;
  preset: string;
  frameRate: string;
  revision: number;
  canUndo: boolean;
  canRedo: boolean;
  undoLabel?: string;
  redoLabel?: string;
}

/** One thing that the fixer did; the cue is meant by its place before, and found by its time. */
export interface Mended {
  cue: number;
  rule: string;
  sentence: string;
  startTime: number;
}

export interface Answer {
  subtitles: Header & { cues?: Cue[]; violations?: Violation[] };
  splices?: Splice[];
  violations?: Violation[];
  changes?: Omit<Mended, "startTime">[];
}

/** One cue on the page; the object stays the same while its content changes. */
export interface Row {
  cue: Cue;
  index: number;
  problems: Violation[];
}

export interface Change {
  /** Rows whose cue is another one now, or whose number changed. */
  touched: Set<Row>;
  removed: Row[];
  inserted: Row[];
  /** Rows whose problems changed. */
  judged: Set<Row>;
  isWhole: boolean;
}

export class Subtitles extends EventTarget {
  rows: Row[] = [];
  header: Header;
  violations: Violation[] = [];
  /** What the fixer did in the last answer. */
  mended: Mended[] = [];

  constructor(header: Header) {
    super();
    this.header = header;
  }

  /** Take over what the server answered, and tell what changed. */
  take(answer: Answer): void {
    const change: Change = { touched: new Set(), removed: [], inserted: [], judged: new Set(), isWhole: false };
    const { cues, violations, ...header } = answer.subtitles;
    this.mended = (answer.changes ?? []).map((each) => ({ ...each, startTime: this.rows[each.cue]?.cue.startTime ?? 0 }));
    this.header = { ...this.header, ...header };
    if (cues) {
      change.isWhole = true;
      this.rows = cues.map((cue, index) => ({ cue, index, problems: [] }));
      this.violations = [];
    }
    for (const splice of answer.splices ?? []) this.splice(splice, change);
    const judged = violations ?? answer.violations;
    if (judged) this.judge(judged, change);
    this.dispatchEvent(new CustomEvent<Change>("change", { detail: change }));
  }

  /** Find the row that is shown at a time, else the last one before it; null before the first. */
  rowAt(seconds: number): Row | null {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.rows[middle]?.cue.startTime ?? 0) <= seconds) low = middle + 1;
      else high = middle;
    }
    return this.rows[low - 1] ?? null;
  }

  /** Return the rows that are on the picture at a time: more than one where cues overlap. */
  shownAt(seconds: number): Row[] {
    const last = this.rowAt(seconds);
    if (!last) return [];
    const found: Row[] = [];
    for (let index = last.index; index >= Math.max(0, last.index - 8); index -= 1) {
      const row = this.rows[index];
      if (row && seconds < row.cue.endTime && seconds >= row.cue.startTime) found.unshift(row);
    }
    return found;
  }

  private splice(splice: Splice, change: Change): void {
    const { at, removed, inserted } = splice;
    const kept = Math.min(removed.length, inserted.length);
    for (let place = 0; place < kept; place += 1) {
      const row = this.rows[at + place];
      const cue = inserted[place];
      if (!row || !cue) continue;
      row.cue = cue;
      change.touched.add(row);
    }
    const made = inserted.slice(kept).map((cue): Row => ({ cue, index: 0, problems: [] }));
    const gone = this.rows.splice(at + kept, removed.length - kept, ...made);
    change.removed.push(...gone);
    change.inserted.push(...made);
    for (const row of gone) change.touched.delete(row);
    if (gone.length !== made.length) {
      this.rows.forEach((row, index) => {
        if (row.index !== index) change.touched.add(row);
        row.index = index;
      });
    }
  }

  private judge(violations: Violation[], change: Change): void {
    const before = new Map(this.rows.map((row) => [row, JSON.stringify(row.problems)]));
    for (const row of this.rows) row.problems = [];
    for (const violation of violations) this.rows[violation.cue]?.problems.push(violation);
    for (const row of this.rows) {
      // A cue's number within the violation says nothing new when only the number changed.
      if (JSON.stringify(row.problems) !== before.get(row)) change.judged.add(row);
    }
    this.violations = violations;
  }
}
