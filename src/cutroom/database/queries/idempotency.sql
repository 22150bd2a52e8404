-- name: try_lock
select pg_try_advisory_xact_lock(hashtextextended(%(owner_id)s::text || %(key)s, 2)) as is_locked

-- name: find
select request_hash, status, answer,
    created_at < now() - interval '24 hours' as is_expired,
    created_at < now() - make_interval(secs => %(stale_seconds)s) as is_stale
from idempotency_keys where owner_id = %(owner_id)s and key = %(key)s

-- name: claim
insert into idempotency_keys (owner_id, key, request_hash, claim_id)
values (%(owner_id)s, %(key)s, %(request_hash)s, %(claim_id)s)
on conflict (owner_id, key) do update
set request_hash = excluded.request_hash, claim_id = excluded.claim_id,
    status = null, answer = null, created_at = now()

-- name: renew
update idempotency_keys set created_at = now()
where owner_id = %(owner_id)s and key = %(key)s and claim_id = %(claim_id)s and status is null

-- name: store
update idempotency_keys set status = %(status)s, answer = %(answer)s, created_at = now()
where owner_id = %(owner_id)s and key = %(key)s and claim_id = %(claim_id)s and status is null

-- name: release
delete from idempotency_keys
where owner_id = %(owner_id)s and key = %(key)s and claim_id = %(claim_id)s and status is null

-- name: sweep
delete from idempotency_keys where created_at < now() - interval '24 hours'
