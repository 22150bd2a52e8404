-- name: insert
insert into schedules (id, owner_id, kind, request, cron, timezone, next_at)
values (%(schedule_id)s, %(owner_id)s, %(kind)s, %(request)s, %(cron)s, %(timezone)s, %(next_at)s)
returning *

-- name: list
select * from schedules where owner_id = %(owner_id)s and (%(before)s::uuid is null or id < %(before)s)
order by id desc limit %(limit)s

-- name: count
select count(*) as schedules from schedules where owner_id = %(owner_id)s

-- name: delete
delete from schedules where id = %(schedule_id)s and owner_id = %(owner_id)s

-- name: due
select * from schedules where next_at <= clock_timestamp() order by next_at limit 1 for update skip locked

-- name: advance
update schedules set next_at = %(next_at)s, last_error = %(last_error)s,
    last_job_id = coalesce(%(last_job_id)s, last_job_id)
where id = %(schedule_id)s
