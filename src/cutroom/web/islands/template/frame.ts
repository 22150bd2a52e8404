// The frame: one request at a time, the last wish wins; a slider moves by frames, and it can play.

import { type Layout, seconds, Trouble } from "./model";

const LEAST_WIDTH = 160;
const STEP_WIDTH = 64; // pictures of few sizes, so that the server keeps what it has drawn

export interface FrameWishes {
  draw(time: number, width: number): Promise<Blob> | null;
  moved(time: number): void;
  failed(trouble: Trouble): void;
}

export class Frame {
  private readonly box: HTMLElement;
  private readonly picture: HTMLImageElement;
  private readonly note: HTMLElement;
  private readonly scrub: HTMLInputElement;
  private readonly clock: HTMLElement;
  private readonly button: HTMLButtonElement;
  private layout: Layout | null = null;
  private number = 0;
  private isBusy = false;
  private isWanted = false;
  private address = "";
  private playing = 0;
  private hasFailed = false;

  constructor(
    root: HTMLElement,
    private readonly name: () => string,
    private readonly wishes: FrameWishes,
  ) {
    this.box = root.querySelector<HTMLElement>("[data-frame]")!;
    this.picture = root.querySelector<HTMLImageElement>("[data-picture]")!;
    this.note = root.querySelector<HTMLElement>("[data-note]")!;
    this.scrub = root.querySelector<HTMLInputElement>("[data-scrub]")!;
    this.clock = root.querySelector<HTMLElement>("[data-clock]")!;
    this.button = root.querySelector<HTMLButtonElement>("[data-play]")!;
  }

  listen(): void {
    this.scrub.addEventListener("input", () => {
      this.stop();
      this.show(this.scrub.valueAsNumber);
    });
    this.button.addEventListener("click", () => (this.playing ? this.stop() : this.play()));
  }

  get time(): number {
    return this.layout ? this.number / this.layout.rate : 0;
  }

  /** Go to a time; the frame that is seen then is drawn. */
  goTo(time: number): void {
    this.stop();
    this.show(Math.floor(time * (this.layout?.rate ?? 30) + 1e-6));
  }

  /** Take new times; the frame stays at its time where there is one. */
  take(layout: Layout): void {
    const isFirst = this.layout === null;
    const time = isFirst ? layout.seconds * 0.4 : this.time;
    this.layout = layout;
    this.scrub.max = String(layout.frames - 1);
    this.picture.width = layout.width;
    this.picture.height = layout.height;
    this.explain("");
    this.show(Math.floor(time * layout.rate + 1e-6));
  }

  /** Say that what is shown is not what is written. */
  explain(words: string): void {
    this.note.textContent = words;
    this.note.hidden = !words;
    this.box.classList.toggle("is-stale", words !== "");
  }

  private show(number: number): void {
    const last = (this.layout?.frames ?? 1) - 1;
    this.number = Math.min(Math.max(0, number), last);
    this.scrub.value = String(this.number);
    this.scrub.setAttribute("aria-valuetext", `${this.time.toFixed(2)} seconds, frame ${this.number + 1} of ${last + 1}`);
    this.clock.textContent = `${seconds(this.time)} / ${seconds(this.layout?.seconds ?? 0)}`;
    this.wishes.moved(this.time);
    this.isWanted = true;
    void this.work();
  }

  private async work(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    while (this.isWanted) {
      this.isWanted = false;
      const time = this.time;
      try {
        // The middle of a frame: no rounding leads to its neighbour.
        const drawn = this.wishes.draw(time + 0.5 / (this.layout?.rate ?? 30), this.width());
        if (drawn) await this.put(await drawn, time);
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        this.stop();
        this.hasFailed = true;
        this.wishes.failed(error);
      }
    }
    this.isBusy = false;
  }

  private async put(content: Blob, time: number): Promise<void> {
    const address = URL.createObjectURL(content);
    const next = new Image();
    next.src = address;
    await next.decode().catch(() => undefined);
    this.picture.src = address;
    this.picture.classList.toggle("has-alpha", content.type === "image/png");
    this.picture.alt = `Frame at ${seconds(time)} of ${this.name()}`;
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = address;
    if (this.hasFailed) this.explain("");
    this.hasFailed = false;
  }

  private width(): number {
    const ratio = (this.layout?.width ?? 1) / (this.layout?.height ?? 1);
    const { clientWidth, clientHeight } = this.picture; // the box that holds the picture whole
    const shown = Math.min(clientWidth, clientHeight * ratio) * Math.min(2, window.devicePixelRatio || 1);
    const wanted = Math.ceil(Math.max(shown, LEAST_WIDTH) / STEP_WIDTH) * STEP_WIDTH;
    return Math.min(wanted, this.layout?.width ?? wanted);
  }

  private play(): void {
    const { layout } = this;
    if (!layout) return;
    if (this.number >= layout.frames - 1) this.show(0);
    const began = performance.now() - this.time * 1000;
    this.mark(true);
    const tick = (now: number): void => {
      const number = Math.floor(((now - began) / 1000) * layout.rate);
      if (number >= layout.frames) {
        this.stop();
        this.show(layout.frames - 1);
        return;
      }
      if (!this.isBusy && number !== this.number) this.show(number);
      this.playing = requestAnimationFrame(tick);
    };
    this.playing = requestAnimationFrame(tick);
  }

  private stop(): void {
    if (!this.playing) return;
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    this.mark(false);
  }

  private mark(isPlaying: boolean): void {
    this.button.classList.toggle("is-playing", isPlaying);
    this.button.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
  }
}
