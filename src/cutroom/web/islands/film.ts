// The bar below a rendered film: small pictures of every moment under the pointer, a click goes there.

interface Cue {
  start: number;
  sheet: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const TIME = /(?:(\d+):)?(\d+):(\d+\.\d+)\s*-->/;
const PLACE = /^(.+)#xywh=(\d+),(\d+),(\d+),(\d+)$/;

async function start(film: HTMLElement): Promise<void> {
  const video = film.querySelector("video");
  const address = film.dataset["storyboard"];
  if (!video || !address || film.classList.contains("has-board")) return;
  film.classList.add("has-board");
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return;
  const cues = read(await answer.text(), new URL(address, location.href));
  if (cues.length > 1) new Board(video, cues).place();
}

function read(text: string, base: URL): Cue[] {
  const cues: Cue[] = [];
  for (const block of text.split(/\r?\n\r?\n/)) {
    const lines = block.split(/\r?\n/);
    const at = lines.findIndex((line) => TIME.test(line));
    const [, hours, minutes, rest] = TIME.exec(lines[at] ?? "") ?? [];
    const [, sheet, ...numbers] = PLACE.exec(lines[at + 1] ?? "") ?? [];
    if (at < 0 || !sheet) continue;
    const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number);
    cues.push({ start: Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(rest), sheet: new URL(sheet, base).href, x, y, width, height });
  }
  return cues;
}

class Board {
  private readonly bar = document.createElement("div");
  private readonly picture = document.createElement("div");
  private readonly head = document.createElement("div");

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly cues: Cue[],
  ) {
    this.bar.className = "board";
    this.picture.className = "board-picture";
    this.picture.hidden = true;
    this.head.className = "board-head";
    this.bar.append(this.head, this.picture);
    this.bar.setAttribute("aria-hidden", "true"); // the player's own controls do the same by keys
  }

  place(): void {
    this.video.after(this.bar);
    this.bar.addEventListener("pointermove", (event) => this.show(this.share(event)));
    this.bar.addEventListener("pointerleave", () => {
      this.picture.hidden = true;
    });
    this.bar.addEventListener("pointerdown", (event) => {
      this.video.currentTime = this.share(event) * this.length;
    });
    this.video.addEventListener("timeupdate", () => this.head.style.setProperty("--at", String(this.video.currentTime / this.length)));
  }

  private get length(): number {
    return this.video.duration || 1;
  }

  private share(event: PointerEvent): number {
    const box = this.bar.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  }

  private show(share: number): void {
    const time = share * this.length;
    const cue = [...this.cues].reverse().find((each) => each.start <= time) ?? this.cues[0]!;
    const { style } = this.picture;
    style.width = `${cue.width}px`;
    style.height = `${cue.height}px`;
    style.backgroundImage = `url("${cue.sheet}")`;
    style.backgroundPosition = `-${cue.x}px -${cue.y}px`;
    style.left = `clamp(0px, calc(${share * 100}% - ${cue.width / 2}px), calc(100% - ${cue.width}px))`;
    this.picture.hidden = false;
  }
}

function startAll(): void {
  for (const film of document.querySelectorAll<HTMLElement>("[data-film]")) void start(film);
}

document.addEventListener("htmx:afterSettle", startAll); // the result comes while the page is open
startAll();
