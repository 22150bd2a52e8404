// The form of the inputs: it is written by the server, read here, and written anew when it must change.

import { type Fault, isMembers, type Json, type Members } from "./model";
import { writeFields } from "./server";

type Step = string | number;
type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

export class Fields {
  private readonly box: HTMLElement;
  private inputs = "";

  constructor(
    root: HTMLElement,
    private readonly document: () => Members | null,
    private readonly changed: () => void,
  ) {
    this.box = root.querySelector<HTMLElement>("[data-fields]")!;
  }

  start(inputs: Json | undefined): void {
    this.inputs = JSON.stringify(inputs ?? {});
    this.box.addEventListener("input", (event) => {
      this.follow(event.target as HTMLElement);
      this.changed();
    });
    this.box.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLButtonElement>("button[data-do]");
      if (!button) return;
      event.preventDefault();
      void this.changeList(button);
    });
    this.showColors();
  }

  /** Return what is typed; what is empty and stands for nothing is left out. */
  read(): Members {
    const values: Members = {};
    for (const list of this.box.querySelectorAll<HTMLElement>("[data-list]")) {
      const count = list.querySelectorAll(":scope > ol > li").length;
      put(values, stepsOf(list.dataset["list"]), Array.from({ length: count }, () => ({})));
    }
    for (const control of this.box.querySelectorAll<Control>("[data-kind]")) {
      const steps = stepsOf(control.dataset["steps"]);
      const value = this.readControl(control);
      if (value !== undefined) put(values, steps, value);
      else if (typeof steps.at(-1) === "number") put(values, steps, "");
    }
    return values;
  }

  /** Write the form anew when the document asks for other inputs than before. */
  async refresh(document: Members): Promise<void> {
    const inputs = JSON.stringify(document["inputs"] ?? {});
    if (inputs === this.inputs) return;
    const before = JSON.parse(this.inputs) as Json;
    this.inputs = inputs;
    const values = this.read();
    for (const [name, definition] of Object.entries(isMembers(before) ? before : {})) {
      // Who has not changed a default gets the new one.
      if (isMembers(definition) && JSON.stringify(values[name]) === JSON.stringify(definition["default"])) delete values[name];
    }
    await this.write(document, values);
    this.changed();
  }

  /** Say beside the fields what is wrong with them. */
  mark(faults: Fault[]): void {
    for (const note of this.box.querySelectorAll<HTMLElement>("[data-fault]")) {
      const own = faults.filter((fault) => fault.path === note.dataset["fault"]);
      note.textContent = own.map((fault) => `${capital(fault.message)}.${fault.hint ? ` ${fault.hint}` : ""}`).join(" ");
      note.hidden = own.length === 0;
      const control = document.getElementById(note.id.replace(/^fault-/, ""));
      if (own.length) control?.setAttribute("aria-invalid", "true");
      else control?.removeAttribute("aria-invalid");
    }
  }

  private readControl(control: Control): Json | undefined {
    const text = control.value;
    switch (control.dataset["kind"]) {
      case "boolean":
        return (control as HTMLInputElement).checked;
      case "number":
        return text === "" ? undefined : Number(text);
      case "text":
        return text === "" && control.dataset["empty"] === undefined ? undefined : text;
      case "color":
        return text.trim() || undefined;
      default: {
        const address = this.box.querySelector<HTMLInputElement>(`[data-address="${CSS.escape(control.id)}"]`)?.value.trim();
        return address || text || undefined;
      }
    }
  }

  private async changeList(button: HTMLButtonElement): Promise<void> {
    const list = button.closest<HTMLElement>("[data-list]");
    const document = this.document();
    if (!list || !document) return;
    const values = this.read();
    const steps = stepsOf(list.dataset["list"]);
    const items = at(values, steps);
    if (!Array.isArray(items)) return;
    const place = Number(button.dataset["at"] ?? items.length);
    const to = { add: items.length, up: place - 1, down: place + 1, remove: place }[button.dataset["do"] ?? ""] ?? 0;
    const [item] = button.dataset["do"] === "add" ? [fresh(document, steps)] : items.splice(place, 1);
    if (button.dataset["do"] !== "remove") items.splice(to, 0, item ?? {});
    await this.write(document, values);
    this.focusItem(list.dataset["list"] ?? "", Math.min(to, items.length - 1), button.dataset["do"] === "add");
    this.changed();
  }

  private async write(document: Members, values: Members): Promise<void> {
    const focused = globalThis.document.activeElement?.id ?? "";
    this.box.innerHTML = await writeFields(document, values);
    this.showColors();
    if (focused) globalThis.document.getElementById(focused)?.focus({ preventScroll: true });
  }

  /** Keep the keyboard where it was: at the item that was moved, or in the one that is new. */
  private focusItem(list: string, place: number, isNew: boolean): void {
    const box = this.box.querySelector<HTMLElement>(`[data-list="${CSS.escape(list)}"]`);
    const item = box?.querySelectorAll<HTMLElement>(":scope > ol > li")[place];
    const target = isNew ? item?.querySelector<HTMLElement>("[data-kind]") : item?.querySelector<HTMLElement>("button:not(:disabled)");
    (target ?? box?.querySelector<HTMLElement>("button[data-do=add]"))?.focus();
  }

  /** Let the text and the picker of a colour show the same. */
  private follow(element: HTMLElement): void {
    const name = element.dataset["picker"];
    if (name) {
      const text = document.getElementById(name) as HTMLInputElement;
      const alpha = /^#[0-9a-f]{8}$/i.test(text.value) ? text.value.slice(7) : "";
      text.value = (element as HTMLInputElement).value + alpha;
    } else if (element.dataset["kind"] === "color") {
      this.showColors();
    } else if (element.dataset["address"]) {
      // An address is used instead of the file that is chosen.
    } else if (["image", "video", "audio"].includes(element.dataset["kind"] ?? "")) {
      const address = this.box.querySelector<HTMLInputElement>(`[data-address="${CSS.escape(element.id)}"]`);
      if (address) address.value = "";
    }
  }

  private showColors(): void {
    for (const picker of this.box.querySelectorAll<HTMLInputElement>("[data-picker]")) {
      const text = (document.getElementById(picker.dataset["picker"] ?? "") as HTMLInputElement | null)?.value.trim() ?? "";
      const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text);
      if (short) picker.value = `#${short.slice(1).map((digit) => digit + digit).join("")}`;
      else if (/^#[0-9a-f]{6}([0-9a-f]{2})?$/i.test(text)) picker.value = text.slice(0, 7);
    }
  }
}

function stepsOf(text: string | undefined): Step[] {
  return JSON.parse(text ?? "[]") as Step[];
}

function put(values: Members, steps: Step[], value: Json): void {
  const last = steps.at(-1);
  const holder = at(values, steps.slice(0, -1)) as never as Record<Step, Json> | undefined;
  if (last !== undefined && holder) holder[last] = value;
}

function at(values: Members, steps: Step[]): Json | undefined {
  let value: Json | undefined = values;
  for (const step of steps) value = (value as never as Record<Step, Json> | undefined)?.[step];
  return value;
}

/** Return a new item of a list as its definition in the document says it. */
function fresh(document: Members, steps: Step[]): Json {
  let definition: Json | undefined = { fields: document["inputs"] ?? {} };
  for (const step of steps) {
    if (typeof step === "string" && isMembers(definition) && isMembers(definition["fields"])) definition = definition["fields"][step];
  }
  if (!isMembers(definition)) return {};
  const { fields, items } = definition;
  if (isMembers(items)) return items["default"] ?? "";
  const made: Members = {};
  for (const [name, field] of Object.entries(isMembers(fields) ? fields : {})) {
    if (isMembers(field) && field["default"] !== undefined) made[name] = field["default"];
  }
  return made;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
