// What the editor says: what was done for a while, what went wrong until something else is done.

const SAID_MILLISECONDS = 8000; // then it covers nothing any more

export class Messages {
  private fading = 0;

  constructor(private readonly root: HTMLElement) {}

  listen(): void {
    this.root.querySelector("[data-trouble-close]")?.addEventListener("click", () => this.showTrouble(""));
  }

  say(words: string): void {
    this.announce(words);
    this.show(words);
  }

  /** Say to those who listen what the page shows elsewhere. */
  announce(words: string): void {
    const speaker = document.getElementById("speaker");
    if (speaker) speaker.textContent = words;
    this.show("");
    this.showTrouble("");
  }

  complain(words: string): void {
    this.show("");
    this.showTrouble(words);
  }

  /** Show what went wrong; no words: nothing did. */
  showTrouble(words: string): void {
    const box = this.root.querySelector<HTMLElement>("[data-trouble-room]");
    if (!box) return;
    box.querySelector("[data-words]")!.textContent = words;
    box.hidden = !words;
  }

  private show(words: string): void {
    const shown = this.root.querySelector<HTMLElement>("[data-said]");
    if (shown) shown.textContent = words;
    window.clearTimeout(this.fading);
    if (words) this.fading = window.setTimeout(() => this.show(""), SAID_MILLISECONDS);
  }
}
