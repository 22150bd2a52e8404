"""How fast and how well are words cut into cues, and does the fixer mend files that break each rule?

    .venv/bin/python bench/segmenter.py [--words 54000] [--compared 60] [--preset netflix]

Everything is counted by the second opinion of subtitle_judge.py, which shares no code with Cutroom. Speech
is made: sentences with times as a speaker of 150 to 190 words per minute has them. 54,000 words are 6 hours.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from cutroom.subtitles import Cue, Rules, Track, Word, preset_names, read_preset
from cutroom.subtitles.fix import fix
from cutroom.subtitles.segment import segment
from subtitle_judge import Court, Said, Shown, judge, limits_of, total
from subtitle_oracle import fewest

RATES = [Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "50", "60")]

SPEECH = """
When the first train of the morning left the station, nobody noticed the small brown dog that had climbed
into the last carriage. It sat down under a seat, quite pleased with itself, and looked out of the window.
Mr. Parker found it an hour later. "Whose dog is this?" he asked, but nobody answered. He had worked on
the railway for 31 years, and in all that time he had never seen a dog travel alone. It wore a collar with
a name on it: Max. So he gave it some water, shared his sandwich with it, and wrote a note to the police
in New York. They called back before noon. The dog belonged to a girl who lived near the river, eleven
miles from where it had got on. She had been looking for it since Tuesday. Her father drove to the station
at once, although it was raining hard. Nobody can say how the dog knew which train to take. But when the
doors opened, it jumped down, ran along the platform and stopped right in front of the car. "You are
late," said the girl. Then she laughed, because what else could she do? The story was in the paper the
next day. Mr. Parker keeps it in his wallet, next to a photograph of Anna Keller, his wife. Every now and
then someone asks him about it. Yes. No. Perhaps. He likes to tell it slowly, with all the details, and he
always ends it in the same way: with the sandwich.
"""

Damage = Callable[[list[Cue], Fraction, random.Random], list[Cue]]


def speak(count: int, seed: int, hurry: float = 1.0) -> list[Word]:
    """Give the sentences times: 45 to 75 ms per letter, pauses at commas and full stops."""
    chance = random.Random(seed)
    texts = SPEECH.split()
    at = 400
    spoken: list[Word] = []
    for number in range(count):
        text = texts[number % len(texts)]
        length = round((90 + chance.randint(45, 75) * len(text)) / hurry)
        spoken.append(Word(Fraction(at, 1000), Fraction(at + length, 1000), text))
        pause = {",": 180, ":": 250, ".": 550, "?": 600}.get(text.rstrip('"')[-1], 0)
        at += length + chance.randint(pause // 2, pause * 2) + chance.choice([0, 0, 20, 60])
    return spoken


def shown(cues: Sequence[Cue]) -> list[Shown]:
    return [
        Shown(cue.start, cue.end, cue.text, tuple(Said(w.start, w.end, w.text) for w in cue.words))
        for cue in cues
    ]


# --- speed and what is left


def measure_speed(count: int) -> None:
    print(f"\nSpeed, {count} words, one core")
    words = speak(count, seed=1)
    for name in preset_names():
        begin = time.process_time()
        cues = segment(words, read_preset(name), language="en", rate=RATES[0])
        seconds = time.process_time() - begin
        print(f"  {name:10} {len(cues):6} cues  {seconds:6.2f} s  {count / seconds:8.0f} words per second")


def measure_quality(compared: int) -> None:
    print("\nLeft by the segmenter (errors, warnings) in 3,000 words; drift in frames at the worst cue")
    print(
        f"against the least of all cuts, found by search, in {compared} words said 1, 1.5 and 2 times as fast"
    )
    for name in preset_names():
        rules = read_preset(name)
        for rate in RATES:
            court = Court(limits_of(rules), "en", rate)
            cues = segment(speak(3000, seed=2), rules, language="en", rate=rate)
            left = total(shown(cues), court)
            pairs = [compare(rules, court, compared, hurry) for hurry in (1.0, 1.5, 2.0)]
            early, late = drift(cues, rate)
            print(
                f"  {name:10} {float(rate):6.3f}  left {left}  drift {early:.2f} {late:.2f}  of all cuts",
                *pairs,
            )


def compare(rules: Rules, court: Court, count: int, hurry: float) -> str:
    """Return what the segmenter leaves and the least that can be left."""
    words = speak(count, seed=3, hurry=hurry)
    cues = segment(words, rules, language="en", rate=court.rate)
    least = fewest([Said(word.start, word.end, word.text) for word in words], court)
    found = total(shown(cues), court)
    return f"{found}={least}" if found == least else f"{found}!{least}"


def drift(cues: Sequence[Cue], rate: Fraction) -> tuple[float, float]:
    """Return by how many frames a cue begins before its first word, and ends before its last has ended.

    Beyond what the smallest gap costs: a cue that is followed at once cannot stay until its end.
    """
    early = max((cue.words[0].start - cue.start) * rate for cue in cues)
    late = Fraction(0)
    for cue, following in zip(cues, [*cues[1:], None], strict=True):
        gap = (following.start - cue.end) * rate if following else Fraction(0)
        late = max(late, (cue.words[-1].end - cue.end) * rate - gap)
    return float(early), float(late)


# --- files that break each rule


def seldom(cues: list[Cue], change: Callable[[Cue, Cue | None], Cue], every: int = 5) -> list[Cue]:
    """Change one cue in five."""
    pairs = zip(cues, [*cues[1:], None], strict=True)
    return [change(cue, after) if n % every == 1 else cue for n, (cue, after) in enumerate(pairs)]


def before(cue: Cue, after: Cue | None, frames: int, rate: Fraction) -> Cue:
    """End a cue `frames` frames before the next one."""
    return replace(cue, end=after.start - frames / rate) if after else cue


def squeeze(cues: list[Cue], factor: Fraction) -> list[Cue]:
    """Show every fifth cue for a part of its time, followed at once by the next one moved up to it."""
    return seldom(cues, lambda cue, _: replace(cue, end=cue.start + (cue.end - cue.start) * factor))


def misbreak(cue: Cue) -> Cue:
    """Break the line behind the first article or preposition."""
    texts = cue.text.split()
    places = [
        n for n, text in enumerate(texts[:-1]) if text.lower() in {"the", "a", "of", "in", "and", "his"}
    ]
    if not places:
        return cue
    head, tail = texts[: places[0] + 1], texts[places[0] + 1 :]
    return replace(cue, text=" ".join(head) + "\n" + " ".join(tail))


def hand_over(cues: list[Cue]) -> list[Cue]:
    """Move the first words of a cue, up to an article, to the end of the one before it."""
    moved = list(cues)
    for number in range(0, len(cues) - 1, 5):
        texts = moved[number + 1].text.split()
        at = next((n for n, text in enumerate(texts[:3]) if text.lower() in {"the", "a", "of", "and"}), None)
        if at is not None and at + 1 < len(texts):
            moved[number] = replace(moved[number], text=moved[number].text + " " + " ".join(texts[: at + 1]))
            moved[number + 1] = replace(moved[number + 1], text=" ".join(texts[at + 1 :]))
    return moved


DAMAGES: dict[str, Damage] = {
    "empty": lambda cues, _r, _c: seldom(cues, lambda cue, _: replace(cue, text=" ")),
    "before-zero": lambda cues, _r, _c: [replace(cues[0], start=Fraction(-1, 2)), *cues[1:]],
    "ends-before-start": lambda cues, _r, _c: seldom(
        cues, lambda cue, _: replace(cue, start=cue.end, end=cue.start)
    ),
    "overlap": lambda cues, r, _c: seldom(cues, lambda cue, after: before(cue, after, -9, r)),
    "line-too-long": lambda cues, _r, _c: seldom(
        cues, lambda cue, _: replace(cue, text=cue.text.replace("\n", " "))
    ),
    "too-many-lines": lambda cues, _r, _c: seldom(
        cues, lambda cue, _: replace(cue, text="\n".join(cue.text.split()))
    ),
    "too-many-words": lambda cues, _r, _c: [
        replace(cue, text=cue.text + " " + after.text.replace("\n", " "), end=after.end)
        for cue, after in zip(cues[::2], cues[1::2], strict=False)
    ],
    "too-short": lambda cues, r, _c: seldom(cues, lambda cue, _: replace(cue, end=cue.start + 5 / r)),
    "too-long": lambda cues, _r, _c: [
        replace(cue, start=cue.start + 12 * n, end=cue.start + 12 * n + 10) for n, cue in enumerate(cues)
    ],
    "too-fast": lambda cues, _r, _c: squeeze(cues, Fraction(2, 5)),
    "gap-too-small": lambda cues, r, _c: seldom(cues, lambda cue, after: before(cue, after, 0, r)),
    "gap-not-closed": lambda cues, r, _c: seldom(cues, lambda cue, after: before(cue, after, 6, r)),
    "off-frame": lambda cues, r, c: [
        replace(
            cue,
            start=cue.start + c.randint(0, 400) / (1000 * r),
            end=cue.end + c.randint(-400, 0) / (1000 * r),
        )
        for cue in cues
    ],
    "bad-line-break": lambda cues, _r, _c: seldom(cues, lambda cue, _: misbreak(cue), 2),
    "bad-cue-break": lambda cues, _r, _c: hand_over(cues),
    "all at once": lambda cues, _r, c: [
        replace(
            misbreak(cue) if c.random() < 0.3 else cue,
            start=cue.start + Fraction(c.randint(-300, 300), 1000),
            end=cue.end + Fraction(c.randint(-600, 400), 1000),
        )
        for cue in c.sample(cues, len(cues))
    ],
}


def measure_fixer(preset: str) -> None:
    print(
        f"\nFiles made to break a rule, before and after the fixer ({preset}; violations of the rule / all)"
    )
    print(f"{'':22}" + "".join(f"{float(rate):>20.3f}" for rate in RATES))
    lost = 0
    reasons: Counter[str] = Counter()
    for name in [*DAMAGES, "starts-near-shot", "ends-near-shot", "after-end"]:
        row = f"  {name:20}"
        for rate in RATES:
            rules = read_preset("social" if name == "too-many-words" else preset)
            cell, is_lost, why = mend(name, rules, rate)
            row += f"{cell:>20}"
            lost += is_lost
            reasons += why
        print(row)
    print(f"  files whose words changed: {lost}")
    for reason, count in reasons.most_common(8):
        print(f"  left {count:4}: {reason}")


def mend(name: str, rules: Rules, rate: Fraction) -> tuple[str, bool, Counter[str]]:
    """Damage a good file of 400 words, mend it, and let the second opinion count."""
    good = [replace(cue, words=()) for cue in segment(speak(400, seed=4), rules, language="en", rate=rate)]
    shots: tuple[Fraction, ...] = ()
    seconds: Fraction | None = None
    cues = good
    if name == "starts-near-shot":
        shots = tuple(cue.start + 3 / rate for cue in good[2::5])
    elif name == "ends-near-shot":
        shots = tuple(cue.end + 5 / rate for cue in good[2::5])
    elif name == "after-end":
        seconds = good[-1].end - Fraction(2, 5)
    else:
        cues = DAMAGES[name](good, rate, random.Random(5))
    court = Court(limits_of(rules), "en", rate, shots, seconds)
    track = Track(tuple(cues), "en", rate)
    fixed = fix(track, rules, shots=shots, seconds=seconds)
    counts = [tally(each, name, court) for each in (track, fixed.track)]
    is_lost = texts_of(track) != texts_of(fixed.track)
    why = Counter(f"{each.rule}: {each.reason or 'no reason given'}" for each in fixed.remaining)
    return " -> ".join(counts), is_lost, why


def tally(track: Track, name: str, court: Court) -> str:
    # The judge, like a player, takes cues in the order of their starts.
    found = judge(shown(sorted(track.cues, key=lambda cue: cue.start)), court)
    return f"{sum(each.rule == name for each in found)}/{len(found)}"


def texts_of(track: Track) -> list[str]:
    return [text for cue in sorted(track.cues, key=lambda cue: cue.start) for text in cue.text.split()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=54_000)
    parser.add_argument("--compared", type=int, default=40)
    parser.add_argument("--preset", default="netflix")
    arguments = parser.parse_args()
    measure_speed(arguments.words)
    measure_quality(arguments.compared)
    measure_fixer(arguments.preset)


if __name__ == "__main__":
    main()
