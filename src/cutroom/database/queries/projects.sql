-- name: insert
insert into projects (id, owner_id, name, is_public)
values (%(project_id)s, %(owner_id)s, %(project_name)s, %(is_public)s)
returning *

-- name: find
select * from projects where id = %(project_id)s and owner_id = %(owner_id)s

-- name: hold
select * from projects where id = %(project_id)s and owner_id = %(owner_id)s for key share

-- name: hold_named
select * from projects where owner_id = %(owner_id)s and name = %(project_name)s
order by id limit 1 for key share

-- name: lock
select * from projects where id = %(project_id)s and owner_id = %(owner_id)s for update

-- name: list
select * from projects
where owner_id = %(owner_id)s and (%(before)s::uuid is null or id < %(before)s)
order by id desc
limit %(limit)s

-- name: update
update projects
set name = coalesce(%(project_name)s, name), is_public = coalesce(%(is_public)s, is_public),
    updated_at = now()
where id = %(project_id)s and owner_id = %(owner_id)s
returning *

-- name: lock_assets
select id from assets where project_id = %(project_id)s order by id for update

-- name: unfinished_jobs
select id, kind from jobs
where state in ('pending', 'processing', 'suspended')
  and (project_id = %(project_id)s
       or asset_id in (select id from assets where project_id = %(project_id)s))
order by id

-- name: delete
delete from projects where id = %(project_id)s
