-- name: counts
select
    (select count(*) from jobs where state = 'pending') as pending,
    (select count(*) from jobs where state = 'processing') as processing,
    (select count(*) from jobs where state = 'suspended') as suspended,
    (select count(*) from workers where seen_at > clock_timestamp() - interval '10 seconds') as workers
