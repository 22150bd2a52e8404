// What the page and the server tell each other.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Members = { [name: string]: Json };

export interface Fault {
  path: string;
  value?: Json;
  message: string;
  hint?: string;
}

export interface Bit {
  path: string;
  type: string;
  name: string;
  start: number;
  length: number;
  overlap?: number;
}

export interface Layout {
  seconds: number;
  frames: number;
  rate: number;
  width: number;
  height: number;
  count: number;
  tracks: { clips: Bit[] }[];
}

/** Something the server refused, or that could not be reached. */
export class Trouble extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code = "",
    readonly faults: Fault[] = [],
    readonly count = faults.length,
  ) {
    super(message);
  }
}

export function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Write seconds as people read them: 1.50 s. */
export function seconds(time: number): string {
  return `${time.toFixed(2)} s`;
}
