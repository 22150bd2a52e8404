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
export function fill(element: HTMLElement, text: string, unsure: readonly [number, number][] = []): void {
  element.replaceChildren();
  const marks = unitsOf(visible(text), unsure);
  let at = 0; // code units that are shown already
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
      if (number > 0) {
        parent.append(document.createElement("br"));
        at += 1;
      }
      if (line) parent.append(...marked(line, at, marks));
      at += line.length;
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

/** Return places given in code points as places in code units. */
function unitsOf(shown: string, places: readonly [number, number][]): [number, number][] {
  if (!places.length) return [];
  const points = [...shown];
  const units = (count: number): number => points.slice(0, count).join("").length;
  return places.map(([from, to]) => [units(from), units(to)]);
}

/** Cut a line at its unsure words; they are marked for the eye, and in words for those who listen. */
function marked(line: string, at: number, marks: readonly [number, number][]): (string | HTMLElement)[] {
  const parts: (string | HTMLElement)[] = [];
  let done = 0;
  for (const [begin, end] of marks) {
    const [from, to] = [Math.max(begin - at, done), Math.min(end - at, line.length)];
    if (from >= to) continue;
    parts.push(line.slice(done, from));
    const word = document.createElement("span");
    word.className = "unsure";
    word.append(line.slice(from, to));
    if (end - at <= line.length) {
      const said = document.createElement("span");
      said.className = "hidden";
      said.textContent = " (unsure)";
      word.append(said);
    }
    parts.push(word);
    done = to;
  }
  parts.push(line.slice(done));
  return parts;
}
