// Edits on their way to the server: one after another, each made from what the one before left.

import type { Answer, Row, Subtitles } from "./model";

/** The times of single words are nine tenths of an answer, and nothing here shows them. */
const WITHOUT_WORDS = "?words=false";

export type Edit = { type: string } & Record<string, unknown>;

interface Envelope {
  success: boolean;
  message?: string;
  code?: string;
  data?: Answer;
}

export interface Teller {
  say(words: string): void;
  complain(words: string): void;
}

/** What an edit refers to while it waits: rows, whose numbers are read when its turn comes. */
export type Maker = () => Edit[];

export class Server {
  private turn: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly address: string,
    private readonly subtitles: Subtitles,
    private readonly teller: Teller,
  ) {}

  /** Whether everything is saved. */
  get isIdle(): boolean {
    return this.waiting === 0;
  }

  load(): Promise<boolean> {
    return this.enqueue(() => this.ask("GET", WITHOUT_WORDS));
  }

  /** Send edits as one step of undo; false when nothing was changed. */
  edit(make: Maker): Promise<boolean> {
    return this.enqueue(async () => {
      const edits = make();
      return edits.length > 0 && (await this.change("/edits", { edits }));
    });
  }

  undo(): Promise<boolean> {
    return this.enqueue(async () => this.subtitles.header.canUndo && (await this.change("/undo", {})));
  }

  redo(): Promise<boolean> {
    return this.enqueue(async () => this.subtitles.header.canRedo && (await this.change("/redo", {})));
  }

  /** Choose other rules; the cues stay, their problems are other ones. */
  choosePreset(preset: string): Promise<boolean> {
    return this.enqueue(async () => (await this.ask("PATCH", "", { preset })) && (await this.ask("GET", WITHOUT_WORDS)));
  }

  private enqueue(work: () => Promise<boolean>): Promise<boolean> {
    this.waiting += 1;
    const done = this.turn.then(work).finally(() => {
      this.waiting -= 1;
    });
    this.turn = done.catch(() => undefined);
    return done;
  }

  private change(path: string, body: Record<string, unknown>): Promise<boolean> {
    return this.ask("POST", path + WITHOUT_WORDS, { revision: this.subtitles.header.revision, ...body });
  }

  private async ask(method: string, path: string, body?: unknown): Promise<boolean> {
    let envelope: Envelope = { success: false };
    let status = 0;
    try {
      const answer = await fetch(`${this.address}${path}`, {
        method,
        headers: body ? { "Content-Type": "application/json", Accept: "application/json" } : {},
        body: body ? JSON.stringify(body) : null,
        keepalive: method === "POST" && JSON.stringify(body).length < 60_000, // also while the page closes
      });
      status = answer.status;
      envelope = (await answer.json()) as Envelope;
    } catch {
      // No answer, or none of ours: said below.
    }
    if (envelope.success && envelope.data) {
      this.subtitles.take(envelope.data);
      return true;
    }
    await this.explain(status, envelope);
    return false;
  }

  private async explain(status: number, envelope: Envelope): Promise<void> {
    if (status === 401) {
      this.teller.complain("You are signed out. Sign in in another tab, then try again; nothing typed here is lost.");
    } else if (envelope.code === "stale_revision") {
      const isLoaded = await this.ask("GET", WITHOUT_WORDS);
      if (isLoaded) this.teller.complain("These subtitles were changed elsewhere in the meantime. They are loaded anew; your last change was not made.");
    } else if (status === 0) {
      this.teller.complain("The server does not answer. Your last change was not saved; try again in a moment.");
    } else {
      this.teller.complain(envelope.message ?? `The server refused it (${status}).`);
    }
  }
}

/** Make edits of one row, none when it is gone by then. */
export function ofRow(subtitles: Subtitles, row: Row, ...edits: Edit[]): Edit[] {
  return subtitles.rows[row.index] === row ? edits.map((edit) => ({ ...edit, cue: row.index })) : [];
}
