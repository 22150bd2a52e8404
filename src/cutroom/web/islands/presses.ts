// A click is a press and a release on the same element. A part of the page that is read anew in
// between would swallow it, and a running job is read several times a second: what is under the
// finger, the pointer or the space bar stays until it is let go, and is read then.

import htmx from "htmx.org";

interface Swap {
  target: Element;
  shouldSwap: boolean;
}

const CLICK_MILLISECONDS = 50; // a touch's click follows its release
const held = new Set<Element>();
let pressed: Node | null = null;
let presses = 0;

export function startPresses(): void {
  document.addEventListener("pointerdown", (event) => press(event.target), true);
  document.addEventListener("keydown", (event) => event.key === " " && press(document.activeElement), true);
  for (const name of ["pointerup", "pointercancel", "keyup"]) document.addEventListener(name, release, true);
  window.addEventListener("blur", release);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const swap = (event as CustomEvent<Swap>).detail;
    if (!pressed || !swap.target.contains(pressed)) return;
    swap.shouldSwap = false;
    held.add(swap.target);
  });
}

function press(target: EventTarget | null): void {
  pressed = target instanceof Node ? target : null;
  presses += 1;
}

function release(): void {
  const count = presses;
  window.setTimeout(() => {
    if (presses !== count) return; // pressed again
    pressed = null;
    for (const element of held) {
      const [name] = (element.getAttribute("hx-trigger") ?? "").split(/[\s,]/);
      if (name) htmx.trigger(element, name);
    }
    held.clear();
  }, CLICK_MILLISECONDS);
}
