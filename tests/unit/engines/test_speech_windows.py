"""Where speech is and where a long recording is cut."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.engines.speech_probability import FRAME, Activity
from cutroom.engines.speech_regions import FRAMES_PER_SECOND, Region, find_regions, measure_snr
from cutroom.engines.windows import plan_windows


def make_activity(runs, *, speech=1e-2, noise=1e-6):
    """Make the activity of (is speech, frames) runs."""
    probability = np.concatenate([np.full(n, 0.95 if on else 0.02, np.float32) for on, n in runs])
    power = np.where(probability > 0.5, speech, noise).astype(np.float32)
    return Activity(probability, power, probability.size * FRAME)


def test_regions_join_over_short_pauses_and_forget_clicks():
    activity = make_activity([(0, 50), (1, 40), (0, 5), (1, 30), (0, 100), (1, 2), (0, 20)])
    assert find_regions(activity) == [Region(50, 125)]


def test_speech_up_to_the_last_frame_is_a_region():
    assert find_regions(make_activity([(0, 10), (1, 20)])) == [Region(10, 30)]


def test_snr_is_that_of_speech_over_the_pauses_beside_it():
    activity = make_activity([(0, 60), (1, 100), (0, 60)], noise=1e-4)
    assert abs(measure_snr(activity, find_regions(activity)) - 20) < 0.2
    assert measure_snr(make_activity([(0, 60)]), []) is None
    silent = make_activity([(0, 60), (1, 100), (0, 60)], noise=0)
    assert measure_snr(silent, find_regions(silent)) == 60


def test_a_loud_tune_far_from_the_speech_is_no_noise():
    activity = make_activity([(0, 400), (1, 100), (0, 100)])
    activity.power[:250] = 1.0
    assert measure_snr(activity, find_regions(activity)) > 35


def test_a_cut_lies_in_the_longest_pause_of_the_second_half():
    activity = make_activity([(1, 400), (0, 20), (1, 300), (0, 40), (1, 150), (0, 15), (1, 300)])
    found = plan_windows(activity, find_regions(activity), 32)
    assert [stretch.speech for stretch in found] == [700, 450]
    assert 720 < found[0].end <= found[1].begin < 760


def test_speech_without_a_pause_is_cut_where_it_is_quietest():
    activity = make_activity([(1, 2000)])
    activity.power[850:860] = 1e-5
    found = plan_windows(activity, find_regions(activity), 32)
    assert 850 <= found[0].end <= 860
    assert found[0].end == found[1].begin


def test_long_silence_is_left_out():
    activity = make_activity([(0, 500), (1, 100), (0, 5000), (1, 100), (0, 500)])
    found = plan_windows(activity, find_regions(activity), 600)
    assert [stretch.speech for stretch in found] == [100, 100]
    assert sum(stretch.end - stretch.begin for stretch in found) < 330


runs = st.lists(st.tuples(st.booleans(), st.integers(1, 1500)), min_size=1, max_size=40)


@settings(max_examples=25)
@given(runs, st.integers(30, 90))
def test_windows_hold_all_speech_once_and_none_is_too_long(parts, longest):
    activity = make_activity(parts)
    regions = find_regions(activity)
    found = plan_windows(activity, regions, longest)
    assert sum(stretch.speech for stretch in found) == sum(region.end - region.begin for region in regions)
    places = [0, *(edge for stretch in found for edge in (stretch.begin, stretch.end)), activity.power.size]
    assert places == sorted(places)
    for stretch in found:
        assert 0 < stretch.end - stretch.begin <= longest * FRAMES_PER_SECOND
    for region in regions:
        covered = sum(max(0, min(region.end, s.end) - max(region.begin, s.begin)) for s in found)
        assert covered == region.end - region.begin
