// Dragging a cue's block or one of its edges; the times snap to frames, shots and the playhead.

import type { Row, Subtitles } from "./model";
import type { Stage } from "./stage";
import type { Timeline, TimelineWishes } from "./timeline";
import { parseRate, snap } from "./times";

const DEAD_ZONE = 3; // pixels; less is a click
const MAGNET = 6; // pixels

export type Grip = "start" | "end" | "both";

interface Drag {
  event: PointerEvent;
  row: Row;
  grip: Grip;
  timeline: Timeline;
  stage: Stage;
  subtitles: Subtitles;
  shots: readonly number[];
  wishes: TimelineWishes;
}

export function startDrag(drag: Drag): void {
  const { event, row, timeline, wishes } = drag;
  const target = event.target as HTMLElement;
  const cue = row.cue;
  let times: [number, number] | null = null;
  event.preventDefault();
  target.setPointerCapture(event.pointerId);
  wishes.select(row);

  const move = (moved: PointerEvent): void => {
    const pixels = moved.clientX - event.clientX;
    if (!times && Math.abs(pixels) < DEAD_ZONE) return;
    times = place(drag, pixels / timeline.pixelsPerSecond, moved.altKey);
    timeline.placeBlock(row, ...times);
  };
  const end = (ended: PointerEvent): void => {
    target.removeEventListener("pointermove", move);
    target.removeEventListener("pointerup", end);
    target.removeEventListener("pointercancel", end);
    const isChanged = times && (times[0] !== cue.startTime || times[1] !== cue.endTime);
    if (times && isChanged && ended.type === "pointerup") wishes.retime(row, ...times);
    else timeline.plan();
  };
  target.addEventListener("pointermove", move);
  target.addEventListener("pointerup", end);
  target.addEventListener("pointercancel", end);
}

/** Return where the cue goes: on frames, at least one long, and not over its neighbours. */
function place(drag: Drag, by: number, isFree: boolean): [number, number] {
  const { cue, index } = drag.row;
  const rate = parseRate(drag.subtitles.header.frameRate);
  const least = Math.max(0, drag.subtitles.rows[index - 1]?.cue.endTime ?? 0);
  const most = drag.subtitles.rows[index + 1]?.cue.startTime ?? Infinity;
  const onto = (seconds: number): number => snap(isFree ? seconds : attract(drag, seconds), rate);
  const frame = 1 / rate;
  if (drag.grip === "start") {
    return [Math.min(Math.max(onto(cue.startTime + by), Math.min(least, cue.startTime)), snap(cue.endTime - frame, rate)), cue.endTime];
  }
  if (drag.grip === "end") {
    return [cue.startTime, Math.max(Math.min(onto(cue.endTime + by), Math.max(most, cue.endTime)), snap(cue.startTime + frame, rate))];
  }
  const length = cue.endTime - cue.startTime;
  const latest = Math.max(most - length, cue.startTime);
  const start = Math.min(Math.max(onto(cue.startTime + by), Math.min(least, cue.startTime)), latest);
  return [snap(start, rate), snap(start + length, rate)];
}

/** Return the playhead or a shot change that is near, else the time itself. */
function attract(drag: Drag, seconds: number): number {
  const reach = MAGNET / drag.timeline.pixelsPerSecond;
  let nearest = seconds;
  let distance = reach;
  for (const each of [drag.stage.time, ...drag.shots]) {
    if (Math.abs(each - seconds) < distance) [nearest, distance] = [each, Math.abs(each - seconds)];
  }
  return nearest;
}
