-- What happened: what the recorder found, what people noted, and what the history of tables tells. Each branch of the derived
-- ones has one kind, so that a condition on the kind leaves the others alone, and hands down conditions on the time.
DO $$
DECLARE
	derived text;
BEGIN
	SELECT pg_catalog.string_agg(pg_catalog.format($branch$
		UNION ALL
		SELECT NULL::bigint, s."time", %1$s, NULL::timestamptz, (%2$s)::integer, %3$L::text,
			%4$L || pg_catalog.quote_ident(k.schemaname) || '.' || pg_catalog.quote_ident(k.relname), NULLIF(d.datname, ''), k.schemaname, k.relname,
			k.relname, NULL::name, NULL::text, NULL::text, 'history'::text, %5$s, k.dbid, k.relid, k.relid, k.server_id
		FROM almanac.table_samples s JOIN almanac.table_keys k ON k.series_id = s.series_id
		LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id
		WHERE %6$s AND k.schemaname <> 'almanac'$branch$,
		b.not_before, b.occurrences, b.kind, b.label, b.details, b.condition), '' ORDER BY b.kind) INTO derived
	FROM (
		SELECT m.kind, m.label, pg_catalog.format('s.last_%s', m.kind) AS not_before, pg_catalog.format('s.%s_count', m.kind) AS occurrences,
			pg_catalog.format('pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(''ms'', s.total_%s_ms))', m.kind) AS details,
			pg_catalog.format('s.%s_count > 0%s', m.kind, CASE WHEN m.command THEN pg_catalog.format(
				' AND NOT EXISTS (SELECT FROM almanac.event_log e WHERE e.kind = %L AND e.dbid = k.dbid AND e.relid = k.relid
					AND e."time" > s.last_%s - interval ''5 seconds'' AND e."time" <= s."time")', m.kind, m.kind) ELSE '' END) AS condition
		FROM (VALUES ('vacuum', 'VACUUM ', true), ('analyze', 'ANALYZE ', true), ('autovacuum', 'autovacuum of ', false),
			('autoanalyze', 'automatic analyze of ', false)) AS m (kind, label, command)
		UNION ALL
		SELECT m.kind, m.label, 's."time" - s.duration', '1', pg_catalog.format('pg_catalog.jsonb_build_object(''rows'', s.%s, ''n_live_tup'', s.n_live_tup)', m.counter),
			pg_catalog.format('s.%1$s >= 10000 AND s.%1$s >= 0.2 * (s.n_live_tup%2$s)', m.counter, m.rest)
		FROM (VALUES ('large_load', 'many rows inserted into ', 'n_tup_ins', ''), ('large_delete', 'many rows deleted from ', 'n_tup_del', ' + s.n_tup_del'))
			AS m (kind, label, counter, rest)
	) b;
	EXECUTE $view$CREATE VIEW almanac.events AS
		SELECT e.event_id, e."time", e.not_before, e.last_time, e.occurrences, e.kind, e.label, e.datname, e.schemaname, e.relname,
			e.objname AS object, e.rolname, e.old_value, e.new_value, e.source, e.details, e.dbid, e.relid, e.objid, e.server_id
		FROM almanac.event_log e
		UNION ALL
		SELECT m.event_id, m."time", NULL, NULL, 1, m.kind, m.label, NULL, NULL, NULL, NULL, m.rolname, NULL, NULL, 'people', NULL, NULL, NULL, NULL, 0
		FROM almanac.marks m$view$ || derived;
END
$$;
COMMENT ON VIEW almanac.events IS
	'what happened: settings, restarts, commands, vacuums, large loads, and what people noted with mark(); at "time" or, where not_before is set, between the two';

-- What the recorder finds. People's kinds are others.
CREATE FUNCTION almanac.event_kinds() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN ARRAY['setting_changed', 'alter_system', 'restart', 'crash', 'failover', 'server_replaced', 'version_changed', 'stats_reset',
		'extension_created', 'extension_updated', 'extension_dropped', 'database_created', 'database_dropped',
		'table_created', 'table_altered', 'table_dropped', 'table_truncated', 'table_rewritten',
		'index_created', 'index_altered', 'index_dropped', 'index_rebuilt', 'view_created', 'view_altered', 'view_dropped',
		'function_created', 'function_replaced', 'function_altered', 'function_dropped',
		'statistics_created', 'statistics_altered', 'statistics_dropped', 'vacuum', 'analyze', 'autovacuum', 'autoanalyze',
		'large_load', 'large_delete', 'plan_changed', 'events_lost'];
COMMENT ON FUNCTION almanac.event_kinds() IS 'kinds of events that are found by themselves';

CREATE FUNCTION almanac.mark(label text, kind text DEFAULT 'deployment', at timestamptz DEFAULT now()) RETURNS bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	id bigint;
BEGIN
	IF label IS NULL OR btrim(label) = '' OR length(label) > 1000 THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'label must have 1 to 1000 characters',
			HINT = 'Say what happened, such as the version that was deployed.';
	END IF;
	IF (kind ~ '^[a-z][a-z0-9_]{0,62}$') IS NOT TRUE OR kind = ANY (almanac.event_kinds()) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
			MESSAGE = format('kind %s cannot be noted by people', COALESCE(quote_literal(kind), 'NULL')),
			HINT = 'Use lower case letters, digits and underscores, such as deployment, migration or incident, and none of almanac.event_kinds().';
	END IF;
	IF isfinite(at) IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'time of an event must be finite';
	END IF;
	INSERT INTO almanac.marks AS m ("time", kind, label, rolname) VALUES (at, mark.kind, mark.label, session_user) RETURNING m.event_id INTO id;
	RETURN id;
END
$$;
COMMENT ON FUNCTION almanac.mark(text, text, timestamptz) IS 'notes an event, such as a deployment, and returns its number';

CREATE FUNCTION almanac.remove_mark(id bigint) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	DELETE FROM almanac.marks m WHERE m.event_id = id;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no mark %s', COALESCE(id::text, 'NULL')),
			HINT = 'Only what people noted can be removed: see event_id in almanac.events WHERE source = ''people''.';
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.remove_mark(bigint) IS 'removes an event that was noted with mark()';
