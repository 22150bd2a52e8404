// The waveform with the cues as blocks on it: seek, zoom, follow; dragging is in drag.ts.

import { type Grip, startDrag } from "./drag";
import type { Row, Subtitles } from "./model";
import type { Peaks } from "./peaks";
import type { Stage } from "./stage";
import { visible } from "./text";
import { formatTime } from "./times";

const RULER = 18; // pixels above the waveform
const MOST_SCALE = 400; // pixels per second
const MOST_BLOCKS = 150; // beyond, blocks are too narrow to be taken hold of
const GRIP = 9; // pixels of a block's edge
const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

export interface TimelineWishes {
  select(row: Row): void;
  retime(row: Row, start: number, end: number): void;
}

export class Timeline {
  private readonly lane: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly layer: HTMLElement;
  private readonly playhead: HTMLElement;
  private readonly zoom: HTMLInputElement;
  private readonly blocks = new Map<Row, HTMLElement>();
  private from = 0; // seconds at the left edge
  private scale = 60; // pixels per second
  private width = 0;
  private isPlanned = false;
  private selected: Row | null = null;

  constructor(
    root: HTMLElement,
    private readonly subtitles: Subtitles,
    private readonly stage: Stage,
    private readonly peaks: Peaks,
    private readonly shots: readonly number[],
    private readonly wishes: TimelineWishes,
  ) {
    this.lane = root.querySelector<HTMLElement>("[data-lane]")!;
    this.canvas = root.querySelector<HTMLCanvasElement>("canvas")!;
    this.layer = root.querySelector<HTMLElement>("[data-blocks]")!;
    this.playhead = root.querySelector<HTMLElement>("[data-playhead]")!;
    this.zoom = root.querySelector<HTMLInputElement>("[data-zoom]")!;
  }

  start(): void {
    new ResizeObserver(() => this.resize()).observe(this.lane);
    this.subtitles.addEventListener("change", () => this.plan());
    this.stage.addEventListener("time", () => this.follow());
    this.zoom.addEventListener("input", () => this.zoomTo(this.scaleOf(this.zoom.valueAsNumber)));
    this.lane.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.lane.addEventListener("pointerdown", (event) => this.press(event));
    this.lane.addEventListener("keydown", (event) => this.key(event));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.plan());
    this.resize();
  }

  select(row: Row | null): void {
    this.selected = row;
    if (row && (row.cue.endTime < this.from || row.cue.startTime > this.until)) this.look(row.cue.startTime - this.span * 0.3);
    this.plan();
  }

  zoomBy(factor: number): void {
    this.zoomTo(this.scale * factor);
  }

  /** Return the time at a place of the page. */
  timeAt(clientX: number): number {
    return this.from + (clientX - this.lane.getBoundingClientRect().left) / this.scale;
  }

  get pixelsPerSecond(): number {
    return this.scale;
  }

  private get span(): number {
    return this.width / this.scale;
  }

  private get until(): number {
    return this.from + this.span;
  }

  private get leastScale(): number {
    return Math.min(MOST_SCALE / 2, this.width / Math.max(1, this.stage.length));
  }

  private scaleOf(share: number): number {
    return this.leastScale * (MOST_SCALE / this.leastScale) ** share;
  }

  private zoomTo(scale: number, at = this.stage.time): void {
    const anchor = at >= this.from && at <= this.until ? at : this.from + this.span / 2;
    const place = (anchor - this.from) * this.scale;
    this.scale = Math.min(MOST_SCALE, Math.max(this.leastScale, scale));
    this.look(anchor - place / this.scale);
    this.zoom.value = String(Math.log(this.scale / this.leastScale) / Math.log(MOST_SCALE / this.leastScale));
  }

  private look(from: number): void {
    this.from = Math.max(0, Math.min(from, this.stage.length - this.span));
    this.plan();
  }

  private resize(): void {
    const ratio = window.devicePixelRatio || 1;
    this.width = this.lane.clientWidth;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.lane.clientHeight * ratio);
    this.zoomTo(this.scale);
  }

  private follow(): void {
    const { time } = this.stage;
    if (this.stage.isPlaying && (time > this.from + this.span * 0.9 || time < this.from)) this.look(time - this.span * 0.1);
    else if (time < this.from || time > this.until) this.look(time - this.span * 0.3);
    this.playhead.style.transform = `translateX(${(time - this.from) * this.scale}px)`;
    this.lane.setAttribute("aria-valuemax", this.stage.length.toFixed(1));
    this.lane.setAttribute("aria-valuenow", time.toFixed(1));
    this.lane.setAttribute("aria-valuetext", `${formatTime(time, 1)} of ${formatTime(this.stage.length, 0)}`);
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) this.zoomTo(this.scale * 1.0015 ** -event.deltaY, this.timeAt(event.clientX));
    else this.look(this.from + (event.deltaX || event.deltaY) / this.scale);
  }

  private key(event: KeyboardEvent): void {
    const seconds: Record<string, number> = { Home: -Infinity, End: Infinity, PageUp: -10, PageDown: 10 };
    const by = seconds[event.key];
    if (by === undefined) return;
    event.preventDefault();
    this.stage.seek(this.stage.time + by);
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const block = (event.target as Element).closest<HTMLElement>("[data-block]");
    const row = [...this.blocks].find(([, element]) => element === block)?.[0];
    if (block && row) {
      const box = block.getBoundingClientRect();
      const edge = Math.min(event.pointerType === "touch" ? GRIP * 2 : GRIP, box.width / 3);
      const grip: Grip = event.clientX < box.left + edge ? "start" : event.clientX > box.right - edge ? "end" : "both";
      startDrag({ event, row, grip, timeline: this, stage: this.stage, subtitles: this.subtitles, shots: this.shots, wishes: this.wishes });
      return;
    }
    const scrub = (moved: PointerEvent): void => this.stage.seek(this.timeAt(moved.clientX));
    this.lane.setPointerCapture(event.pointerId);
    this.lane.addEventListener("pointermove", scrub);
    for (const name of ["pointerup", "pointercancel"] as const) {
      this.lane.addEventListener(name, () => this.lane.removeEventListener("pointermove", scrub), { once: true });
    }
    scrub(event);
  }

  /** Draw before the next frame, once, whatever asked for it. */
  plan(): void {
    if (this.isPlanned) return;
    this.isPlanned = true;
    requestAnimationFrame(() => {
      this.isPlanned = false;
      this.draw();
    });
  }

  private draw(): void {
    const context = this.canvas.getContext("2d");
    if (!context || !this.width) return;
    const ratio = this.canvas.width / this.width;
    const colours = getComputedStyle(this.lane);
    const colour = (name: string): string => colours.getPropertyValue(name).trim();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.lane.clientHeight);
    context.globalAlpha = 0.55;
    this.drawWave(context, colour("--old"));
    context.fillStyle = colour("--danger");
    for (const shot of this.shots) {
      if (shot >= this.from && shot <= this.until) context.fillRect((shot - this.from) * this.scale, RULER, 1, this.lane.clientHeight);
    }
    context.globalAlpha = 1;
    this.drawRuler(context, colour("--soft"));
    this.placeBlocks();
    this.follow();
  }

  private drawWave(context: CanvasRenderingContext2D, colour: string): void {
    const half = (this.lane.clientHeight - RULER) / 2;
    context.fillStyle = colour;
    for (let x = 0; x < this.width; x += 1) {
      const [low, high] = this.peaks.between(this.from + x / this.scale, this.from + (x + 1) / this.scale);
      const top = RULER + half * (1 - high * 0.94);
      context.fillRect(x, top, 1, Math.max(1, half * (high - low) * 0.94));
    }
  }

  private drawRuler(context: CanvasRenderingContext2D, colour: string): void {
    const step = TICKS.find((each) => each * this.scale >= 80) ?? 7200;
    context.fillStyle = colour;
    context.font = "11px system-ui, sans-serif";
    for (let tick = Math.ceil(this.from / step); tick * step <= this.until; tick += 1) {
      const x = (tick * step - this.from) * this.scale;
      context.fillRect(x, 0, 1, RULER - 4);
      context.fillText(formatTime(tick * step, step < 1 ? 1 : 0), x + 4, 12);
    }
  }

  private placeBlocks(): void {
    const first = Math.max(0, (this.subtitles.rowAt(this.from)?.index ?? 0) - 3);
    const rows: Row[] = [];
    for (let at = first; at < this.subtitles.rows.length && rows.length <= MOST_BLOCKS; at += 1) {
      const row = this.subtitles.rows[at];
      if (!row || row.cue.startTime > this.until) break;
      if (row.cue.endTime >= this.from) rows.push(row);
    }
    if (rows.length > MOST_BLOCKS) rows.length = 0;
    this.lane.classList.toggle("is-crowded", rows.length === 0 && this.span > 60);
    const wanted = new Set(rows);
    for (const [row, element] of this.blocks) {
      if (!wanted.has(row)) {
        element.remove();
        this.blocks.delete(row);
      }
    }
    for (const row of rows) this.placeBlock(row);
  }

  /** Show a block where its cue is, or where it is being dragged to. */
  placeBlock(row: Row, start = row.cue.startTime, end = row.cue.endTime): void {
    let element = this.blocks.get(row);
    if (!element) {
      element = document.createElement("div");
      element.dataset["block"] = "";
      element.append(document.createElement("span"));
      this.blocks.set(row, element);
      this.layer.append(element);
    }
    const worst = row.problems.some((each) => each.severity === "error") ? "error" : row.problems.length ? "warning" : "fine";
    element.className = `block is-${worst}${row === this.selected ? " is-selected" : ""}`;
    element.style.transform = `translateX(${(start - this.from) * this.scale}px)`;
    element.style.width = `${Math.max(3, (end - start) * this.scale - 1)}px`;
    element.firstElementChild!.textContent = visible(row.cue.text).replaceAll("\n", " ");
  }
}
