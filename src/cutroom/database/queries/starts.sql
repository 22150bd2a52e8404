-- name: peek
select queue, start_time, clock_timestamp() as now,
    started_at is not null or parent_id is not null as has_begun
from jobs
where id = %(job_id)s and attempt = %(attempt)s and state = 'pending'
  and not exists (select from paused_queues where paused_queues.queue = jobs.queue)
for update

-- name: add_ring
insert into start_times (queue) values (%(queue)s) on conflict do nothing

-- name: reserve
update start_times set starts = starts[greatest(1, cardinality(starts) - %(count)s + 2):] || greatest(
    clock_timestamp(),
    starts[cardinality(starts)],
    case when cardinality(starts) >= %(count)s
        then starts[cardinality(starts) - %(count)s + 1] + %(period)s end)
where queue = %(queue)s
returning starts[cardinality(starts)] as start_time

-- name: keep_start_time
update jobs set start_time = %(start_time)s where id = %(job_id)s

-- name: pause
insert into paused_queues (queue) values (%(queue)s) on conflict do nothing

-- name: unpause
delete from paused_queues where queue = %(queue)s

-- name: paused
select queue, since from paused_queues order by queue

-- name: pending
select id, attempt, run_at, waiting from jobs where queue = %(queue)s and state = 'pending' order by id
