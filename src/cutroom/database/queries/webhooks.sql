-- name: find_secret
select * from webhook_secrets where owner_id = %(owner_id)s

-- name: insert_secret
insert into webhook_secrets (owner_id, secret) values (%(owner_id)s, %(secret)s) on conflict do nothing

-- name: rotate
update webhook_secrets set former = secret, secret = %(secret)s, rotated_at = clock_timestamp()
where owner_id = %(owner_id)s
returning *

-- name: announce
insert into webhook_deliveries (id, owner_id, job_id, url, event, content)
values (%(delivery_id)s, %(owner_id)s, %(job_id)s, %(url)s, %(event)s, %(content)s)

-- name: take_due
-- Taken for a while: should this process die, another one tries again after that.
update webhook_deliveries set attempts = attempts + 1, next_at = clock_timestamp() + %(lease)s::interval
where state = 'pending' and next_at <= clock_timestamp() and id in (
    select webhook_deliveries.id
    from webhook_deliveries
    join (
        select id, owner_id, row_number() over (partition by owner_id order by next_at) as place
        from webhook_deliveries
        where state = 'pending' and next_at <= clock_timestamp()
    ) as due using (id)
    -- Receivers that keep us waiting hold up their own owner alone.
    where due.place <= %(per_owner)s - coalesce((%(under_way)s::jsonb ->> due.owner_id::text)::integer, 0)
    order by next_at limit %(limit)s for update of webhook_deliveries skip locked
)
returning *

-- name: settle
update webhook_deliveries set state = %(state)s, answer = %(answer)s, problem = %(problem)s,
    next_at = clock_timestamp() + %(wait)s::interval,
    ended_at = case when %(state)s = 'pending' then null else clock_timestamp() end
where id = %(delivery_id)s and attempts = %(attempts)s and state = 'pending'

-- name: list
select id, job_id, url, event, state, attempts, next_at, answer, problem, created_at, ended_at
from webhook_deliveries
where owner_id = %(owner_id)s and (%(before)s::uuid is null or id < %(before)s)
order by id desc
limit %(limit)s

-- name: again
update webhook_deliveries set state = 'pending', next_at = clock_timestamp(), ended_at = null
where id = %(delivery_id)s and owner_id = %(owner_id)s and state <> 'pending'
returning *

-- name: find
select id, job_id, url, event, state, attempts, next_at, answer, problem, created_at, ended_at
from webhook_deliveries where id = %(delivery_id)s and owner_id = %(owner_id)s

-- name: expire
delete from webhook_deliveries where ended_at < clock_timestamp() - interval '30 days'
