-- name: insert
insert into templates (id, owner_id, name, version)
values (%(template_id)s, %(owner_id)s, %(title)s, 1)
returning *

-- name: insert_version
insert into template_versions (template_id, version, document)
values (%(template_id)s, %(version)s, %(document)s)

-- name: find
select templates.*, saved.version as shown_version, saved.document, saved.created_at as saved_at
from templates
join template_versions saved on saved.template_id = templates.id
    and saved.version = coalesce(%(version)s::integer, templates.version)
where templates.id = %(template_id)s and templates.owner_id = %(owner_id)s

-- name: lock
select * from templates where id = %(template_id)s and owner_id = %(owner_id)s for update

-- name: list
select * from templates
where owner_id = %(owner_id)s and (%(before)s::uuid is null or id < %(before)s)
order by id desc
limit %(limit)s

-- name: count
select count(*) as templates from templates where owner_id = %(owner_id)s

-- name: change
update templates set name = coalesce(%(title)s, name), version = %(version)s, updated_at = clock_timestamp()
where id = %(template_id)s
returning *

-- name: versions
select version, created_at from template_versions
where template_id = %(template_id)s
order by version desc
limit 1000

-- name: delete
delete from templates where id = %(template_id)s and owner_id = %(owner_id)s
