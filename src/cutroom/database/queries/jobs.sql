-- name: insert
insert into jobs (id, owner_id, kind, project_id, asset_id, input, queue, priority, run_at, parent_id,
                  ticket, work_seconds, estimated_seconds, webhook_url)
values (%(job_id)s, %(owner_id)s, %(kind)s, %(project_id)s, %(asset_id)s, %(input)s, %(queue)s,
        %(priority)s, %(run_at)s, %(parent_id)s, %(ticket)s, %(work_seconds)s, %(estimated_seconds)s,
        %(webhook_url)s)
returning *

-- name: set_ticket
update jobs set ticket = %(ticket)s where id = %(job_id)s

-- name: find
select * from jobs where id = %(job_id)s and owner_id = %(owner_id)s

-- name: lock_family
-- Ids grow with time: whoever was made by another one is locked before it.
with recursive family as (
    select id from jobs where id = %(job_id)s and owner_id = %(owner_id)s
    union all
    select jobs.id from jobs join family on jobs.parent_id = family.id
)
select id from jobs where id in (select id from family) order by id desc for update

-- name: get
select * from jobs where id = %(job_id)s

-- name: list
select * from jobs
where owner_id = %(owner_id)s
  and parent_id is null
  and (%(kinds)s::text[] is null or kind = any(%(kinds)s))
  and (%(project_id)s::uuid is null or project_id = %(project_id)s)
  and (%(asset_id)s::uuid is null or asset_id = %(asset_id)s)
  and (%(before)s::uuid is null or id < %(before)s)
  and (%(status)s::text is null or %(status)s = case
        when state in ('completed', 'failed', 'cancelled') then state
        when started_at is null then 'pending' else 'processing' end)
order by id desc
limit %(limit)s

-- name: changed_since
select * from jobs
where owner_id = %(owner_id)s and version > %(version)s - 64 and version <> %(version)s
  and (version > %(version)s or updated_at > clock_timestamp() - interval '10 seconds')
  and (%(job_id)s::uuid is null or id = %(job_id)s)
  and (parent_id is null or id = %(job_id)s)
order by version
limit 1000

-- name: newest_version
select coalesce(max(version), 0) as version from jobs where owner_id = %(owner_id)s

-- name: versions_until
select id, version from jobs
where owner_id = %(owner_id)s and version > %(version)s - 64 and version <= %(version)s

-- name: lock_owner
select pg_advisory_xact_lock(hashtextextended(%(owner_id)s::text, 0))

-- name: unfinished
select id from jobs
where owner_id = %(owner_id)s and kind = any(%(kinds)s)
  and state in ('pending', 'processing', 'suspended')
order by id limit %(limit)s

-- name: claim
with claimed as (
    update jobs set state = 'processing', worker_id = %(worker_id)s, run_at = null, waiting = null,
        lease_until = clock_timestamp() + %(lease)s, started_at = coalesce(started_at, clock_timestamp())
    where id = %(job_id)s and attempt = %(attempt)s and state = 'pending'
      and not exists (select from paused_queues where paused_queues.queue = jobs.queue)
    returning *
)
select claimed.*, (
    select jsonb_agg(jsonb_build_object('name', name, 'input_hash', input_hash, 'output', output))
    from steps where job_id = claimed.id
) as steps
from claimed

-- name: fence
select progress from jobs where id = %(job_id)s and attempt = %(attempt)s and state = 'processing' for update

-- name: advance
update jobs set progress = greatest(progress, %(progress)s), message = %(message)s,
    active = %(active)s, updated_at = clock_timestamp()
where id = %(job_id)s and attempt = %(attempt)s and state = 'processing'

-- name: advance_parent
-- A job that waits for its children is as far as they are on the average.
update jobs as parent set progress = greatest(parent.progress, reached.progress), updated_at = clock_timestamp()
from (
    select min((spawned.output ->> 'from')::real) + avg(case when child.state = 'completed' then 100
        else child.progress end) / 100 * min((spawned.output ->> 'to')::real
        - (spawned.output ->> 'from')::real) as progress
    from steps spawned
    join jobs child on child.parent_id = spawned.job_id and spawned.output -> 'jobs' ? child.id::text
    where spawned.job_id = %(parent_id)s and spawned.name like 'spawn:%%'
      and spawned.output ? 'from' and spawned.output -> 'jobs' ? %(job_id)s
) as reached
where parent.id = %(parent_id)s and parent.state = 'suspended' and reached.progress > parent.progress

-- name: commit_step
with fenced as (
    update jobs set progress = greatest(progress, %(progress)s), active = null, failures = 0, takeovers = 0,
        engine = coalesce(%(engine)s, engine)
    where id = %(job_id)s and attempt = %(attempt)s and state = 'processing'
    returning id
)
insert into steps (id, job_id, name, input_hash, output, attempt, engine, cost, started_at)
select %(step_id)s, id, %(name)s, %(input_hash)s, %(output)s, %(attempt)s, %(engine)s, %(cost)s, %(started_at)s
from fenced

-- name: requeue
update jobs set state = 'pending', attempt = attempt + 1, failures = failures + %(failures)s,
    takeovers = takeovers + %(takeovers)s, waits_for = null, waiting = %(waiting)s, run_at = %(run_at)s,
    worker_id = null, lease_until = null
where id = %(job_id)s and attempt = %(attempt)s and state = any(%(states)s)
returning *

-- name: finish
update jobs set state = %(state)s, output = %(output)s, error = %(error)s, message = %(message)s,
    progress = case when %(state)s = 'completed' then 100 else progress end,
    active = case when %(state)s = 'failed' then active end, waiting = null, run_at = null,
    worker_id = null, lease_until = null, ended_at = clock_timestamp()
where id = %(job_id)s and attempt = %(attempt)s and state = any(%(states)s)
returning *

-- name: cancel
update jobs set state = 'cancelled', attempt = attempt + 1, ended_at = clock_timestamp(), active = null,
    waiting = null, run_at = null, worker_id = null, lease_until = null, message = null
where id = %(job_id)s and state in ('pending', 'processing', 'suspended')
returning *

-- name: revive
update jobs set state = 'pending', attempt = attempt + 1, failures = 0, takeovers = 0, error = null,
    ended_at = null, started_at = null, active = null, message = null, waiting = null,
    children_pending = case when state = 'cancelled' then 0 else children_pending end
where id = %(job_id)s and state in ('failed', 'cancelled')
returning *

-- name: broken_children
select * from jobs as child
where parent_id = %(job_id)s and state in ('failed', 'cancelled')
  and exists (select from steps where steps.job_id = %(job_id)s and steps.name like 'spawn:%%'
                and steps.output -> 'jobs' ? child.id::text)
order by id

-- name: suspend
update jobs set state = 'suspended', waits_for = %(token)s, waiting = %(waiting)s, run_at = %(until)s,
    active = null, worker_id = null, lease_until = null
where id = %(job_id)s and attempt = %(attempt)s and state = 'processing'
returning *

-- name: lock
select * from jobs where id = %(job_id)s for update

-- name: add_children
update jobs set children_pending = children_pending + %(count)s where id = %(job_id)s

-- name: child_ended
update jobs set children_pending = children_pending - 1 where id = %(job_id)s returning *

-- name: children
select id, state, output, error from jobs
where parent_id = %(job_id)s and id = any(%(job_ids)s)
order by array_position(%(job_ids)s, id)

-- name: unfinished_children
select id from jobs
where parent_id = %(job_id)s and state in ('pending', 'processing', 'suspended')

-- name: renew_leases
update jobs set lease_until = clock_timestamp() + %(lease)s
where worker_id = %(worker_id)s and state = 'processing' and id = any(%(job_ids)s)
returning id, attempt

-- name: stale_leases
select * from jobs where state = 'processing' and lease_until < clock_timestamp()
order by id limit 50 for update skip locked

-- name: due_suspensions
select * from jobs where state = 'suspended' and run_at <= clock_timestamp()
order by id limit 50 for update skip locked

-- name: steps
select * from steps where job_id = %(job_id)s order by ended_at

-- name: steps_of
select job_id, name, attempt, engine, started_at, ended_at from steps
where job_id = any(%(job_ids)s) and not name like 'event:%%' order by ended_at

-- name: insert_event
insert into steps (id, job_id, name, input_hash, output, attempt, started_at)
values (%(step_id)s, %(job_id)s, %(name)s, '', %(output)s, 0, clock_timestamp())
on conflict (job_id, name, input_hash) do nothing

-- name: insert_step_file
insert into step_files (step_id, file_id) values (%(step_id)s, %(file_id)s) on conflict do nothing

-- name: drop_steps
delete from steps
where job_id = %(job_id)s and (name = any(%(names)s) or split_part(name, ':', 1) = any(%(names)s))

-- name: forget_steps
delete from steps where job_id = %(job_id)s

-- name: kept_with
-- The other files of the steps that kept one.
select distinct files.id, files.storage_key, files.bytes
from step_files as one
join steps on steps.id = one.step_id and steps.job_id = %(job_id)s
join step_files on step_files.step_id = one.step_id and step_files.file_id <> one.file_id
join files on files.id = step_files.file_id
where one.file_id = %(file_id)s

-- name: forget_keepers
delete from steps using step_files
where steps.job_id = %(job_id)s and step_files.step_id = steps.id and step_files.file_id = any(%(file_ids)s)

-- name: release_step_files
with released as (
    delete from step_files using steps
    where steps.id = step_files.step_id and steps.job_id = %(job_id)s
    returning step_files.file_id
)
-- Nobody waits for these: the next sweep may take them without the usual grace.
update files set touched_at = '-infinity' where id in (select file_id from released)

-- name: log
insert into job_logs (job_id, level, step, attempt, message)
values (%(job_id)s, %(level)s, %(step)s, %(attempt)s, %(message)s)

-- name: logs
select at, level, step, attempt, message from job_logs where job_id = %(job_id)s order by id limit 1000

-- name: ahead
-- One walk along the queue's index, however many jobs are asked for.
select id, ahead from (
    select id, count(*) filter (where run_at is null or run_at <= clock_timestamp()) over (
        partition by queue order by priority desc, id
        rows between unbounded preceding and 1 preceding) as ahead
    from jobs
    where state = 'pending' and queue in (select queue from jobs where id = any(%(job_ids)s))
) as places
where id = any(%(job_ids)s)

-- name: history
select percentile_cont(0.5) within group (
    order by extract(epoch from ended_at - started_at) / work_seconds) as ratio, count(*) as jobs
from (
    select started_at, ended_at, work_seconds from jobs
    where kind = %(kind)s and state = 'completed' and work_seconds > 0
    order by ended_at desc limit 50
) as recent

-- name: expired
select id from jobs
where (state in ('failed', 'cancelled') and ended_at < clock_timestamp() - %(failed)s)
   or (state = 'completed' and ended_at < clock_timestamp() - %(completed)s::interval)
limit 500

-- name: delete
delete from jobs where id = any(%(job_ids)s)

-- name: delete_one
delete from jobs where id = %(job_id)s and owner_id = %(owner_id)s
  and state in ('completed', 'failed', 'cancelled')

-- name: register_worker
insert into workers (id, host, pid, queues, concurrency)
values (%(worker_id)s, %(host)s, %(pid)s, %(queues)s, %(concurrency)s)
on conflict (id) do update set seen_at = clock_timestamp()

-- name: forget_worker
delete from workers where id = %(worker_id)s

-- name: forget_silent_workers
delete from workers where seen_at < clock_timestamp() - interval '1 minute'

-- name: live_workers
select * from workers where seen_at > clock_timestamp() - interval '10 seconds' order by started_at
