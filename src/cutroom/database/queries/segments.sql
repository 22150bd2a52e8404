-- name: use
with used as (
    update segments set used_at = clock_timestamp()
    where owner_id = %(owner_id)s and key = any(%(keys)s)
    returning key, file_id
)
select used.key, files.id as file_id, files.sha256, files.bytes from used join files on files.id = used.file_id

-- name: insert
insert into segments (owner_id, key, file_id) values (%(owner_id)s, %(key)s, %(file_id)s)
on conflict (owner_id, key) do update set file_id = excluded.file_id, used_at = clock_timestamp()

-- name: expire
delete from segments where used_at < clock_timestamp() - %(unused)s::interval

-- name: forget
delete from segments where file_id = any(%(file_ids)s)
