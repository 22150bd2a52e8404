-- name: insert
insert into subtitles (id, project_id, owner_id, asset_id, job_id, name, language, preset, rate, seconds,
                       shots, cue_count, cues, content_id, origin)
values (%(subtitles_id)s, %(project_id)s, %(owner_id)s, %(asset_id)s, %(job_id)s, %(title)s, %(language)s,
        %(preset)s, %(rate)s, %(seconds)s, %(shots)s::jsonb, %(cue_count)s, %(cues)s::jsonb, %(content_id)s,
        %(origin)s)

-- name: find
select * from subtitle_headers where id = %(subtitles_id)s and owner_id = %(owner_id)s

-- name: read
select subtitle_headers.*, subtitles.shots,
       case when subtitles.content_id <> all(%(known)s::uuid[]) then subtitles.cues::text end as cues
from subtitle_headers
join subtitles on subtitles.id = subtitle_headers.id
where subtitle_headers.id = %(subtitles_id)s and subtitle_headers.owner_id = %(owner_id)s

-- name: lock
select id from subtitles where id = %(subtitles_id)s and owner_id = %(owner_id)s for update

-- name: list
select * from subtitle_headers
where owner_id = %(owner_id)s
  and (%(before)s::uuid is null or id < %(before)s)
  and (%(project_id)s::uuid is null or project_id = %(project_id)s)
  and (%(asset_id)s::uuid is null or asset_id = %(asset_id)s)
  and (%(job_id)s::uuid is null or job_id = %(job_id)s)
order by id desc
limit %(limit)s

-- name: last_shots
select shots from subtitles
where asset_id = %(asset_id)s and owner_id = %(owner_id)s and shots <> '[]'::jsonb
order by id desc
limit 1

-- name: change
update subtitles
set name = coalesce(%(title)s, name), language = coalesce(%(language)s, language),
    preset = coalesce(%(preset)s, preset), rate = coalesce(%(rate)s, rate),
    asset_id = coalesce(%(asset_id)s, asset_id), seconds = coalesce(%(seconds)s, seconds),
    shots = coalesce(%(shots)s::jsonb, shots),
    revision = revision + %(revisions)s, updated_at = clock_timestamp()
where id = %(subtitles_id)s

-- name: write
update subtitles
set cues = %(cues)s::jsonb, content_id = %(content_id)s, cue_count = %(cue_count)s,
    position = %(position)s, revision = revision + 1, updated_at = clock_timestamp()
where id = %(subtitles_id)s

-- name: delete
delete from subtitles where id = %(subtitles_id)s and owner_id = %(owner_id)s

-- name: insert_edit
insert into subtitle_edits (subtitles_id, position, label, splices, characters)
values (%(subtitles_id)s, %(position)s, %(label)s, %(splices)s::jsonb, %(characters)s)

-- name: find_edit
select label, splices::text as splices from subtitle_edits
where subtitles_id = %(subtitles_id)s and position = %(position)s

-- name: forget_undone
delete from subtitle_edits where subtitles_id = %(subtitles_id)s and position > %(position)s

-- name: forget_oldest
delete from subtitle_edits
where subtitles_id = %(subtitles_id)s and position in (
    select position from (
        select position, row_number() over (order by position desc) as place,
               sum(characters::bigint) over (order by position desc) as total
        from subtitle_edits where subtitles_id = %(subtitles_id)s
    ) newest
    where place > 1 and (place > %(most_edits)s or total > %(most_characters)s)
)
