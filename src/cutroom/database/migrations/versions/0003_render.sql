create table templates (
    id uuid primary key,
    owner_id uuid not null references users on delete cascade,
    name text not null,
    version integer not null,               -- the newest; a change makes the next
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp()
);
create index templates_owner on templates (owner_id, id desc);

create table template_versions (            -- never changed: jobs name them
    template_id uuid not null references templates on delete cascade,
    version integer not null,
    document json not null,                 -- as it was written, its order included
    created_at timestamptz not null default clock_timestamp(),
    primary key (template_id, version)
);

create table segments (                     -- encoded stretches of films, under the hash of what they show
    owner_id uuid not null,
    key text not null,
    file_id uuid not null references files,
    used_at timestamptz not null default clock_timestamp(),
    primary key (owner_id, key)
);
create index segments_file on segments (file_id);
create index segments_used on segments (used_at);

alter table jobs add column webhook_url text;           -- who is told when it ends

create table webhook_secrets (
    owner_id uuid primary key references users on delete cascade,
    secret text not null,                   -- whsec_ and base64
    former text,                            -- signs too for a day after a rotation
    rotated_at timestamptz not null default clock_timestamp()
);

create table webhook_deliveries (           -- written in the transaction that ends the job
    id uuid primary key,                    -- the webhook-id: the same at every attempt
    owner_id uuid not null,
    job_id uuid not null,
    url text not null,
    event text not null,                    -- job.completed, job.failed, job.cancelled
    content jsonb not null,
    state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
    attempts integer not null default 0,
    next_at timestamptz not null default clock_timestamp(),
    answer integer,                         -- the last HTTP status
    problem text,                           -- why the last attempt failed
    created_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz
);
create index webhook_deliveries_due on webhook_deliveries (next_at) where state = 'pending';
create index webhook_deliveries_owner on webhook_deliveries (owner_id, id desc);
create index webhook_deliveries_ended on webhook_deliveries (ended_at) where ended_at is not null;
