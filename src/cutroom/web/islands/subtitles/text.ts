// The text of a cue: its markup as elements, and how many characters a reader sees.

const TAG = /<(\/?)([ibu])>/g;
const HALVED = new Set(["ja", "zh", "ko"]);
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const UNSEEN = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]*$/u;
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Return the text without its markup. */
export function visible(text: string): string {
  return text.replace(TAG, "");
}

/** Count a line as the rules do; the server's count decides, this one is for the eye while typing. */
export function countCharacters(line: string, language: string): number {
  const isHalved = HALVED.has(language.toLowerCase().split("-")[0] ?? "");
  let count = 0;
  for (const { segment } of segmenter.segment(visible(line))) {
    if (UNSEEN.test(segment)) continue;
    count += isHalved && !WIDE.test(segment) ? 0.5 : 1;
  }
  return count;
}

/** Put a cue's text into an element: lines, and i, b, u as elements; anything else stands for itself. */
export function fill(element: HTMLElement, text: string): void {
  element.replaceChildren();
  const depth: Record<string, number> = { i: 0, b: 0, u: 0 };
  const write = (plain: string): void => {
    let parent = element;
    for (const name of plain ? Object.keys(depth) : []) {
      if ((depth[name] ?? 0) === 0) continue;
      const made = document.createElement(name);
      parent.append(made);
      parent = made;
    }
    plain.split("\n").forEach((line, number) => {
      if (number > 0) parent.append(document.createElement("br"));
      if (line) parent.append(line);
    });
  };
  let last = 0;
  for (const match of text.matchAll(TAG)) {
    write(text.slice(last, match.index));
    last = match.index + match[0].length;
    const name = match[2] ?? "i";
    depth[name] = Math.max(0, (depth[name] ?? 0) + (match[1] ? -1 : 1));
  }
  write(text.slice(last));
}
