-- How long history is kept.
CREATE VIEW almanac.retention AS
	SELECT r.stream, r.tier, r.bucket, r.keep, r.default_keep, r.complete_until, r.dropped_until, r.partitions, r.bytes FROM (
	SELECT s.stream, t.tier, t.bucket, CASE WHEN o.stream IS NULL THEN t.keep ELSE o.keep END AS keep, t.keep AS default_keep,
		NULLIF(CASE WHEN t.bucket IS NOT NULL THEN r.rolled_until END, '-infinity') AS complete_until,
		NULLIF(CASE t.tier WHEN 'raw' THEN r.since_raw WHEN '10min' THEN r.since_10min WHEN '1h' THEN r.since_1h WHEN '1d' THEN r.since_1d END,
			'-infinity') AS dropped_until,
		p.partitions, p.bytes, s.stream_id, t.ordinal
	FROM (SELECT DISTINCT c.stream, c.stream_id FROM almanac.stream_columns() c) s
	CROSS JOIN (VALUES ('raw', NULL::interval, '14 days'::interval, 1), ('10min', '10 minutes', '90 days', 2), ('1h', '1 hour', '2 years', 3),
		('1d', '1 day', NULL, 4), ('series', NULL, '400 days', 5)) AS t (tier, bucket, keep, ordinal)
	LEFT JOIN almanac.retention_settings o ON o.stream = s.stream AND o.tier = t.tier
	LEFT JOIN almanac.tier_state r ON r.stream = s.stream_id
	CROSS JOIN LATERAL (SELECT pg_catalog.count(*) AS partitions, COALESCE(pg_catalog.sum(pg_catalog.pg_total_relation_size(i.inhrelid)), 0)::bigint AS bytes
		FROM pg_catalog.pg_inherits i
		WHERE i.inhparent = pg_catalog.to_regclass(pg_catalog.format('almanac.%I', s.stream || '_' || t.tier))) p
	WHERE t.tier <> 'series' OR s.stream IN ('statement', 'table', 'index', 'wait', 'plan')
	UNION ALL
	SELECT 'event', 'raw', NULL, CASE WHEN o.stream IS NULL THEN t.keep ELSE o.keep END, t.keep, NULL, NULL, 0,
		pg_catalog.pg_total_relation_size('almanac.event_log'), 32767, 1
	FROM (VALUES ('2 years'::interval)) AS t (keep)
	LEFT JOIN almanac.retention_settings o ON o.stream = 'event' AND o.tier = 'raw'
	) r ORDER BY r.stream_id, r.ordinal;
COMMENT ON VIEW almanac.retention IS
	'how long each stream is kept in each resolution, and what there is; keep NULL: for ever; change it with set_retention()';

CREATE FUNCTION almanac.set_retention(stream text, tier text, keep interval) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	wrong record;
BEGIN
	IF NOT EXISTS (SELECT FROM almanac.retention r WHERE r.stream = set_retention.stream) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('stream %s does not exist', COALESCE(quote_literal(stream), 'NULL')),
			HINT = (SELECT 'Streams are ' || string_agg(DISTINCT r.stream, ', ') || '.' FROM almanac.retention r);
	END IF;
	IF NOT EXISTS (SELECT FROM almanac.retention r WHERE r.stream = set_retention.stream AND r.tier = set_retention.tier) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('tier %s does not exist', COALESCE(quote_literal(tier), 'NULL')),
			HINT = 'Tiers are raw, 10min, 1h and 1d; and series, the names and texts of what is gone.';
	END IF;
	IF keep < '1 day' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('history cannot be kept for only %s', keep),
			HINT = 'Whole UTC days are rolled up and dropped: keep at least 1 day, or NULL for ever.';
	END IF;
	INSERT INTO almanac.retention_settings AS o VALUES (set_retention.stream, set_retention.tier, set_retention.keep)
		ON CONFLICT ON CONSTRAINT retention_settings_pkey DO UPDATE SET keep = EXCLUDED.keep;
	SELECT r.tier, r.keep, n.tier AS next, n.keep AS next_keep INTO wrong
	FROM (SELECT a.*, lead(a.tier) OVER w AS next_tier FROM almanac.retention a WHERE a.stream = set_retention.stream AND a.tier <> 'series'
		WINDOW w AS (ORDER BY array_position(ARRAY['raw', '10min', '1h', '1d'], a.tier))) r
	JOIN almanac.retention n ON n.stream = r.stream AND n.tier = r.next_tier
	WHERE (r.keep IS NULL AND n.keep IS NOT NULL) OR r.keep > n.keep;
	IF FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
			MESSAGE = format('tier %s would be kept for %s, longer than the coarser tier %s, which is kept for %s', wrong.tier,
				COALESCE(wrong.keep::text, 'ever'), wrong.next, COALESCE(wrong.next_keep::text, 'ever')),
			HINT = format('Set that of tier %s first.', CASE WHEN set_retention.tier = wrong.tier THEN wrong.next ELSE wrong.tier END);
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.set_retention(text, text, interval) IS
	'sets how long a stream (statement, table, ...) is kept in a tier (raw, 10min, 1h, 1d), or the names of series that are gone; NULL: for ever';

-- Each in a transaction of its own: all at once, in DROP EXTENSION, they may need more locks than the server has room for. Without SET, which
-- would forbid to commit.
CREATE PROCEDURE almanac.drop_history()
	LANGUAGE plpgsql
AS $$
DECLARE
	part regclass;
BEGIN
	LOOP
		PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
		SELECT c.oid INTO part FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class r ON r.oid = i.inhparent
			WHERE r.relnamespace = 'almanac'::regnamespace AND r.relkind = 'p' AND c.relkind = 'r' ORDER BY c.oid LIMIT 1;
		EXIT WHEN NOT FOUND;
		EXECUTE format('ALTER EXTENSION pg_almanac DROP TABLE %s', part);
		EXECUTE format('DROP TABLE %s', part);
		COMMIT;
	END LOOP;
END
$$;
COMMENT ON PROCEDURE almanac.drop_history() IS 'drops what was recorded, in small transactions, to be called before DROP EXTENSION';
