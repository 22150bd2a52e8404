create table subtitles (
    id uuid primary key,
    project_id uuid not null references projects on delete cascade,
    owner_id uuid not null,
    asset_id uuid references assets on delete set null,     -- the recording
    job_id uuid,                            -- what made them
    name text not null,
    language text not null,                 -- BCP 47
    preset text not null,                   -- whose rules they are checked against
    rate text not null,                     -- frames per second as a fraction: 24000/1001
    seconds double precision,               -- length of the recording
    shots jsonb not null default '[]',      -- first moments of new shots, seconds as fractions
    revision integer not null default 1,    -- of what is shown: the next edit must name it
    position integer not null default 0,    -- how many edits of the history are applied
    cue_count integer not null,
    cues jsonb not null,
    content_id uuid not null,               -- a new one with every change of the cues
    origin jsonb not null default '{}',     -- engine, trust, notes, faults of the file
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp()
);
create index subtitles_owner on subtitles (owner_id, id desc);
create index subtitles_project on subtitles (project_id, id desc);
create index subtitles_asset on subtitles (asset_id, id desc) where asset_id is not null;
create index subtitles_job on subtitles (job_id) where job_id is not null;

create table subtitle_edits (               -- applied ones up to subtitles.position, undone ones above
    subtitles_id uuid not null references subtitles on delete cascade,
    position integer not null,
    label text not null,                    -- for people: "Split cue 12"
    splices jsonb not null,
    characters integer not null,            -- of the splices as text
    created_at timestamptz not null default clock_timestamp(),
    primary key (subtitles_id, position)
);

create view subtitle_headers as             -- what lists show: nothing that grows with the recording
select subtitles.id, project_id, owner_id, asset_id, job_id, name, language, preset, rate, seconds, revision,
       subtitles.position, cue_count, content_id, origin, subtitles.created_at, updated_at,
       undoable.label as undo_label, redoable.label as redo_label
from subtitles
left join subtitle_edits undoable
    on undoable.subtitles_id = subtitles.id and undoable.position = subtitles.position
left join subtitle_edits redoable
    on redoable.subtitles_id = subtitles.id and redoable.position = subtitles.position + 1;
