-- name: add_user
insert into users (id, email, password_hash, is_operator)
values (%(user_id)s, %(email)s, %(password_hash)s, %(is_operator)s)
on conflict (lower(email)) do nothing
returning id, email, is_operator, created_at

-- name: find_user
select id, email, is_operator, created_at from users where id = %(user_id)s

-- name: find_user_by_email
select id, email, password_hash, is_operator, created_at from users where lower(email) = lower(%(email)s)

-- name: find_operator
select id, email, is_operator, created_at from users where is_operator order by created_at, id limit 1

-- name: set_password
update users set password_hash = %(password_hash)s where id = %(user_id)s

-- name: lock_first_start
select pg_advisory_xact_lock(hashtextextended('cutroom first start', 0))

-- name: add_session
insert into sessions (id, user_id, expires_at)
values (%(session_id)s, %(user_id)s, now() + make_interval(days => %(days)s))
returning id, created_at, expires_at

-- name: find_session
select users.id, users.email, users.is_operator
from sessions join users on users.id = sessions.user_id
where sessions.id = %(session_id)s and sessions.user_id = %(user_id)s and sessions.expires_at > now()

-- name: end_session
delete from sessions where id = %(session_id)s

-- name: add_link
insert into sign_in_links (token_hash, user_id, expires_at)
values (%(token_hash)s, %(user_id)s, now() + make_interval(mins => %(minutes)s))

-- name: redeem_link
with redeemed as (
    delete from sign_in_links where token_hash = %(token_hash)s returning user_id, expires_at
)
select users.id, users.email, users.is_operator, users.created_at
from redeemed join users on users.id = redeemed.user_id
where redeemed.expires_at > now()

-- name: add_key
insert into api_keys (id, user_id, name, prefix, key_hash)
values (%(key_id)s, %(user_id)s, %(key_name)s, %(prefix)s, %(key_hash)s)
returning id, name, prefix, created_at, last_used_at

-- name: count_keys
select count(*) as keys from api_keys where user_id = %(user_id)s

-- name: list_keys
select id, name, prefix, created_at, last_used_at from api_keys
where user_id = %(user_id)s and (%(before)s::uuid is null or id < %(before)s)
order by id desc limit %(limit)s

-- name: find_key
select users.id, users.email, users.is_operator, api_keys.id as key_id,
    last_used_at is null or last_used_at < now() - interval '1 minute' as is_stale
from api_keys join users on users.id = api_keys.user_id
where key_hash = %(key_hash)s

-- name: touch_key
update api_keys set last_used_at = now()
where id = %(key_id)s and (last_used_at is null or last_used_at < now() - interval '1 minute')

-- name: delete_key
delete from api_keys where id = %(key_id)s and user_id = %(user_id)s returning key_hash

-- name: lock_subject
select pg_advisory_xact_lock(hashtextextended(%(subject)s, 1))

-- name: count_failures
select count(*) as failures, min(at) as first_at,
    extract(epoch from min(at) + make_interval(mins => %(minutes)s) - clock_timestamp())::float8 as seconds_left
from (
    select at from login_failures
    where subject = %(subject)s and at > clock_timestamp() - make_interval(mins => %(minutes)s)
    order by at desc limit %(most)s
) as recent

-- name: add_failure
insert into login_failures (subject, at) values (%(subject)s, clock_timestamp()) returning at

-- name: delete_failure
delete from login_failures where subject = %(subject)s and at = %(at)s

-- name: add_secret
insert into secrets (name, value) values (%(secret_name)s, %(value)s) on conflict (name) do nothing

-- name: find_secret
select value from secrets where name = %(secret_name)s

-- name: sweep_sessions
delete from sessions where expires_at < now()

-- name: sweep_links
delete from sign_in_links where expires_at < now()

-- name: sweep_failures
delete from login_failures where at < now() - interval '1 day'
