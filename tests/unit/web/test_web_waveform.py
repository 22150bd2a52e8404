import re

import pytest

from cutroom.web import waveform


def _points(path):
    return [tuple(map(float, pair.split())) for pair in re.split("[MLZ]", path) if pair]


def test_outline_goes_right_along_the_highs_and_back_along_the_lows():
    points = _points(waveform.outline([[-0.5, 1.0], [-1.0, 0.5]]))
    assert points == [(250.0, 0.0), (750.0, 25.0), (750.0, 100.0), (250.0, 75.0)]


def test_outline_joins_neighbours_and_keeps_their_extremes():
    peaks = [[-0.1, 0.1]] * 999 + [[-1.0, 1.0]]
    points = _points(waveform.outline(peaks, columns=100))
    assert len(points) == 200
    assert min(y for _, y in points) == 0
    assert max(y for _, y in points) == 100


def test_silence_is_a_thin_line_and_nothing_is_nothing():
    ys = {y for _, y in _points(waveform.outline([[0.0, 0.0]] * 10))}
    assert ys == {49.6, 50.4}
    assert waveform.outline([]) == ""


@pytest.mark.parametrize(
    ("start", "length", "wanted"), [(0, 10, 10), (95, 10, 5), (40, 30, 30), (99.9, 0.01, 0)]
)
def test_cut_takes_the_window_of_a_preview(start, length, wanted):
    peaks = [[-i / 100, i / 100] for i in range(100)]
    found = waveform.cut(peaks, 100, start, length)
    assert len(found) == wanted
    assert found == peaks[round(start) : round(start) + wanted]


def test_one_scale_over_both_drawings():
    assert waveform.loudest([[-0.2, 0.1]], [[-0.9, 0.3]]) == 0.9
    assert waveform.loudest([]) == 0.05


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 100])
def test_joining_keeps_extremes_and_stays_within_the_columns(count):
    peaks = [[-i / 100, i / 100] for i in range(count)]
    found = waveform.joined(peaks, 8)
    assert len(found) <= 8
    assert [peak for pair in found[-1:] for peak in pair] == [peak for pair in peaks[-1:] for peak in pair]
