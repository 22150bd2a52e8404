"""Parts of a film that are the same for several outputs or segments are made once."""

import pytest
from films import film, shape


@pytest.mark.parametrize(
    "outputs",
    [
        [{"format": "mp4"}, {"format": "mp4", "mute": True}],
        [
            {"format": "mp4"},
            {"format": "gif", "mostFrames": 4},
        ],  # one in 7 frames: segments begin differently
    ],
)
async def test_video_equal_parts_are_made_once(anna, worker, outputs):
    document = film(shape(0, 16)) | {"rate": 25}
    job_id = (await anna.generate(template=document, outputs=outputs))["jobId"]
    status = await anna.seen(job_id, lambda row: row["status"] in {"completed", "failed"})
    assert status["status"] == "completed", status.get("error")
    assert len(status["result"]["outputs"]) == 2
