// The player of a result: before and after at equal loudness, switched in an instant.
//
// Both recordings play all the time and only their gains change, so switching has no gap. The
// silent one is kept in step by a slightly different speed, which nobody hears.

const FADE_SECONDS = 0.008; // long enough to hide the click of the switch
const MOST_DRIFT = 0.25; // seconds; beyond this the silent one jumps
const STEP_SECONDS = 5;

type Side = "before" | "after";

class Player {
  private readonly before: HTMLMediaElement;
  private readonly after: HTMLMediaElement;
  private readonly play: HTMLButtonElement;
  private readonly position: HTMLInputElement;
  private readonly clock: HTMLElement;
  private readonly choices: Record<Side, HTMLButtonElement>;
  private readonly offset: number; // where a preview begins within the recording before, in seconds
  private readonly length: number;
  private side: Side = "after";
  private context: AudioContext | null = null;
  private gains: Partial<Record<Side, GainNode>> = {};

  constructor(private readonly root: HTMLElement) {
    this.before = root.querySelector<HTMLMediaElement>("[data-side=before]")!;
    this.after = root.querySelector<HTMLMediaElement>("[data-side=after]")!;
    this.play = root.querySelector<HTMLButtonElement>("[data-play]")!;
    this.position = root.querySelector<HTMLInputElement>("[data-position]")!;
    this.clock = root.querySelector<HTMLElement>("[data-clock]")!;
    this.choices = {
      before: root.querySelector<HTMLButtonElement>("[data-choose=before]")!,
      after: root.querySelector<HTMLButtonElement>("[data-choose=after]")!,
    };
    this.offset = Number(root.dataset["offset"] ?? 0);
    this.length = Number(root.dataset["seconds"] ?? 0);
  }

  start(): void {
    this.root.classList.add("is-live");
    for (const element of [this.before, this.after]) {
      element.controls = false;
      element.addEventListener("error", () => this.complain(element));
    }
    this.after.addEventListener("ended", () => this.pause());
    this.after.addEventListener("waiting", () => this.before.pause());
    this.after.addEventListener("playing", () => void this.before.play());
    this.play.addEventListener("click", () => this.toggle());
    this.position.addEventListener("input", () => this.seek(this.position.valueAsNumber));
    for (const side of ["before", "after"] as const) {
      this.choices[side].addEventListener("click", () => this.choose(side));
    }
    document.addEventListener("keydown", (event) => this.key(event));
    this.choose("after");
    this.seek(0);
  }

  private get time(): number {
    return this.after.currentTime;
  }

  private toggle(): void {
    if (this.after.paused) void this.run();
    else this.pause();
  }

  private async run(): Promise<void> {
    this.connect();
    await this.context?.resume();
    if (this.time >= this.length - 0.05) this.seek(0);
    this.before.currentTime = this.offset + this.time;
    await Promise.allSettled([this.before.play(), this.after.play()]);
    this.show();
    requestAnimationFrame(() => this.tick());
  }

  private pause(): void {
    this.before.pause();
    this.after.pause();
    this.show();
  }

  private seek(seconds: number): void {
    const target = Math.min(Math.max(seconds, 0), this.length);
    this.after.currentTime = target;
    this.before.currentTime = this.offset + target;
    this.show();
  }

  private choose(side: Side): void {
    this.side = side;
    this.root.dataset["playing"] = side;
    for (const each of ["before", "after"] as const) {
      this.choices[each].setAttribute("aria-pressed", String(each === side));
    }
    this.level();
  }

  /** Route both through gains; only a click or a key may start an AudioContext. */
  private connect(): void {
    if (this.context || typeof AudioContext === "undefined") return;
    this.context = new AudioContext();
    for (const side of ["before", "after"] as const) {
      const gain = this.context.createGain();
      this.context.createMediaElementSource(this[side]).connect(gain).connect(this.context.destination);
      this.gains[side] = gain;
      this[side].volume = 1;
    }
    this.level();
  }

  /** Let the chosen side be heard, the louder one turned down to the other. */
  private level(): void {
    for (const side of ["before", "after"] as const) {
      const decibels = Number(this.root.dataset[side === "before" ? "gainBefore" : "gainAfter"] ?? 0);
      const wanted = side === this.side ? 10 ** (decibels / 20) : 0;
      const gain = this.gains[side];
      if (gain && this.context) gain.gain.setTargetAtTime(wanted, this.context.currentTime, FADE_SECONDS / 3);
      else this[side].volume = Math.min(1, wanted);
    }
  }

  private tick(): void {
    if (this.after.paused) return;
    this.align();
    this.show();
    requestAnimationFrame(() => this.tick());
  }

  private align(): void {
    const [heard, silent] = this.side === "after" ? [this.after, this.before] : [this.before, this.after];
    const lag = this.side === "after" ? this.offset + heard.currentTime - silent.currentTime
      : heard.currentTime - this.offset - silent.currentTime;
    heard.playbackRate = 1;
    if (Math.abs(lag) > MOST_DRIFT && !silent.seeking) silent.currentTime += lag;
    else silent.playbackRate = 1 + Math.max(-0.1, Math.min(0.1, lag));
  }

  private show(): void {
    const isPaused = this.after.paused;
    this.play.setAttribute("aria-label", isPaused ? "Play" : "Pause");
    this.root.classList.toggle("is-playing", !isPaused);
    this.position.value = String(this.time);
    this.position.setAttribute("aria-valuetext", `${clock(this.time)} of ${clock(this.length)}`);
    this.clock.textContent = `${clock(this.time)} / ${clock(this.length)}`;
    const share = this.length ? this.time / this.length : 0;
    this.root.style.setProperty("--played", String(Math.min(1, share)));
  }

  private key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.target as Element;
    const isTyping = target.matches("input:not([data-position]), textarea, select, [contenteditable]");
    if (isTyping) return;
    const key = event.key.toLowerCase();
    if (key === " " && !target.closest("button, a, summary")) this.toggle();
    else if (key === "b") this.choose(this.side === "after" ? "before" : "after");
    else if (key === "arrowleft") this.seek(this.time - STEP_SECONDS);
    else if (key === "arrowright") this.seek(this.time + STEP_SECONDS);
    else return;
    event.preventDefault();
  }

  private complain(element: HTMLMediaElement): void {
    const words = this.root.querySelector<HTMLElement>("[data-trouble]");
    const which = element === this.before ? "recording before" : "result";
    if (!words) return;
    words.textContent = `This browser cannot play the ${which}; download it to hear it.`;
    words.hidden = false;
  }
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const short = `${minutes}:${String(rest).padStart(2, "0")}`;
  return hours ? `${hours}:${short.padStart(5, "0")}` : short;
}

for (const root of document.querySelectorAll<HTMLElement>("[data-player]:not(.is-live)")) {
  new Player(root).start();
}
