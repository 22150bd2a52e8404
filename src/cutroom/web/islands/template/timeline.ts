// The tracks as they are resolved by the server: clips as buttons, transitions hatched, a playhead.

import { type Bit, type Fault, type Layout, seconds } from "./model";

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
const LEAST_PIXELS = 56; // between two marks of the ruler

export interface TimelineWishes {
  go(time: number): void;
  open(path: string): void;
}

export class Timeline {
  private readonly box: HTMLElement;
  private readonly head = make("div", "head");
  private readonly bits = new Map<string, HTMLElement[]>();
  private layout: Layout | null = null;
  private faults: Fault[] = [];

  constructor(
    root: HTMLElement,
    private readonly wishes: TimelineWishes,
  ) {
    this.box = root.querySelector<HTMLElement>("[data-timeline]")!;
  }

  take(layout: Layout): void {
    if (JSON.stringify(layout) === JSON.stringify(this.layout)) return;
    this.layout = layout;
    this.draw();
  }

  /** Move the playhead. */
  move(time: number): void {
    if (this.layout) this.head.style.setProperty("--at", String(Math.min(1, time / this.layout.seconds)));
  }

  /** Mark the clips that have faults. */
  mark(faults: Fault[]): void {
    this.faults = faults;
    for (const [path, elements] of this.bits) {
      const isFaulty = faults.some((fault) => fault.path === path || fault.path.startsWith(`${path}.`) || fault.path.startsWith(`${path}[`));
      for (const element of elements) element.classList.toggle("is-faulty", isFaulty);
    }
  }

  start(): void {
    new ResizeObserver(() => this.draw()).observe(this.box);
  }

  private draw(): void {
    const { layout } = this;
    if (!layout || layout.seconds <= 0) return;
    const scrolled = this.box.querySelector(".rows-box")?.scrollTop ?? 0;
    const focused = (document.activeElement as HTMLElement | null)?.dataset["path"];
    this.bits.clear();
    const rows = make("div", "rows-box");
    layout.tracks.forEach((track, index) => rows.prepend(this.drawTrack(track.clips, index, layout)));
    this.box.replaceChildren(this.drawRuler(layout), rows, this.head);
    rows.scrollTop = scrolled;
    if (focused) this.bits.get(focused)?.[0]?.focus({ preventScroll: true });
    this.mark(this.faults);
  }

  private drawRuler(layout: Layout): HTMLElement {
    const ruler = make("div", "ruler");
    const lane = make("div", "lane");
    const width = Math.max(120, this.box.clientWidth - 40);
    const step = STEPS.find((each) => (each / layout.seconds) * width >= LEAST_PIXELS) ?? layout.seconds;
    for (let count = 0; count * step < layout.seconds; count += 1) {
      const mark = make("span", "");
      mark.textContent = `${+(count * step).toFixed(2)} s`;
      mark.style.left = percent(count * step, layout);
      lane.append(mark);
    }
    lane.setAttribute("aria-hidden", "true");
    this.listen(lane, layout);
    ruler.append(make("span", ""), lane);
    return ruler;
  }

  private drawTrack(clips: Bit[], index: number, layout: Layout): HTMLElement {
    const track = make("div", "track");
    track.setAttribute("role", "group");
    track.setAttribute("aria-label", `Track ${index + 1}`);
    const number = make("span", "number");
    number.textContent = String(index + 1);
    number.setAttribute("aria-hidden", "true");
    const lane = make("div", "lane");
    this.listen(lane, layout);
    for (const clip of clips) lane.append(this.drawBit(clip, layout));
    track.append(number, lane);
    return track;
  }

  private drawBit(clip: Bit, layout: Layout): HTMLElement {
    const bit = make("button", `bit of-${clip.type}`) as HTMLButtonElement;
    bit.type = "button";
    bit.dataset["path"] = clip.path;
    bit.style.left = percent(clip.start, layout);
    bit.style.width = percent(clip.length, layout);
    const kind = make("b", "");
    kind.textContent = clip.type;
    bit.append(kind, clip.name ? ` ${clip.name}` : "");
    if (clip.overlap) {
      const pass = make("span", "pass");
      pass.style.width = `${(clip.overlap / clip.length) * 100}%`;
      bit.append(pass);
    }
    const words = `${clip.type}${clip.name ? `: ${clip.name}` : ""}, ${seconds(clip.start)} to ${seconds(clip.start + clip.length)}`;
    bit.title = words + (clip.overlap ? `, passes over for ${seconds(clip.overlap)}` : "");
    bit.setAttribute("aria-label", bit.title);
    bit.addEventListener("click", (event) => {
      if (event.detail === 0) this.wishes.go(clip.start); // by the keyboard: there is no place
      this.wishes.open(clip.path);
    });
    this.bits.set(clip.path, [...(this.bits.get(clip.path) ?? []), bit]);
    return bit;
  }

  /** Go where a lane is pressed, and along with the pointer on the ruler. */
  private listen(lane: HTMLElement, layout: Layout): void {
    const go = (event: PointerEvent): void => {
      const place = lane.getBoundingClientRect();
      const share = (event.clientX - place.left) / place.width;
      this.wishes.go(Math.min(1, Math.max(0, share)) * layout.seconds);
    };
    lane.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      if (lane.parentElement?.classList.contains("ruler")) lane.setPointerCapture(event.pointerId);
      go(event);
    });
    lane.addEventListener("pointermove", (event) => {
      if (lane.hasPointerCapture(event.pointerId)) go(event);
    });
  }
}

function make(tag: string, name: string): HTMLElement {
  const element = document.createElement(tag);
  if (name) element.className = name;
  return element;
}

function percent(time: number, layout: Layout): string {
  return `${(time / layout.seconds) * 100}%`;
}
