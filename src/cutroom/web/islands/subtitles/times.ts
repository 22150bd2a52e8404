// Times as people read and write them, and the frames they lie on.

const DIGITS = 3;

/** Write seconds as `1:02.480`, or `1:02:03.480` from an hour on; negative ones with a true minus. */
export function formatTime(seconds: number, digits = DIGITS): string {
  const scale = 10 ** digits;
  const units = Math.round(Math.abs(seconds) * scale);
  const whole = Math.floor(units / scale);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const fraction = digits ? `.${String(units % scale).padStart(digits, "0")}` : "";
  const short = `${minutes}:${String(rest).padStart(2, "0")}${fraction}`;
  const text = hours ? `${hours}:${minutes < 10 ? "0" : ""}${short}` : short;
  return seconds < 0 && units > 0 ? `\u2212${text}` : text;
}

/** Read `62.5`, `1:02.5`, `1:02:03,5`; null where it is no time. */
export function parseTime(text: string): number | null {
  const match = /^\s*([-\u2212])?(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d*)?|[.,]\d+)\s*$/.exec(text);
  if (!match) return null;
  const [hours, minutes, seconds] = [match[2] ?? "0", match[3] ?? "0", (match[4] ?? "0").replace(",", ".")];
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return Number.isFinite(total) ? (match[1] ? -total : total) : null;
}

/** Read a rate written as `24000/1001` or `25`. */
export function parseRate(text: string): number {
  const [above, below] = text.split("/");
  const rate = Number(above) / Number(below ?? 1);
  return Number.isFinite(rate) && rate > 0 ? rate : 25;
}

/** Return the frame boundary nearest to a time. */
export function nearestFrame(seconds: number, rate: number): number {
  return Math.floor(seconds * rate + 0.5);
}

/** Return a time moved onto its nearest frame boundary, to the microsecond. */
export function snap(seconds: number, rate: number): number {
  return microseconds(nearestFrame(seconds, rate) / rate);
}

export function microseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
