-- name: insert
insert into subtitles (id, project_id, owner_id, asset_id, job_id, name, language, preset, rate, seconds, shots,
                       cue_count, cues, origin)
values (%(subtitles_id)s, %(project_id)s, %(owner_id)s, %(asset_id)s, %(job_id)s, %(title)s, %(language)s,
        %(preset)s, %(rate)s, %(seconds)s, %(shots)s::jsonb, %(cue_count)s, %(cues)s::jsonb, %(origin)s)

-- name: find
select subtitles.id, subtitles.project_id, subtitles.owner_id, subtitles.asset_id, subtitles.job_id,
       subtitles.name, subtitles.language, subtitles.preset, subtitles.rate, subtitles.seconds, subtitles.shots,
       subtitles.revision, subtitles.position, subtitles.cue_count, subtitles.origin, subtitles.created_at,
       subtitles.updated_at, undoable.label as undo_label, redoable.label as redo_label,
       case when %(with_cues)s then subtitles.cues::text end as cues
from subtitles
left join subtitle_edits undoable
    on undoable.subtitles_id = subtitles.id and undoable.position = subtitles.position
left join subtitle_edits redoable
    on redoable.subtitles_id = subtitles.id and redoable.position = subtitles.position + 1
where subtitles.id = %(subtitles_id)s and subtitles.owner_id = %(owner_id)s

-- name: lock
select id from subtitles where id = %(subtitles_id)s and owner_id = %(owner_id)s for update

-- name: list
select subtitles.id, subtitles.project_id, subtitles.owner_id, subtitles.asset_id, subtitles.job_id,
       subtitles.name, subtitles.language, subtitles.preset, subtitles.rate, subtitles.seconds,
       subtitles.revision, subtitles.position, subtitles.cue_count, subtitles.origin, subtitles.created_at,
       subtitles.updated_at, undoable.label as undo_label, redoable.label as redo_label
from subtitles
left join subtitle_edits undoable
    on undoable.subtitles_id = subtitles.id and undoable.position = subtitles.position
left join subtitle_edits redoable
    on redoable.subtitles_id = subtitles.id and redoable.position = subtitles.position + 1
where subtitles.owner_id = %(owner_id)s
  and (%(before)s::uuid is null or subtitles.id < %(before)s)
  and (%(project_id)s::uuid is null or subtitles.project_id = %(project_id)s)
  and (%(asset_id)s::uuid is null or subtitles.asset_id = %(asset_id)s)
  and (%(job_id)s::uuid is null or subtitles.job_id = %(job_id)s)
order by subtitles.id desc
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
    revision = revision + %(revisions)s, updated_at = clock_timestamp()
where id = %(subtitles_id)s

-- name: write
update subtitles
set cues = %(cues)s::jsonb, cue_count = %(cue_count)s, position = %(position)s, revision = revision + 1,
    updated_at = clock_timestamp()
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
