// What can be done in the editor: one table for the keys, the buttons and the help.

export interface Command {
  name: string;
  words: string;
  /** As `KeyboardEvent.key`, with `Ctrl+`, `Shift+` and `Alt+` before it. */
  keys: string[];
  /** Whether its keys also work while a text is typed. */
  whileTyping?: boolean;
  /** Whether its keys are meant for it where they are pressed; else the browser has them. */
  isFor?(target: Element): boolean;
  run(): void;
}

/** Fields into which letters are typed. */
export const TYPED = "input:not([type=range], [type=checkbox]), textarea, select";

const SWITCH = "cutroom-single-keys";
const SIGNS: Record<string, string> = { " ": "Space", ArrowLeft: "\u2190", ArrowRight: "\u2192", ArrowUp: "\u2191", ArrowDown: "\u2193" };

export class Commands {
  private readonly dialog: HTMLDialogElement;
  private readonly isOn: HTMLInputElement;

  constructor(private readonly root: HTMLElement, private readonly commands: Command[]) {
    this.dialog = root.querySelector<HTMLDialogElement>("[data-help]")!;
    this.isOn = root.querySelector<HTMLInputElement>("[data-single-keys]")!;
  }

  start(): void {
    this.isOn.checked = localStorage.getItem(SWITCH) !== "off";
    this.isOn.addEventListener("change", () => localStorage.setItem(SWITCH, this.isOn.checked ? "on" : "off"));
    document.addEventListener("keydown", (event) => this.press(event));
    // A button must not take the focus, and with it the caret, from the text it works on.
    this.root.addEventListener("pointerdown", (event) => {
      if ((event.target as Element).closest("[data-editor] [data-do]")) event.preventDefault();
    });
    this.root.addEventListener("mousedown", (event) => {
      if ((event.target as Element).closest("[data-editor] [data-do]")) event.preventDefault();
    });
    this.root.querySelector("[data-tools]")?.addEventListener("submit", (event) => event.preventDefault());
    this.root.addEventListener("click", (event) => {
      const name = (event.target as Element).closest<HTMLElement>("[data-do]")?.dataset["do"];
      this.commands.find((each) => each.name === name)?.run();
    });
    this.writeHelp();
  }

  help(): void {
    this.dialog.showModal();
  }

  private press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || this.dialog.open) return;
    const target = event.target as Element;
    const isTyping = target.matches(TYPED);
    const isPressable = target.closest("button, a, summary, [role=slider]") !== null;
    const key = nameOf(event);
    const command = this.commands.find((each) => each.keys.includes(key));
    const isSingle = !event.ctrlKey && !event.metaKey && !event.altKey && event.key.length === 1;
    if (!command || (isTyping && (isSingle || !command.whileTyping))) return;
    if (isPressable && key === " " && !target.matches("[data-part=text], [role=slider]")) return;
    if (target.closest("details[open], [data-find]") && !command.whileTyping) return;
    if (isSingle && !this.isOn.checked) return;
    if (command.isFor && !command.isFor(target)) return;
    event.preventDefault();
    command.run();
  }

  private writeHelp(): void {
    const list = this.dialog.querySelector("dl")!;
    for (const command of this.commands.filter((each) => each.keys.length > 0)) {
      const keys = document.createElement("dt");
      command.keys.forEach((key, at) => {
        if (at > 0) keys.append(" or ");
        const parts = key === "+" ? ["+"] : key.split("+");
        parts.forEach((part, number) => {
          if (number > 0) keys.append(" ");
          const sign = document.createElement("kbd");
          sign.textContent = SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part);
          keys.append(sign);
        });
      });
      const words = document.createElement("dd");
      words.textContent = command.words;
      list.append(keys, words);
    }
  }
}

/** Name a pressed key as the table does; Shift counts where the key is not a sign of its own. */
function nameOf(event: KeyboardEvent): string {
  const isLetter = /^[a-z]$/i.test(event.key);
  const key = isLetter ? event.key.toLowerCase() : event.key;
  const parts = [
    event.ctrlKey || event.metaKey ? "Ctrl+" : "",
    event.altKey ? "Alt+" : "",
    event.shiftKey && (isLetter || event.key.length > 1) ? "Shift+" : "",
  ];
  return `${parts.join("")}${key}`;
}
