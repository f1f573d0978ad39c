-- Optimizations: what people write down about them, and what they read. How they are measured is in 79_optimizations.sql.

CREATE FUNCTION almanac.begin_optimization(title text, statements bigint[] DEFAULT NULL, tables text[] DEFAULT NULL, hypothesis text DEFAULT NULL, expected text DEFAULT NULL,
		effort_hours double precision DEFAULT NULL, database name DEFAULT NULL, at timestamptz DEFAULT now()) RETURNS bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	id bigint;
	wrong text;
	names text[];
	known record;
BEGIN
	IF title IS NULL OR btrim(title) = '' OR length(title) > 1000 THEN
		PERFORM almanac.metric_refuse('22023', 'title of an optimization must have 1 to 1000 characters', 'Say what is changed, such as: index on orders (account).');
	ELSIF effort_hours IS NOT NULL AND (effort_hours >= 0 AND effort_hours < 'infinity') IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('22023', format('effort_hours cannot be %s', effort_hours));
	ELSIF isfinite(at) IS NOT TRUE OR at > clock_timestamp() + '1 min'::interval THEN
		PERFORM almanac.metric_refuse('22023', 'an optimization must begin at a finite time, not in the future');
	ELSIF database IS NOT NULL AND NOT EXISTS (SELECT FROM pg_database d WHERE d.datname = database) THEN
		PERFORM almanac.metric_refuse('22023', format('database "%s" does not exist', database));
	END IF;
	wrong := (SELECT COALESCE(s.queryid::text, 'NULL') FROM unnest(statements) AS s (queryid) WHERE NOT EXISTS (SELECT FROM almanac.statement_keys k WHERE k.queryid = s.queryid AND k.server_id = 0) LIMIT 1);
	IF wrong IS NOT NULL THEN
		PERFORM almanac.metric_refuse('22023', format('no statement with queryid %s is in the history', wrong), 'Statements are known from the second snapshot on: see almanac.statements.');
	END IF;
	INSERT INTO almanac.optimization_log AS l (title, state, origin, hypothesis, expected, effort_hours, started, set_by) VALUES (title, 'running', 'manual', hypothesis, expected, effort_hours, at, session_user)
		RETURNING l.optimization_id INTO id;
	INSERT INTO almanac.optimization_parts (optimization_id, queryid, datname) SELECT DISTINCT id, s.queryid, database FROM unnest(statements) AS s (queryid);
	FOREACH wrong IN ARRAY COALESCE(tables, '{}') LOOP
		names := parse_ident(wrong);
		SELECT d.datname, k.schemaname, k.relname INTO known FROM almanac.table_keys k JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = 0
			WHERE k.server_id = 0 AND d.datname = COALESCE(database, current_database()) AND k.relname = names[cardinality(names)] AND k.schemaname = CASE WHEN cardinality(names) = 1 THEN 'public' ELSE names[1] END;
		IF known.relname IS NULL OR cardinality(names) > 2 THEN
			PERFORM almanac.metric_refuse('22023', format('table %s of database "%s" is not in the history', COALESCE(wrong, 'NULL'), COALESCE(database, current_database())),
				'Tables are named with their schema, and known from the first snapshot on: see almanac.table_history.');
		END IF;
		INSERT INTO almanac.optimization_parts (optimization_id, datname, schemaname, relname) SELECT id, known.datname, known.schemaname, known.relname
			WHERE NOT EXISTS (SELECT FROM almanac.optimization_parts p WHERE p.optimization_id = id AND p.datname = known.datname AND p.schemaname = known.schemaname AND p.relname = known.relname);
	END LOOP;
	RETURN id;
END
$$;
COMMENT ON FUNCTION almanac.begin_optimization(text, bigint[], text[], text, text, double precision, name, timestamptz) IS
	'notes that somebody sets out to make statements or tables faster or smaller (neither: the server), and returns its number';

CREATE FUNCTION almanac.finish_optimization(id bigint, at timestamptz DEFAULT now(), effort_hours double precision DEFAULT NULL) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	o almanac.optimization_log;
BEGIN
	SELECT l.* INTO o FROM almanac.optimization_log l WHERE l.optimization_id = id FOR UPDATE;
	IF o.state IS DISTINCT FROM 'running' THEN
		PERFORM almanac.metric_refuse('22023', format('there is no running optimization %s', COALESCE(id::text, 'NULL')), 'See view almanac.optimizations.');
	ELSIF isfinite(at) IS NOT TRUE OR at > clock_timestamp() + '1 min'::interval OR at < o.started THEN
		PERFORM almanac.metric_refuse('22023', 'an optimization must be finished at a finite time, after it began and not in the future');
	ELSIF finish_optimization.effort_hours IS NOT NULL AND (finish_optimization.effort_hours >= 0 AND finish_optimization.effort_hours < 'infinity') IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('22023', format('effort_hours cannot be %s', finish_optimization.effort_hours));
	END IF;
	UPDATE almanac.optimization_log l SET state = 'finished', finished = at, verdict = 'too early', effort_hours = COALESCE(finish_optimization.effort_hours, l.effort_hours),
		event_id = almanac.mark(o.title, 'optimization', at) WHERE l.optimization_id = id;
END
$$;
COMMENT ON FUNCTION almanac.finish_optimization(bigint, timestamptz, double precision) IS 'notes since when an optimization is in effect, and marks that in events; before and after are compared from then on';

CREATE FUNCTION almanac.withdraw_optimization(id bigint) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	event bigint;
BEGIN
	SELECT l.event_id INTO event FROM almanac.optimization_log l WHERE l.optimization_id = id FOR UPDATE;
	UPDATE almanac.optimization_log l SET state = 'withdrawn', withdrawn = clock_timestamp(), event_id = NULL WHERE l.optimization_id = id AND l.state <> 'withdrawn';
	IF NOT FOUND THEN
		PERFORM almanac.metric_refuse('22023', format('there is no optimization %s to withdraw', COALESCE(id::text, 'NULL')), 'See view almanac.optimizations.');
	END IF;
	DELETE FROM almanac.marks m WHERE m.event_id = event;
END
$$;
COMMENT ON FUNCTION almanac.withdraw_optimization(bigint) IS 'gives an optimization up, or takes it back: what was compared stays, its mark in events goes';

CREATE VIEW almanac.optimizations AS
	SELECT o.optimization_id AS id, o.title, o.state, CASE WHEN o.state <> 'withdrawn' OR o.verdict <> 'too early' THEN o.verdict END AS verdict, o.origin, o.started, o.finished, o.mean_before_ms, o.mean_after_ms, o.mean_after_ms / NULLIF(o.mean_before_ms, 0) - 1 AS mean_change,
		o.p_value, CASE WHEN o.p_value IS NOT NULL THEN o.p_value <= 0.05 END AS significant, o.p95_before_ms, o.p95_after_ms, o.calls_per_day_before, o.calls_per_day_after,
		o.calls_per_day_after / NULLIF(o.calls_per_day_before, 0) - 1 AS load_change, o.seconds_per_day_before, o.seconds_per_day_after, o.bytes_before, o.bytes_after,
		o.saved_seconds_per_day, o.saved_seconds_total, o.bytes_before - o.bytes_after AS saved_bytes, o.effort_hours, o.saved_seconds_total / NULLIF(o.effort_hours, 0) AS seconds_saved_per_hour_spent,
		o.hypothesis, o.expected, CASE WHEN o.state = 'finished' THEN CASE
			WHEN o.error IS NOT NULL THEN 'could not be measured: ' || o.error
			WHEN o.measured IS NULL THEN 'has not been measured yet'
			WHEN o.verdict IN ('too early', 'unknown') AND o.calls_per_day_before IS NULL THEN 'no statement that it is about was recorded before it'
			WHEN o.verdict IN ('too early', 'unknown') AND o.calls_per_day_after IS NULL THEN 'no statement that it is about was recorded since'
			WHEN o.verdict IN ('too early', 'unknown') THEN 'too few intervals with calls to tell'
			WHEN abs(ln(NULLIF(o.calls_per_day_after, 0) / NULLIF(o.calls_per_day_before, 0))) > ln(1.5) THEN 'the load is another: calls a day changed by more than half; what is saved is reckoned at the calls since' END END AS note,
		o.before_from, o.before_to, o.after_from, o.after_to, o.measured, o.final, o.withdrawn, o.finding_id, o.event_id, o.set_by
	FROM almanac.optimization_log o
	ORDER BY o.optimization_id;
COMMENT ON VIEW almanac.optimizations IS 'what was done to make something faster or smaller: before and after, whether that is more than chance, and what it has saved so far';

CREATE VIEW almanac.optimization_measures AS
	SELECT r.optimization_id AS id, r.stream AS kind, r.object, r.datname, r.metric, r.unit, r.before, r.after, r.after / NULLIF(r.before, 0) - 1 AS change, r.p_value, r.significant,
		s.rolname, s.query, r.series_id
	FROM almanac.optimization_results r LEFT JOIN almanac.statement_names s ON r.stream = 'statement' AND s.series_id = r.series_id;
COMMENT ON VIEW almanac.optimization_measures IS 'what each statement and table of optimizations took before and after';

CREATE FUNCTION almanac.optimization_effects(id bigint)
	RETURNS TABLE (kind text, object text, datname name, metric text, unit text, before double precision, after double precision, change double precision, p_value double precision,
		significant boolean, rolname name, query text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM almanac.optimizations o WHERE o.id = optimization_effects.id) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no optimization %s', COALESCE(optimization_effects.id::text, 'NULL')), HINT = 'See view almanac.optimizations.';
	END IF;
	RETURN QUERY SELECT m.kind, m.object, m.datname, m.metric, m.unit, m.before, m.after, m.change, m.p_value, m.significant, m.rolname, m.query
		FROM almanac.optimization_measures m WHERE m.id = optimization_effects.id
		ORDER BY m.kind, max(COALESCE(m.before, m.after)) FILTER (WHERE m.metric = 'seconds_per_day') OVER (PARTITION BY m.kind, m.series_id) DESC NULLS LAST, m.series_id,
			array_position('{mean_exec_ms,p95_ms,cost_ms,blks_per_call,wal_bytes_per_call,calls_per_day,seconds_per_day,total_bytes,table_bytes,index_bytes}', m.metric);
END
$$;
COMMENT ON FUNCTION almanac.optimization_effects(bigint) IS 'before and after of an optimization, of each statement and table and each metric';
