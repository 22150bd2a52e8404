-- name: worker_silence
-- How long ago a worker process of this machine was last seen; null when it never was.
select extract(epoch from clock_timestamp() - max(seen_at))::double precision as seconds
from workers where host = %(host)s and pid = %(pid)s
