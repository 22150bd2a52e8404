-- name: insert
insert into assets (id, project_id, owner_id, name, kind, mime_type, file_id, poster_file_id,
                    waveform_file_id, media, source_job_id)
values (%(asset_id)s, %(project_id)s, %(owner_id)s, %(asset_name)s, %(kind)s, %(mime_type)s, %(file_id)s,
        %(poster_file_id)s, %(waveform_file_id)s, %(media)s, %(source_job_id)s)

-- name: find
select assets.*, files.sha256, files.bytes, files.storage_key, projects.is_public
from assets
join files on files.id = assets.file_id
join projects on projects.id = assets.project_id
where assets.id = %(asset_id)s and assets.owner_id = %(owner_id)s

-- name: hold
select assets.*, files.sha256, files.bytes, files.storage_key, projects.is_public
from assets
join files on files.id = assets.file_id
join projects on projects.id = assets.project_id
where assets.id = %(asset_id)s and assets.owner_id = %(owner_id)s
for key share of assets

-- name: find_served
select assets.*, files.sha256, files.bytes, files.storage_key, projects.is_public,
       posters.sha256 as poster_sha256, posters.bytes as poster_bytes, posters.storage_key as poster_key,
       waveforms.sha256 as waveform_sha256, waveforms.bytes as waveform_bytes,
       waveforms.storage_key as waveform_key
from assets
join files on files.id = assets.file_id
join projects on projects.id = assets.project_id
left join files posters on posters.id = assets.poster_file_id
left join files waveforms on waveforms.id = assets.waveform_file_id
where assets.id = %(asset_id)s

-- name: list
select assets.*, files.sha256, files.bytes, files.storage_key, projects.is_public,
       sources.name as source_name
from assets
join files on files.id = assets.file_id
join projects on projects.id = assets.project_id
left join jobs on jobs.id = assets.source_job_id
left join assets sources on sources.id = jobs.asset_id
where assets.project_id = %(project_id)s and assets.owner_id = %(owner_id)s
  and (%(before)s::uuid is null or assets.id < %(before)s)
  and (%(kind)s::text is null or assets.kind = %(kind)s)
order by assets.id desc
limit %(limit)s

-- name: rename
update assets set name = %(asset_name)s where id = %(asset_id)s and owner_id = %(owner_id)s

-- name: lock
select id from assets where id = %(asset_id)s and owner_id = %(owner_id)s for update

-- name: unfinished_jobs
select id, kind from jobs
where asset_id = %(asset_id)s and state in ('pending', 'processing', 'suspended')
order by id

-- name: delete
delete from assets where id = %(asset_id)s

-- name: list_owned
select assets.id, assets.name, assets.kind, projects.name as project_name
from assets
join projects on projects.id = assets.project_id
where assets.owner_id = %(owner_id)s and assets.kind = any(%(kinds)s)
order by assets.id desc
limit %(limit)s
