// Every edit by its name in the API; the place of its cue is added when it is sent.

import type { Place } from "./model";
import type { Edit } from "./server";

export const setText = (text: string): Edit => ({ type: "setText", text });
export const setTimes = (startTime: number, endTime: number): Edit => ({ type: "setTimes", startTime, endTime });
export const splitAtCharacter = (character: number): Edit => ({ type: "split", character });
export const splitAtTime = (time: number): Edit => ({ type: "split", time });
export const mergeWithNext = (): Edit => ({ type: "merge" });
export const remove = (): Edit => ({ type: "delete" });
export const setSpeaker = (speaker: string): Edit => ({ type: "setSpeaker", speaker: speaker || null });
export const setPlace = (place: Place): Edit => ({ type: "setPlace", place });
export const insert = (startTime: number, endTime: number, text: string): Edit => ({ type: "insert", startTime, endTime, text });
export const shiftFrom = (seconds: number): Edit => ({ type: "shift", seconds });
export const replaceText = (find: string, replace: string, isCaseSensitive: boolean): Edit => ({
  type: "replaceText",
  find,
  replace,
  caseSensitive: isCaseSensitive,
});
export const fixAll = (): Edit => ({ type: "fix" });
export const fixCue = (cue: number, rules: string[] | null): Edit => (rules ? { type: "fix", cues: [cue], rules } : { type: "fix", cues: [cue] });
