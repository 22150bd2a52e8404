// The recording's peaks for drawing: read once, joined to as many columns as are drawn.

interface Drawn {
  seconds: number;
  peaks: [number, number][];
}

export class Peaks {
  private low = new Float32Array(0);
  private high = new Float32Array(0);
  private seconds = 0;
  private top = 0.05;

  /** Read an address of the API; false when there is nothing to draw. */
  async load(address: string): Promise<boolean> {
    try {
      const answer = await fetch(address);
      if (!answer.ok) return false;
      const drawn = (await answer.json()) as Drawn;
      this.low = Float32Array.from(drawn.peaks, ([low]) => low);
      this.high = Float32Array.from(drawn.peaks, ([, high]) => high);
      this.seconds = drawn.seconds;
      this.top = this.high.reduce((most, high, at) => Math.max(most, high, -(this.low[at] ?? 0)), 0.05);
      return this.seconds > 0;
    } catch {
      return false; // the editor works without a drawing
    }
  }

  /** Return lowest and highest value between two times, 1 being the loudest of the recording. */
  between(from: number, to: number): [number, number] {
    const count = this.low.length;
    if (!count || from >= this.seconds || to <= 0) return [0, 0];
    const first = Math.max(0, Math.floor((from / this.seconds) * count));
    const last = Math.min(count, Math.max(first + 1, Math.ceil((to / this.seconds) * count)));
    let [low, high] = [0, 0];
    for (let at = first; at < last; at += 1) {
      low = Math.min(low, this.low[at] ?? 0);
      high = Math.max(high, this.high[at] ?? 0);
    }
    return [low / this.top, high / this.top];
  }
}
