// The recording with its cues over it: play, seek, speed, full screen.

import type { Row, Subtitles } from "./model";
import { fill } from "./text";
import { formatTime, parseRate } from "./times";

const EPSILON = 0.0005; // seconds; so that a seek to a frame's first moment shows that frame

export class Stage extends EventTarget {
  private readonly media: HTMLMediaElement | null;
  private readonly captions: HTMLElement;
  private readonly frame: HTMLElement;
  private readonly play: HTMLButtonElement;
  private readonly clock: HTMLElement;
  private readonly speed: HTMLSelectElement;
  private track: TextTrack | null = null;
  private shown = "";
  private still = 0; // the time where there is no recording
  private stopAt = Infinity;
  private isTicking = false;
  private isTrackStale = true; // thousands of cues are written only for whom they are shown to

  constructor(private readonly root: HTMLElement, private readonly subtitles: Subtitles, private readonly seconds: number) {
    super();
    this.media = root.querySelector<HTMLMediaElement>("[data-media]");
    this.captions = root.querySelector<HTMLElement>("[data-captions]")!;
    this.frame = root.querySelector<HTMLElement>("[data-frame]")!;
    this.play = root.querySelector<HTMLButtonElement>("[data-play]")!;
    this.clock = root.querySelector<HTMLElement>("[data-clock]")!;
    this.speed = root.querySelector<HTMLSelectElement>("[data-speed]")!;
  }

  start(): void {
    this.play.addEventListener("click", () => this.toggle());
    this.speed.addEventListener("change", () => {
      if (this.media) this.media.playbackRate = Number(this.speed.value);
    });
    this.root.querySelector("[data-full]")?.addEventListener("click", () => this.toggleFullScreen());
    this.frame.addEventListener("click", () => this.toggle());
    this.subtitles.addEventListener("change", () => {
      this.shown = "";
      this.isTrackStale = true;
      this.show();
    });
    this.startMedia();
    this.show();
  }

  get time(): number {
    return this.media ? this.media.currentTime : this.still;
  }

  get isPlaying(): boolean {
    return this.media !== null && !this.media.paused;
  }

  /** Length of the recording, or of the subtitles where there is none. */
  get length(): number {
    const own = this.media && Number.isFinite(this.media.duration) ? this.media.duration : this.seconds;
    return Math.max(own, own ? 0 : (this.subtitles.rows.at(-1)?.cue.endTime ?? 0) + 5);
  }

  seek(seconds: number): void {
    const target = Math.min(Math.max(seconds + EPSILON, 0), this.length);
    this.stopAt = Infinity;
    if (this.media) this.media.currentTime = target;
    else this.still = target;
    this.show();
  }

  /** Go by frames of the picture, to the first moment of one. */
  step(frames: number): void {
    const rate = parseRate(this.subtitles.header.frameRate);
    this.media?.pause();
    this.seek((Math.floor(this.time * rate + 0.01) + frames) / rate);
  }

  toggle(): void {
    if (!this.media) return;
    this.stopAt = Infinity;
    if (this.media.paused) void this.media.play().catch(() => undefined);
    else this.media.pause();
  }

  /** Play one cue and stop where it ends. */
  playRow(row: Row): void {
    this.seek(row.cue.startTime);
    this.stopAt = row.cue.endTime;
    void this.media?.play().catch(() => undefined);
  }

  private startMedia(): void {
    const { media } = this;
    if (!media) {
      this.play.disabled = true;
      return;
    }
    media.controls = false;
    media.querySelector("track")?.remove(); // ours follows the edits
    this.track = media.addTextTrack("subtitles", "Subtitles", this.subtitles.header.language);
    this.track.mode = "hidden";
    for (const name of ["play", "playing"]) media.addEventListener(name, () => this.run());
    for (const name of ["pause", "seeked", "ended", "loadedmetadata"]) media.addEventListener(name, () => this.show());
    media.addEventListener("error", () => this.complain());
    if (media.error) this.complain();
    // The phone's own full screen shows the video alone, without what stands over it.
    media.addEventListener("webkitbeginfullscreen", () => this.chooseTrack(true));
    media.addEventListener("webkitendfullscreen", () => this.chooseTrack(false));
    document.addEventListener("fullscreenchange", () => this.chooseTrack(document.fullscreenElement === media));
  }

  private chooseTrack(isAlone: boolean): void {
    if (isAlone && this.isTrackStale) this.writeTrack();
    if (this.track) this.track.mode = isAlone ? "showing" : "hidden";
  }

  private writeTrack(): void {
    const { track } = this;
    if (!track) return;
    this.isTrackStale = false;
    for (const cue of [...(track.cues ?? [])]) track.removeCue(cue);
    for (const { cue } of this.subtitles.rows) {
      if (cue.endTime <= cue.startTime) continue;
      const escaped = cue.text.replaceAll("&", "&amp;").replace(/<(?!\/?[ibu]>)/g, "&lt;");
      const made = new VTTCue(Math.max(0, cue.startTime), cue.endTime, escaped);
      if (cue.place === "top") made.line = 0;
      else if (cue.place === "middle") [made.snapToLines, made.line] = [false, 50];
      track.addCue(made);
    }
  }

  private run(): void {
    if (this.isTicking) return;
    this.isTicking = true;
    const tick = (): void => {
      this.show();
      this.isTicking = this.isPlaying;
      if (this.isTicking) requestAnimationFrame(tick);
    };
    tick();
  }

  private show(): void {
    const { time } = this;
    if (time >= this.stopAt && this.isPlaying) {
      this.media?.pause();
      this.stopAt = Infinity;
    }
    this.play.setAttribute("aria-label", this.isPlaying ? "Pause" : "Play");
    this.root.classList.toggle("is-playing", this.isPlaying);
    this.clock.textContent = `${formatTime(Math.floor(time * 1000) / 1000)} / ${formatTime(this.length, 0)}`;
    this.draw(this.subtitles.shownAt(time));
    this.dispatchEvent(new Event("time"));
  }

  private draw(rows: Row[]): void {
    const wanted = rows.map(({ cue }) => `${cue.place ?? "bottom"} ${cue.text}`).join("\0");
    if (wanted === this.shown) return;
    this.shown = wanted;
    this.captions.replaceChildren(
      ...rows.map(({ cue }) => {
        const box = document.createElement("p");
        box.className = `caption is-${cue.place ?? "bottom"}`;
        box.dir = "auto";
        const text = document.createElement("span");
        fill(text, cue.text);
        box.append(text);
        return box;
      }),
    );
  }

  toggleFullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (this.frame.requestFullscreen) void this.frame.requestFullscreen().catch(() => undefined);
    else (this.media as { webkitEnterFullscreen?: () => void } | null)?.webkitEnterFullscreen?.();
  }

  private complain(): void {
    const words = this.root.querySelector<HTMLElement>("[data-trouble]");
    if (!words) return;
    words.textContent = "This browser cannot play the recording. The subtitles can be edited all the same.";
    words.hidden = false;
  }
}
