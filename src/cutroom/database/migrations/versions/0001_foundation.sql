-- Who
create table users (
    id uuid primary key,
    email text not null,
    password_hash text,                     -- null: signs in by link or key only
    is_operator boolean not null default false,
    created_at timestamptz not null default now()
);
create unique index users_email on users (lower(email));

create table sessions (
    id uuid primary key,
    user_id uuid not null references users on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index sessions_user on sessions (user_id);

create table sign_in_links (
    token_hash text primary key,            -- SHA-256 of the token
    user_id uuid not null references users on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);

create table api_keys (
    id uuid primary key,
    user_id uuid not null references users on delete cascade,
    name text not null,
    prefix text not null,                   -- what the owner recognises it by
    key_hash text not null unique,          -- SHA-256: the key has 256 random bits
    created_at timestamptz not null default now(),
    last_used_at timestamptz
);
create index api_keys_user on api_keys (user_id);

create table login_failures (
    subject text not null,                  -- an e-mail address or a network address, hashed
    at timestamptz not null default now()
);
create index login_failures_subject on login_failures (subject, at);

create table secrets (
    name text primary key,
    value text not null
);

-- What
create table projects (
    id uuid primary key,
    owner_id uuid not null references users on delete cascade,
    name text not null,
    is_public boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index projects_owner on projects (owner_id, id desc);

create table files (                        -- bytes in storage, once per owner and content
    id uuid primary key,
    owner_id uuid not null,
    sha256 text not null,
    bytes bigint not null,
    storage_key text not null,
    created_at timestamptz not null default now(),
    touched_at timestamptz not null default now(),   -- a file younger than the sweep's grace stays
    unique (owner_id, sha256)
);

create table assets (
    id uuid primary key,
    project_id uuid not null references projects on delete cascade,
    owner_id uuid not null,
    name text not null,
    kind text not null,                     -- video, audio, image, subtitles, document
    mime_type text not null,
    file_id uuid not null references files,
    poster_file_id uuid references files,
    waveform_file_id uuid references files,
    media jsonb not null default '{}',
    source_job_id uuid,
    created_at timestamptz not null default now()
);
create index assets_project on assets (project_id, id desc);
create index assets_file on assets (file_id);
create index assets_poster on assets (poster_file_id) where poster_file_id is not null;
create index assets_waveform on assets (waveform_file_id) where waveform_file_id is not null;
create index assets_job on assets (source_job_id) where source_job_id is not null;

-- Work
create sequence job_versions;               -- every change of a job takes the next: the event id

create table jobs (
    id uuid primary key,
    owner_id uuid not null,
    kind text not null,
    project_id uuid,
    asset_id uuid,
    input jsonb not null,
    queue text not null,
    priority integer not null default 0,
    state text not null default 'pending'
        check (state in ('pending', 'processing', 'suspended', 'completed', 'failed', 'cancelled')),
    attempt integer not null default 1,     -- the fencing token
    failures integer not null default 0,    -- of the current step, since its last success
    takeovers integer not null default 0,
    children_pending integer not null default 0,
    waits_for text,                         -- the token of a suspended run
    waiting text,                           -- the same, said to people
    run_at timestamptz,                     -- not before
    start_time timestamptz,                 -- the start that a start rate gave it
    parent_id uuid,
    ticket bigint,
    worker_id uuid,
    lease_until timestamptz,
    progress real not null default 0 check (progress between 0 and 100),
    message text,
    active jsonb,                           -- the step under way: name, phase, progress, startedAt
    engine text,
    cost jsonb,
    work_seconds double precision,          -- media seconds to work through, for the estimate
    estimated_seconds double precision,
    output jsonb,
    error jsonb,                            -- code, message, step, retryable, hint
    created_at timestamptz not null default clock_timestamp(),
    started_at timestamptz,
    ended_at timestamptz,
    updated_at timestamptz not null default clock_timestamp(),
    version bigint not null default nextval('job_versions')
);
create index jobs_owner on jobs (owner_id, id desc);
create index jobs_owner_version on jobs (owner_id, version);
create index jobs_unfinished on jobs (owner_id, kind) where state in ('pending', 'processing', 'suspended');
create index jobs_lease on jobs (lease_until) where state = 'processing';
create index jobs_waiting on jobs (queue, priority desc, id) where state = 'pending';
create index jobs_asset on jobs (asset_id) where state in ('pending', 'processing', 'suspended');
create index jobs_parent on jobs (parent_id) where parent_id is not null;
create index jobs_history on jobs (kind, ended_at desc) where state = 'completed';
create index jobs_ended on jobs (ended_at) where state in ('completed', 'failed', 'cancelled');

create function jobs_changed() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        new.version := nextval('job_versions');
        new.updated_at := clock_timestamp();
    end if;
    perform pg_notify('cutroom_jobs', json_build_object(
        'job', new.id, 'owner', new.owner_id, 'version', new.version, 'state', new.state,
        'status', tg_op = 'INSERT' or old.state is distinct from new.state
            or old.waiting is distinct from new.waiting)::text);
    return new;
end $$;
create trigger jobs_inserted before insert on jobs for each row execute function jobs_changed();
create trigger jobs_updated before update on jobs for each row
    when ((old.state, old.attempt, old.progress, old.message, old.active, old.waiting)
        is distinct from (new.state, new.attempt, new.progress, new.message, new.active, new.waiting))
    execute function jobs_changed();

create table steps (                        -- finished steps: the memory of a job
    id uuid primary key,
    job_id uuid not null references jobs on delete cascade,
    name text not null,
    input_hash text not null,
    output jsonb not null,
    attempt integer not null,
    engine text,
    cost jsonb,
    started_at timestamptz not null,
    ended_at timestamptz not null default clock_timestamp(),
    unique (job_id, name, input_hash)
);

create table step_files (
    step_id uuid not null references steps on delete cascade,
    file_id uuid not null references files,
    primary key (step_id, file_id)
);
create index step_files_file on step_files (file_id);

create table job_logs (
    id bigint generated always as identity primary key,
    job_id uuid not null references jobs on delete cascade,
    at timestamptz not null default clock_timestamp(),
    level text not null,
    step text,
    attempt integer not null,
    message text not null
);
create index job_logs_job on job_logs (job_id, id);

create table idempotency_keys (
    owner_id uuid not null,
    key text not null,                      -- SHA-256 of the header's value
    request_hash text not null,             -- method, path and body
    status integer,                         -- null while the first request is under way
    answer jsonb,
    claim_id uuid not null,                 -- the request that may write the answer
    created_at timestamptz not null default now(),   -- renewed while under way
    primary key (owner_id, key)
);

create table paused_queues (
    queue text primary key,
    since timestamptz not null default clock_timestamp()
);

create table start_times (                  -- the last starts that a start rate gave out, oldest first
    queue text primary key,
    starts timestamptz[] not null default '{}'
);

create table schedules (
    id uuid primary key,
    owner_id uuid not null references users on delete cascade,
    kind text not null,
    request jsonb not null,
    cron text not null,
    timezone text not null,
    next_at timestamptz not null,
    last_job_id uuid,
    last_error text,                        -- why the last turn made no job
    created_at timestamptz not null default now()
);
create index schedules_owner on schedules (owner_id, id desc);
create index schedules_due on schedules (next_at);

create table workers (
    id uuid primary key,
    host text not null,
    pid integer not null,
    queues text[] not null,
    concurrency integer not null,
    started_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp()
);
