-- The appendix of reports: the same in more rows, and what few need.
CREATE FUNCTION almanac.report_section_appendix(context jsonb) RETURNS jsonb
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off SET pg_almanac.grain = 'raw'
AS $$
DECLARE
	"from" CONSTANT timestamptz := context ->> 'from';
	"to" CONSTANT timestamptz := context ->> 'to';
	days CONSTANT double precision := extract(epoch FROM "to" - "from") / 86400;
BEGIN
	RETURN almanac.report_blocks(
		almanac.report_table('The 40 statements that took most time', $c$
			seconds_per_day|time a day|seconds
			share|share|share
			calls_per_day|calls a day|number
			mean_ms|mean|ms
			p95_ms|p95|ms
			mean_before_ms|mean before|ms
			mean_change|changed|change
			datname|database|text|below
			rolname|role|text|below
			queryid|queryid|code|below
			query|statement|code|below$c$, almanac.report_top(context, 40, false)),
		almanac.report_table('What active sessions waited for', $c$
			wait_event_type|type|text
			wait_event|event|text
			seconds_per_day|time a day|seconds
			share|share|share$c$, COALESCE((SELECT jsonb_agg(jsonb_build_object('wait_event_type', w.wait_event_type, 'wait_event', w.wait_event, 'seconds_per_day', w.seconds / days, 'share', w.share) ORDER BY w.seconds DESC)
				FROM (SELECT w.wait_event_type, w.wait_event, w.seconds, w.share FROM almanac.top_waits("from", "to", 15) w) w), '[]')),
		almanac.report_table('Databases', $c$
			datname|database|text
			transactions_per_day|transactions a day|number
			rollback_share|rolled back|share
			cache_hit_share|in cache|share
			temp_bytes_per_day|temporary a day|bytes
			deadlocks|deadlocks|number
			size_bytes|size|bytes$c$, COALESCE((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('datname', n.datname, 'transactions_per_day', (s.xact_commit + s.xact_rollback) / days,
					'rollback_share', s.xact_rollback / NULLIF(s.xact_commit + s.xact_rollback, 0)::float8, 'cache_hit_share', s.blks_hit / NULLIF(s.blks_hit + s.blks_read, 0)::float8,
					'temp_bytes_per_day', s.temp_bytes / days, 'deadlocks', s.deadlocks, 'size_bytes', s.size_bytes)) ORDER BY s.xact_commit DESC)
				FROM almanac.sums('database', "from", "to") AS s (series_id integer, xact_commit bigint, xact_rollback bigint, blks_hit bigint, blks_read bigint, temp_bytes bigint, deadlocks bigint, size_bytes bigint)
				JOIN almanac.series_names n ON n.stream = 'database' AND n.series_id = s.series_id WHERE n.datname <> ''), '[]')),
		almanac.report_table('All findings', $c$
			severity|severity|text
			kind|kind|text
			datname|database|text
			object|object|text
			first_seen|first seen|time
			message|what|text|below$c$, COALESCE((SELECT jsonb_agg(f."row" ORDER BY f.n) FROM almanac.report_findings(context) f WHERE f.n <= 60), '[]')),
		almanac.report_table('Events', $c$
			time|time|time
			kind|kind|text
			datname|database|text
			label|what|text$c$, COALESCE((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('time', e."time", 'kind', e.kind, 'datname', e.datname, 'label', e.label)) ORDER BY e."time", e.event_id)
				FROM (SELECT * FROM almanac.events e WHERE e."time" > "from" AND e."time" <= "to" AND e.kind NOT IN ('vacuum', 'analyze', 'autovacuum', 'autoanalyze', 'large_load', 'large_delete')
					ORDER BY e."time" DESC LIMIT 60) e), '[]')),
		almanac.report_table('What recording cost', $c$
			stream|stream|text
			snapshots|looks|number
			cpu_ms|processor time|ms
			bytes|packed|bytes
			wal_bytes|WAL|bytes$c$, COALESCE((SELECT jsonb_agg(jsonb_build_object('stream', s.stream, 'snapshots', s.looks, 'cpu_ms', s.cpu, 'bytes', s.bytes, 'wal_bytes', s.wal) ORDER BY s.cpu DESC)
				FROM (SELECT s.stream, count(*) AS looks, sum(s.cpu_ms) AS cpu, sum(s.bytes) AS bytes, sum(s.wal_bytes) AS wal FROM almanac.snapshots s
					WHERE s."time" > "from" AND s."time" <= "to" GROUP BY 1) s), '[]')));
END
$$;
COMMENT ON FUNCTION almanac.report_section_appendix(jsonb) IS 'section of reports';
