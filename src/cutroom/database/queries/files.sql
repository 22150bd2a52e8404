-- name: touch
insert into files (id, owner_id, sha256, bytes, storage_key)
values (%(file_id)s, %(owner_id)s, %(sha256)s, %(bytes)s, %(storage_key)s)
on conflict (owner_id, sha256) do update set touched_at = clock_timestamp()
returning *

-- name: find
select * from files where id = %(file_id)s and owner_id = %(owner_id)s

-- name: lock_idle
select id from files
where touched_at < now() - %(grace)s::interval
  and not exists (select from assets where assets.file_id = files.id)
  and not exists (select from assets where assets.poster_file_id = files.id)
  and not exists (select from assets where assets.waveform_file_id = files.id)
  and not exists (select from step_files where step_files.file_id = files.id)
  and not exists (select from segments where segments.file_id = files.id)
order by id
limit %(limit)s
for update skip locked

-- name: lock_new
select id from files
where id = any(%(file_ids)s) and touched_at = created_at
order by id
for update skip locked

-- name: delete_unused
delete from files
where id = any(%(file_ids)s)
  and not exists (select from assets where assets.file_id = files.id)
  and not exists (select from assets where assets.poster_file_id = files.id)
  and not exists (select from assets where assets.waveform_file_id = files.id)
  and not exists (select from step_files where step_files.file_id = files.id)
  and not exists (select from segments where segments.file_id = files.id)
returning storage_key, bytes
