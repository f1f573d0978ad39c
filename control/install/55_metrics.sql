-- Metrics of users: what a query of theirs measures every so often, what they push, and ratios of these and of what is recorded anyway.
-- Queries run in processes of their own (src/worker/metric_run.hpp); what they return and what is pushed goes through almanac.metric_queue
-- into the history, stream metric. A function x() that writes is the C function behind, which calls x_as() as the owner of the extension
-- and tells it who calls.

CREATE FUNCTION almanac.metric_refuse(state text, message text, hint text DEFAULT '') RETURNS void
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF hint = '' THEN
		RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message;
	END IF;
	RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, HINT = hint;
END
$$;
COMMENT ON FUNCTION almanac.metric_refuse(text, text, text) IS 'raises an error';

-- The definition of a metric for somebody who may change it: a member of the role that it runs as.
CREATE FUNCTION almanac.own_metric(caller oid, name text) RETURNS almanac.metric_definitions
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found almanac.metric_definitions;
BEGIN
	SELECT d.* INTO found FROM almanac.metric_definitions d WHERE d.name = own_metric.name;
	IF found.metric_id IS NULL THEN
		PERFORM almanac.metric_refuse('42704', format('metric %s does not exist', COALESCE('"' || own_metric.name || '"', 'NULL')), 'View almanac.metrics lists them.');
	ELSIF NOT pg_has_role(caller, found.definer, 'USAGE') THEN
		PERFORM almanac.metric_refuse('42501', format('permission denied for metric "%s"', own_metric.name), format('It belongs to role %s.', found.definer));
	END IF;
	RETURN found;
END
$$;
COMMENT ON FUNCTION almanac.own_metric(oid, text) IS 'a metric, for whoever may change it';

CREATE FUNCTION almanac.check_metric(d almanac.metric_definitions) RETURNS void
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF (d.name ~ '^[a-zA-Z_][a-zA-Z0-9_]{0,62}$') IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('42602', format('invalid name of a metric: %s', COALESCE('"' || d.name || '"', 'NULL')), 'Use up to 63 letters, digits and underscores, such as orders_per_customer.');
	ELSIF (d.kind IN ('gauge', 'counter', 'ratio')) IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('22023', format('kind of a metric cannot be %s', quote_nullable(d.kind)), 'It is gauge, for what goes up and down, or counter, for what only grows.');
	ELSIF (d.direction IN ('lower_is_better', 'higher_is_better', 'none')) IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('22023', format('direction of a metric cannot be %s', quote_nullable(d.direction)), 'It is lower_is_better, higher_is_better, or none.');
	ELSIF d.unit IS NULL OR length(d.unit) > 40 THEN
		PERFORM almanac.metric_refuse('22023', 'unit of a metric must have 40 characters at most');
	ELSIF d.sql IS NOT NULL AND (btrim(d.sql) = '' OR octet_length(d.sql) > 65536) THEN
		PERFORM almanac.metric_refuse('22023', 'query of a metric must have 1 to 65536 bytes', 'Leave it out for a metric that is pushed with record_metric().');
	ELSIF (d.every IS NOT NULL OR d.kind = 'ratio') AND (extract(year FROM d.every) <> 0 OR extract(month FROM d.every) <> 0 OR d.every NOT BETWEEN '10 s' AND '7 days') IS NOT FALSE THEN
		PERFORM almanac.metric_refuse('22023', 'a metric must run every 10 seconds to 7 days');
	ELSIF d.expected IN ('infinity', '-infinity', 'NaN') THEN
		PERFORM almanac.metric_refuse('22003', 'expected value of a metric must be finite');
	ELSIF d.sql IS NOT NULL AND (d.statement_timeout BETWEEN '1 ms' AND '10 min') IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('22023', 'statement_timeout of a metric must be 1 ms to 10 minutes');
	ELSIF d.sql IS NOT NULL AND (d.lock_timeout BETWEEN '1 ms' AND '1 min') IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('22023', 'lock_timeout of a metric must be 1 ms to 1 minute');
	ELSIF d.sql IS NOT NULL AND (d.max_rows BETWEEN 1 AND 1000) IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('22023', 'max_rows of a metric must be 1 to 1000');
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.check_metric(almanac.metric_definitions) IS 'refuses definitions that make no sense';

CREATE FUNCTION almanac.add_metric_as(caller oid, name text, sql text, every interval, database name, unit text, kind text, direction text, expected double precision,
		statement_timeout interval, lock_timeout interval, max_rows integer, comment text) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	d almanac.metric_definitions;
BEGIN
	d.name := add_metric_as.name; d.kind := add_metric_as.kind; d.sql := add_metric_as.sql; d.unit := add_metric_as.unit; d.direction := add_metric_as.direction;
	d.expected := add_metric_as.expected; d.comment := add_metric_as.comment; d.definer := caller::regrole;
	IF d.sql IS NOT NULL THEN
		d.every := COALESCE(add_metric_as.every, '5 min'); d.datname := COALESCE(add_metric_as.database, current_database());
		d.statement_timeout := add_metric_as.statement_timeout; d.lock_timeout := add_metric_as.lock_timeout; d.max_rows := add_metric_as.max_rows;
		IF NOT EXISTS (SELECT FROM pg_database b WHERE b.datname = d.datname) THEN
			PERFORM almanac.metric_refuse('3D000', format('database "%s" does not exist', d.datname));
		END IF;
	END IF;
	IF d.kind = 'ratio' THEN
		PERFORM almanac.metric_refuse('22023', 'kind of a metric cannot be ''ratio''', 'add_ratio() adds ratios.');
	END IF;
	PERFORM almanac.check_metric(d);
	INSERT INTO almanac.metric_definitions (name, kind, definer, sql, every, datname, unit, direction, expected, statement_timeout, lock_timeout, max_rows, comment)
		VALUES (d.name, d.kind, d.definer, d.sql, d.every, d.datname, d.unit, d.direction, d.expected, d.statement_timeout, d.lock_timeout, d.max_rows, d.comment)
		ON CONFLICT ON CONSTRAINT metric_definitions_name_key DO NOTHING;
	IF NOT FOUND THEN
		PERFORM almanac.metric_refuse('42710', format('metric "%s" already exists', d.name), 'alter_metric() changes it, drop_metric() drops it.');
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.add_metric_as(oid, text, text, interval, name, text, text, text, double precision, interval, interval, integer, text) IS 'what add_metric() does for a role';

CREATE FUNCTION almanac.add_metric(name text, sql text DEFAULT NULL, every interval DEFAULT '5 min', database name DEFAULT NULL, unit text DEFAULT '', kind text DEFAULT 'gauge',
		direction text DEFAULT 'none', expected double precision DEFAULT NULL, statement_timeout interval DEFAULT '5 s', lock_timeout interval DEFAULT '1 s',
		max_rows integer DEFAULT 100, comment text DEFAULT NULL) RETURNS void
	LANGUAGE C VOLATILE AS 'MODULE_PATHNAME', 'almanac_as_caller';
COMMENT ON FUNCTION almanac.add_metric(text, text, interval, name, text, text, text, double precision, interval, interval, integer, text) IS
	'adds a metric: a query that runs every so often as the role that calls this, or, without a query, one that is pushed with record_metric()';

CREATE FUNCTION almanac.alter_metric_as(caller oid, name text, sql text, every interval, unit text, direction text, expected double precision,
		statement_timeout interval, lock_timeout interval, max_rows integer, enabled boolean, comment text) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	d almanac.metric_definitions := almanac.own_metric(caller, alter_metric_as.name);
BEGIN
	IF alter_metric_as.sql IS NOT NULL AND d.sql IS NULL THEN
		PERFORM almanac.metric_refuse('42809', format('metric "%s" has no query', d.name), 'Drop it and add it again: its history stays.');
	END IF;
	d.sql := COALESCE(alter_metric_as.sql, d.sql);
	d.every := CASE WHEN d.every IS NOT NULL THEN COALESCE(alter_metric_as.every, d.every) END;
	d.unit := COALESCE(alter_metric_as.unit, d.unit);
	d.direction := COALESCE(alter_metric_as.direction, d.direction);
	d.expected := CASE WHEN alter_metric_as.expected = 'NaN' THEN NULL ELSE COALESCE(alter_metric_as.expected, d.expected) END;
	d.statement_timeout := COALESCE(alter_metric_as.statement_timeout, d.statement_timeout);
	d.lock_timeout := COALESCE(alter_metric_as.lock_timeout, d.lock_timeout);
	d.max_rows := COALESCE(alter_metric_as.max_rows, d.max_rows);
	d.enabled := COALESCE(alter_metric_as.enabled, d.enabled);
	d.comment := COALESCE(alter_metric_as.comment, d.comment);
	PERFORM almanac.check_metric(d);
	UPDATE almanac.metric_definitions m SET sql = d.sql, every = d.every, unit = d.unit, direction = d.direction, expected = d.expected, statement_timeout = d.statement_timeout,
		lock_timeout = d.lock_timeout, max_rows = d.max_rows, enabled = d.enabled, comment = d.comment WHERE m.metric_id = d.metric_id;
	-- Soon, whatever was the matter before.
	UPDATE almanac.metric_state s SET next_run = least(s.next_run, clock_timestamp()), failures_in_a_row = 0 WHERE s.metric_id = d.metric_id;
END
$$;
COMMENT ON FUNCTION almanac.alter_metric_as(oid, text, text, interval, text, text, double precision, interval, interval, integer, boolean, text) IS 'what alter_metric() does for a role';

CREATE FUNCTION almanac.alter_metric(name text, sql text DEFAULT NULL, every interval DEFAULT NULL, unit text DEFAULT NULL, direction text DEFAULT NULL, expected double precision DEFAULT NULL,
		statement_timeout interval DEFAULT NULL, lock_timeout interval DEFAULT NULL, max_rows integer DEFAULT NULL, enabled boolean DEFAULT NULL, comment text DEFAULT NULL) RETURNS void
	LANGUAGE C VOLATILE AS 'MODULE_PATHNAME', 'almanac_as_caller';
COMMENT ON FUNCTION almanac.alter_metric(text, text, interval, text, text, double precision, interval, interval, integer, boolean, text) IS
	'changes what is given of a metric; NaN takes an expected value away';

CREATE FUNCTION almanac.drop_metric_as(caller oid, name text) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	d almanac.metric_definitions := almanac.own_metric(caller, drop_metric_as.name);
BEGIN
	DELETE FROM almanac.metric_definitions m WHERE m.metric_id = d.metric_id;
	DELETE FROM almanac.projected p USING almanac.metric_keys k WHERE k.metric = d.name AND p.stream = 'metric' AND p.series_id = k.series_id;
END
$$;
COMMENT ON FUNCTION almanac.drop_metric_as(oid, text) IS 'what drop_metric() does for a role';

CREATE FUNCTION almanac.drop_metric(name text) RETURNS void LANGUAGE C VOLATILE AS 'MODULE_PATHNAME', 'almanac_as_caller';
COMMENT ON FUNCTION almanac.drop_metric(text) IS 'drops a metric or ratio; its history stays until it expires';

CREATE FUNCTION almanac.record_metric_as(caller oid, name text, value double precision, labels jsonb, at timestamptz) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	d almanac.metric_definitions;
	told text := '{}';
BEGIN
	SELECT m.* INTO d FROM almanac.metric_definitions m WHERE m.name = record_metric_as.name;
	IF d.metric_id IS NULL THEN
		PERFORM almanac.metric_refuse('42704', format('metric %s does not exist', COALESCE('"' || record_metric_as.name || '"', 'NULL')), 'Declare it with almanac.add_metric(name).');
	ELSIF d.definer <> caller AND NOT pg_has_role(caller, d.definer, 'USAGE') THEN
		PERFORM almanac.metric_refuse('42501', format('permission denied for metric "%s"', d.name), format('It belongs to role %s.', d.definer));
	ELSIF d.sql IS NOT NULL OR d.kind = 'ratio' THEN
		PERFORM almanac.metric_refuse('42809', format('metric "%s" is not pushed', d.name), 'Its values come from its query, or from other metrics.');
	ELSIF value IS NULL THEN
		PERFORM almanac.metric_refuse('22004', format('value of metric "%s" must not be null', d.name));
	ELSIF value IN ('NaN', 'infinity', '-infinity') THEN
		PERFORM almanac.metric_refuse('22003', format('value of metric "%s" must be finite, but it is %s', d.name, value));
	ELSIF isfinite(at) IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('22008', format('time of a value of metric "%s" must be finite', d.name));
	ELSIF at > clock_timestamp() + '1 min'::interval THEN
		PERFORM almanac.metric_refuse('22008', format('time of a value of metric "%s" lies in the future', d.name));
	ELSIF at < '1970-01-02' OR EXISTS (SELECT FROM almanac.tier_state t WHERE t.stream = 12 AND at < t.since_1d) THEN
		PERFORM almanac.metric_refuse('22008', format('time of a value of metric "%s" lies before all history', d.name), 'almanac.retention tells how long history is kept.');
	END IF;
	IF labels IS NOT NULL AND labels <> '{}' THEN
		IF jsonb_typeof(labels) <> 'object' OR EXISTS (SELECT FROM jsonb_each(labels) l WHERE jsonb_typeof(l.value) IN ('object', 'array')) THEN
			PERFORM almanac.metric_refuse('22023', 'labels must be a JSON object of texts', 'For instance {"region": "eu"}.');
		END IF;
		told := (SELECT COALESCE(jsonb_object_agg(l.key, l.value), '{}')::text FROM jsonb_each_text(labels) l WHERE l.value IS NOT NULL);
		IF octet_length(told) > 1024 THEN
			PERFORM almanac.metric_refuse('54000', 'labels of a metric are longer than 1024 bytes');
		END IF;
	END IF;
	INSERT INTO almanac.metric_queue (metric_id, "time", labels, value) VALUES (d.metric_id, at, told, record_metric_as.value);
END
$$;
COMMENT ON FUNCTION almanac.record_metric_as(oid, text, double precision, jsonb, timestamptz) IS 'what record_metric() does for a role';

CREATE FUNCTION almanac.record_metric(name text, value double precision, labels jsonb DEFAULT NULL, at timestamptz DEFAULT clock_timestamp()) RETURNS void
	LANGUAGE C VOLATILE AS 'MODULE_PATHNAME', 'almanac_as_caller';
COMMENT ON FUNCTION almanac.record_metric(text, double precision, jsonb, timestamptz) IS 'adds a value to a metric that has no query; never waits for others';

-- Runs, as the processes that do it see them.

CREATE VIEW almanac.metric_requests AS
	SELECT m.metric_id, m.name, m.sql, d.oid AS dbid, r.oid AS roleid, (extract(epoch FROM m.statement_timeout) * 1000)::integer AS timeout_ms,
		(extract(epoch FROM m.lock_timeout) * 1000)::integer AS lock_timeout_ms, m.max_rows, o.obstacle, o.message, m.enabled
	FROM almanac.metric_definitions m
	LEFT JOIN pg_catalog.pg_database d ON d.datname = m.datname
	LEFT JOIN pg_catalog.pg_authid r ON r.oid = m.definer
	CROSS JOIN LATERAL (SELECT CASE WHEN r.oid IS NULL THEN '42704' WHEN d.oid IS NULL THEN '3D000' WHEN NOT d.datallowconn THEN '55000'
			WHEN NOT pg_catalog.has_database_privilege(r.oid, d.oid, 'CONNECT') THEN '42501' END,
		CASE WHEN r.oid IS NULL THEN pg_catalog.format('role with OID %s does not exist', m.definer::oid) WHEN d.oid IS NULL THEN pg_catalog.format('database "%s" does not exist', m.datname)
			WHEN NOT d.datallowconn THEN pg_catalog.format('database "%s" is not currently accepting connections', m.datname)
			WHEN NOT pg_catalog.has_database_privilege(r.oid, d.oid, 'CONNECT') THEN pg_catalog.format('permission denied for database "%s"', m.datname) END) AS o (obstacle, message)
	WHERE m.sql IS NOT NULL;
COMMENT ON VIEW almanac.metric_requests IS 'queries of metrics as they are run, and what is in the way';

-- On multiples of the interval; twice as far away with each failure after the first, but not farther than an hour for that.
CREATE FUNCTION almanac.next_metric_run(every interval, failures_in_a_row integer) RETURNS timestamptz
	LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
	RETURN date_bin(every, clock_timestamp(), '2000-01-03 00:00+00') + greatest(every, least(every * (2 ^ least(greatest(failures_in_a_row - 1, 0), 16)), '1 hour'));
COMMENT ON FUNCTION almanac.next_metric_run(interval, integer) IS 'when a metric runs next';

CREATE FUNCTION almanac.claim_metrics() RETURNS SETOF almanac.metric_requests
	LANGUAGE sql VOLATILE ROWS 10 SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	WITH due AS (
		INSERT INTO almanac.metric_state AS s (metric_id, next_run)
			SELECT m.metric_id, almanac.next_metric_run(m.every, COALESCE(b.failures_in_a_row, 0)) FROM almanac.metric_definitions m LEFT JOIN almanac.metric_state b USING (metric_id)
			WHERE m.enabled AND m.sql IS NOT NULL AND COALESCE(b.next_run, '-infinity') <= clock_timestamp()
			ON CONFLICT (metric_id) DO UPDATE SET next_run = EXCLUDED.next_run
			RETURNING s.metric_id, s.failures_in_a_row
	) SELECT r.* FROM almanac.metric_requests r JOIN due d ON d.metric_id = r.metric_id ORDER BY d.failures_in_a_row, r.metric_id;
END;
COMMENT ON FUNCTION almanac.claim_metrics() IS 'metrics that are due, each of which gets its next time; those that fail come last';

CREATE FUNCTION almanac.metric_request(name text, caller oid) RETURNS almanac.metric_requests
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	d almanac.metric_definitions := almanac.own_metric(caller, metric_request.name);
	request almanac.metric_requests;
BEGIN
	IF d.sql IS NULL THEN
		PERFORM almanac.metric_refuse('42809', format('metric "%s" has no query', d.name));
	END IF;
	SELECT r.* INTO request FROM almanac.metric_requests r WHERE r.metric_id = d.metric_id;
	RETURN request;
END
$$;
COMMENT ON FUNCTION almanac.metric_request(text, oid) IS 'a metric as it is run, for run_metric()';

-- Returns whether this failure is news.
CREATE FUNCTION almanac.note_metric_run(metric_id integer, at timestamptz, elapsed_ms double precision, vals double precision[], labels text[], nulls integer, sqlstate text, message text)
	RETURNS boolean LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	n CONSTANT integer := COALESCE(array_length(vals, 1), 0);
	every CONSTANT interval := (SELECT d.every FROM almanac.metric_definitions d WHERE d.metric_id = note_metric_run.metric_id);
	before almanac.metric_state;
	wrong text := sqlstate;
	why text := message;
	told text[];
BEGIN
	IF every IS NULL THEN
		RETURN false;  -- dropped meanwhile
	END IF;
	IF wrong IS NULL THEN
		told := ARRAY(SELECT l.label::jsonb::text FROM unnest(labels) WITH ORDINALITY AS l (label, i) ORDER BY l.i);
		IF (SELECT count(DISTINCT t) FROM unnest(told) t) < n THEN
			wrong := '21000';
			why := 'query of a metric returns several rows with the same labels';
		END IF;
	END IF;
	SELECT s.* INTO before FROM almanac.metric_state s WHERE s.metric_id = note_metric_run.metric_id;
	IF before.metric_id IS NULL THEN
		INSERT INTO almanac.metric_state (metric_id, next_run) VALUES (note_metric_run.metric_id, almanac.next_metric_run(every, 0)) ON CONFLICT ON CONSTRAINT metric_state_pkey DO NOTHING;
	END IF;
	UPDATE almanac.metric_state s SET runs = s.runs + 1, last_run = at, last_elapsed_ms = elapsed_ms,
			failures = s.failures + (wrong IS NOT NULL)::integer, failures_in_a_row = CASE WHEN wrong IS NULL THEN 0 ELSE s.failures_in_a_row + 1 END,
			next_run = CASE WHEN wrong IS NULL THEN s.next_run ELSE almanac.next_metric_run(every, s.failures_in_a_row + 1) END,
			last_success = CASE WHEN wrong IS NULL THEN at ELSE s.last_success END, last_values = CASE WHEN wrong IS NULL THEN n ELSE s.last_values END,
			last_nulls = CASE WHEN wrong IS NULL THEN nulls ELSE s.last_nulls END,
			error_time = CASE WHEN wrong IS NULL THEN s.error_time ELSE at END, sqlstate = COALESCE(wrong, s.sqlstate), message = COALESCE(why, s.message)
		WHERE s.metric_id = note_metric_run.metric_id;
	IF wrong IS NULL THEN
		INSERT INTO almanac.metric_queue (metric_id, "time", labels, value)
			SELECT note_metric_run.metric_id, at, told[i], vals[i] FROM generate_series(1, n) i;
	END IF;
	RETURN wrong IS NOT NULL AND (before.sqlstate IS DISTINCT FROM wrong OR COALESCE(before.failures_in_a_row, 0) = 0 AND before.message IS DISTINCT FROM why);
END
$$;
COMMENT ON FUNCTION almanac.note_metric_run(integer, timestamptz, double precision, double precision[], text[], integer, text, text) IS 'writes down how a run of a metric went, and what it returned';

CREATE FUNCTION almanac.run_metric(name text) RETURNS integer LANGUAGE C VOLATILE STRICT AS 'MODULE_PATHNAME', 'almanac_run_metric';
COMMENT ON FUNCTION almanac.run_metric(text) IS 'runs a metric now, in a process of its own, and returns the number of values; NULL, with a warning, if it failed';

-- From the queue into the history, some thousand values at a time; whether there are more. One at a time: counters go on from what
-- the one before has left.
CREATE FUNCTION almanac.store_metric_values() RETURNS boolean
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	most CONSTANT integer := 20000;
	most_series CONSTANT integer := 1000;
	since CONSTANT timestamptz := COALESCE((SELECT greatest(t.since_1d, '1970-01-02') FROM almanac.tier_state t WHERE t.stream = 12), '1970-01-02');
	taken tid[];
BEGIN
	PERFORM pg_advisory_xact_lock('almanac.metric_queue'::regclass::oid::integer, 12);
	taken := ARRAY(SELECT q.ctid FROM almanac.metric_queue q LIMIT most);
	IF cardinality(taken) = 0 THEN
		RETURN false;
	END IF;
	INSERT INTO almanac.metric_keys (metric, labels)
		SELECT n.name, n.labels FROM (
			SELECT q.name, q.labels, row_number() OVER (PARTITION BY q.name ORDER BY q.labels) + (SELECT count(*) FROM almanac.metric_keys k WHERE k.metric = q.name AND k.server_id = 0) AS n
			FROM (SELECT DISTINCT d.name, v.labels FROM almanac.metric_queue v JOIN almanac.metric_definitions d USING (metric_id) WHERE v.ctid = ANY (taken)) q
			WHERE NOT EXISTS (SELECT FROM almanac.metric_keys k WHERE k.metric = q.name AND k.labels = q.labels AND k.server_id = 0)) n
		WHERE n.n <= most_series
		ON CONFLICT DO NOTHING;
	WITH gone AS (
		DELETE FROM almanac.metric_queue q WHERE q.ctid = ANY (taken) RETURNING q.*
	), known AS MATERIALIZED (
		SELECT g.metric_id, k.series_id, d.kind, g."time", g.value, l."time" AS last_time, l.value AS last_value
		FROM gone g JOIN almanac.metric_definitions d ON d.metric_id = g.metric_id
		LEFT JOIN almanac.metric_keys k ON k.metric = d.name AND k.labels = g.labels AND k.server_id = 0 AND g."time" >= since
		LEFT JOIN almanac.metric_last l ON l.series_id = k.series_id
	), refused AS (
		UPDATE almanac.metric_state s SET refused = s.refused + r.refused FROM (SELECT k.metric_id, count(*) AS refused FROM known k WHERE k.series_id IS NULL GROUP BY 1) r
		WHERE s.metric_id = r.metric_id
	), refused_first AS (
		INSERT INTO almanac.metric_state (metric_id, next_run, refused)
			SELECT k.metric_id, 'infinity', count(*) FROM known k WHERE k.series_id IS NULL AND NOT EXISTS (SELECT FROM almanac.metric_state s WHERE s.metric_id = k.metric_id) GROUP BY 1
	), kept AS (
		INSERT INTO almanac.metric_last AS m (series_id, "time", value)
			SELECT DISTINCT ON (k.series_id) k.series_id, k."time", k.value FROM known k WHERE k.series_id IS NOT NULL ORDER BY k.series_id, k."time" DESC, k.value DESC
			ON CONFLICT (series_id) DO UPDATE SET "time" = EXCLUDED."time", value = EXCLUDED.value WHERE EXCLUDED."time" >= m."time"
	), steps AS (
		-- What comes late has no value before it that is known.
		SELECT k.series_id, k.kind, k."time", k.value, COALESCE(k.last_time >= k."time", false) AS late,
			COALESCE(lag(k."time") OVER w, k.last_time) AS before_time, COALESCE(lag(k.value) OVER w, k.last_value) AS before_value
		FROM known k WHERE k.series_id IS NOT NULL
		WINDOW w AS (PARTITION BY k.series_id, COALESCE(k.last_time >= k."time", false) ORDER BY k."time", k.value)
	)
	INSERT INTO almanac.metric_samples (series_id, "time", duration, flags, value, total, weight, increase)
		SELECT s.series_id, s."time", CASE WHEN NOT s.late AND s."time" > s.before_time THEN s."time" - s.before_time END,
			CASE WHEN s.kind <> 'counter' THEN 0 WHEN s.late OR s.before_value IS NULL THEN 1024 WHEN s.value < s.before_value THEN 2 ELSE 0 END, s.value,
			CASE WHEN s.kind <> 'counter' THEN s.value END, CASE WHEN s.kind <> 'counter' THEN 1 END,
			CASE WHEN s.kind = 'counter' AND NOT s.late AND s.before_value IS NOT NULL THEN CASE WHEN s.value < s.before_value THEN greatest(s.value, 0) ELSE s.value - s.before_value END END
		FROM steps s;
	RETURN cardinality(taken) = most;
END
$$;
COMMENT ON FUNCTION almanac.store_metric_values() IS 'moves values of metrics from the queue into the history; true if there are more; the worker does it by itself';

-- Ratios.

-- What an operand of a ratio amounts to in steps of a length: of counters the increase, of anything else the mean, of all series together.
-- An operand is the name of a metric, or stream.column of what is recorded anyway, or several columns with + between them.
CREATE FUNCTION almanac.operand_values(operand text, step interval, "from" timestamptz, until timestamptz, datname name DEFAULT NULL)
	RETURNS TABLE (step_start timestamptz, amount double precision)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET pg_almanac.grain = 'raw'
AS $$
DECLARE
	parts CONSTANT text[] := regexp_match(operand, '^\s*([a-z]+)\.([a-z0-9_]+(\s*\+\s*[a-z0-9_]+)*)\s*$');
	columns text[];
	kinds text[];
	condition text := '';
	seconds CONSTANT integer := extract(epoch FROM step);
BEGIN
	PERFORM set_config('pg_almanac.grain', CASE WHEN seconds % 86400 = 0 THEN '1d' WHEN seconds % 3600 = 0 THEN '1h' WHEN seconds % 600 = 0 THEN '10min' ELSE 'raw' END, true);
	IF parts IS NULL THEN
		IF NOT EXISTS (SELECT FROM almanac.metric_definitions d WHERE d.name = btrim(operand)) THEN
			PERFORM almanac.metric_refuse('42704', format('metric %s does not exist', COALESCE('"' || btrim(operand) || '"', 'NULL')), 'An operand of a ratio is the name of a metric, or stream.column as almanac.stream_columns() has them.');
		END IF;
		RETURN QUERY SELECT v.step_start, sum(v.amount) FROM (
				SELECT date_bin(step, s."time" - '1 us'::interval, '2000-01-03') AS step_start, CASE WHEN count(s.increase) > 0 THEN sum(s.increase) ELSE sum(s.total) / NULLIF(sum(s.weight), 0) END AS amount
				FROM almanac.metric_samples s WHERE s.series_id = ANY (ARRAY(SELECT k.series_id FROM almanac.metric_keys k WHERE k.metric = btrim(operand) AND k.server_id = 0))
					AND s."time" > "from" AND s."time" <= until GROUP BY 1, s.series_id) v
			GROUP BY 1;
		RETURN;
	END IF;
	columns := regexp_split_to_array(btrim(parts[2]), '\s*\+\s*');
	kinds := ARRAY(SELECT DISTINCT c.kind FROM almanac.stream_columns() c WHERE c.stream = parts[1] AND c.column_name = ANY (columns));
	IF (SELECT count(*) FROM almanac.stream_columns() c WHERE c.stream = parts[1] AND c.column_name = ANY (columns) AND parts[1] <> 'metric') <> cardinality(columns)
			OR NOT (kinds <@ '{counter,duration}' OR kinds = '{gauge}') THEN
		PERFORM almanac.metric_refuse('42703', format('operand %s is not made of counters, or of gauges, of one stream', operand), 'almanac.stream_columns() lists streams, columns and kinds.');
	END IF;
	IF operand_values.datname IS NOT NULL THEN
		IF parts[1] NOT IN ('statement', 'table', 'index', 'database', 'plan', 'wait') THEN
			PERFORM almanac.metric_refuse('22023', format('operand %s is not of one database', operand));
		END IF;
		condition := format('AND s.series_id = ANY (ARRAY(SELECT k.series_id FROM almanac.%I k JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id WHERE d.datname = %L))',
			parts[1] || '_keys', operand_values.datname);
	END IF;
	RETURN QUERY EXECUTE format($q$
		SELECT v.step_start, sum(v.amount)::float8 FROM (
			SELECT date_bin($1, s."time" - '1 us'::interval, '2000-01-03') AS step_start, (%s)::float8 AS amount
			FROM almanac.%I s WHERE s."time" > $2 AND s."time" <= $3 %s GROUP BY 1, s.series_id) v
		GROUP BY 1 $q$, (SELECT string_agg(format(CASE WHEN kinds = '{gauge}' THEN 'COALESCE(avg(s.%I), 0)' ELSE 'COALESCE(sum(s.%I), 0)' END, c), ' + ') FROM unnest(columns) c),
		parts[1] || '_samples', condition) USING step, "from", until;
END
$$;
COMMENT ON FUNCTION almanac.operand_values(text, interval, timestamptz, timestamptz, name) IS 'what an operand of a ratio amounts to, in steps of a length';

CREATE FUNCTION almanac.store_ratio(d almanac.metric_definitions, step interval, "from" timestamptz, until timestamptz) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
	series integer;
BEGIN
	INSERT INTO almanac.metric_keys (metric) VALUES (d.name) ON CONFLICT DO NOTHING;
	series := (SELECT k.series_id FROM almanac.metric_keys k WHERE k.metric = d.name AND k.labels = '{}' AND k.server_id = 0);
	WITH v AS MATERIALIZED (
		SELECT n.step_start + step AS at, n.amount * COALESCE(extract(epoch FROM step)::float8 / extract(epoch FROM d.numerator_per)::float8, 1) AS total,
			m.amount * COALESCE(extract(epoch FROM step)::float8 / extract(epoch FROM d.denominator_per)::float8, 1) AS weight
		FROM almanac.operand_values(d.numerator, step, "from", until, d.datname) n JOIN almanac.operand_values(d.denominator, step, "from", until, d.datname) m USING (step_start)
		WHERE n.amount IS NOT NULL AND m.amount IS NOT NULL
	), q AS MATERIALIZED (
		SELECT v.*, CASE WHEN v.weight <> 0 THEN v.total / v.weight END AS value FROM v WHERE v.at >= COALESCE((SELECT t.since_1d FROM almanac.tier_state t WHERE t.stream = 12), '-infinity')
	), kept AS (
		INSERT INTO almanac.metric_last AS l (series_id, "time", value) SELECT series, q.at, q.value FROM q WHERE q.value IS NOT NULL ORDER BY q.at DESC LIMIT 1
			ON CONFLICT (series_id) DO UPDATE SET "time" = EXCLUDED."time", value = EXCLUDED.value WHERE EXCLUDED."time" >= l."time"
	)
	INSERT INTO almanac.metric_samples (series_id, "time", duration, flags, value, total, weight) SELECT series, q.at, step, 0, q.value, q.total, q.weight FROM q;
END
$$;
COMMENT ON FUNCTION almanac.store_ratio(almanac.metric_definitions, interval, timestamptz, timestamptz) IS 'evaluates a ratio for a stretch of time';

-- A piece of the work of each ratio that is due; whether there is more. The history before its definition comes first: days of the last 400,
-- of the last 35 days the steps of the ratio. A step is evaluated when it has been over for a minute.
CREATE FUNCTION almanac.evaluate_ratios(at timestamptz DEFAULT clock_timestamp()) RETURNS boolean
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
	d almanac.metric_definitions;
	s almanac.metric_state;
	begun timestamptz;
	complete timestamptz;
	since timestamptz;
	until timestamptz;
	more boolean := false;
BEGIN
	FOR d IN SELECT m.* FROM almanac.metric_definitions m LEFT JOIN almanac.metric_state b USING (metric_id)
			WHERE m.kind = 'ratio' AND m.enabled AND COALESCE(b.next_run, '-infinity') <= evaluate_ratios.at ORDER BY m.metric_id LOOP
		begun := clock_timestamp();
		INSERT INTO almanac.metric_state (metric_id, next_run) VALUES (d.metric_id, '-infinity') ON CONFLICT ON CONSTRAINT metric_state_pkey DO NOTHING;
		SELECT b.* INTO s FROM almanac.metric_state b WHERE b.metric_id = d.metric_id FOR UPDATE;
		complete := date_bin(d.every, evaluate_ratios.at - '1 min'::interval, '2000-01-03');
		since := date_trunc('day', complete - '35 days'::interval);
		BEGIN
			IF s.evaluated_until IS NULL THEN
				PERFORM almanac.store_ratio(d, '1 day', since - '365 days'::interval, since);
				until := since;
			ELSE
				until := least(complete, s.evaluated_until + 1000 * d.every);
				IF until > s.evaluated_until THEN
					PERFORM almanac.store_ratio(d, d.every, s.evaluated_until, until);
				END IF;
			END IF;
			more := more OR until < complete;
			UPDATE almanac.metric_state b SET evaluated_until = until, next_run = CASE WHEN until < complete THEN '-infinity' ELSE complete + d.every + '1 min'::interval END,
				runs = b.runs + 1, failures_in_a_row = 0, last_run = begun, last_success = begun, last_elapsed_ms = extract(epoch FROM clock_timestamp() - begun) * 1000 WHERE b.metric_id = d.metric_id;
		EXCEPTION WHEN OTHERS THEN
			UPDATE almanac.metric_state b SET runs = b.runs + 1, failures = b.failures + 1, failures_in_a_row = b.failures_in_a_row + 1, last_run = begun, error_time = begun, sqlstate = SQLSTATE, message = SQLERRM,
				next_run = almanac.next_metric_run(d.every, b.failures_in_a_row + 1) WHERE b.metric_id = d.metric_id;
		END;
	END LOOP;
	RETURN more;
END
$$;
COMMENT ON FUNCTION almanac.evaluate_ratios(timestamptz) IS 'evaluates ratios that are due, a piece of each; true if there is more; the worker does it by itself';

CREATE FUNCTION almanac.add_ratio_as(caller oid, name text, numerator text, denominator text, every interval, database name, unit text, direction text, expected double precision,
		numerator_per interval, denominator_per interval, comment text) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	d almanac.metric_definitions;
BEGIN
	d.name := add_ratio_as.name; d.kind := 'ratio'; d.unit := add_ratio_as.unit; d.direction := add_ratio_as.direction; d.expected := add_ratio_as.expected; d.every := add_ratio_as.every;
	PERFORM almanac.check_metric(d);
	IF d.every < '1 min' OR d.every > '1 day' THEN
		PERFORM almanac.metric_refuse('22023', 'a ratio must be evaluated every minute to every day');
	END IF;
	IF numerator_per <= '0 s' OR denominator_per <= '0 s' THEN
		PERFORM almanac.metric_refuse('22023', 'time that an operand of a ratio is for must be greater than zero');
	END IF;
	-- Refuses operands that there are not.
	PERFORM FROM almanac.operand_values(add_ratio_as.numerator, '1 min', clock_timestamp(), clock_timestamp(), add_ratio_as.database);
	PERFORM FROM almanac.operand_values(add_ratio_as.denominator, '1 min', clock_timestamp(), clock_timestamp(), add_ratio_as.database);
	INSERT INTO almanac.metric_definitions (name, kind, definer, every, datname, unit, direction, expected, numerator, denominator, numerator_per, denominator_per, comment)
		VALUES (d.name, d.kind, caller::regrole, d.every, add_ratio_as.database, d.unit, d.direction, d.expected, add_ratio_as.numerator, add_ratio_as.denominator, add_ratio_as.numerator_per,
			add_ratio_as.denominator_per, add_ratio_as.comment)
		ON CONFLICT ON CONSTRAINT metric_definitions_name_key DO NOTHING;
	IF NOT FOUND THEN
		PERFORM almanac.metric_refuse('42710', format('metric "%s" already exists', d.name), 'alter_metric() changes it, drop_metric() drops it.');
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.add_ratio_as(oid, text, text, text, interval, name, text, text, double precision, interval, interval, text) IS 'what add_ratio() does for a role';

CREATE FUNCTION almanac.add_ratio(name text, numerator text, denominator text, every interval DEFAULT '1 hour', database name DEFAULT NULL, unit text DEFAULT '', direction text DEFAULT 'none',
		expected double precision DEFAULT NULL, numerator_per interval DEFAULT NULL, denominator_per interval DEFAULT NULL, comment text DEFAULT NULL) RETURNS void
	LANGUAGE C VOLATILE AS 'MODULE_PATHNAME', 'almanac_as_caller';
COMMENT ON FUNCTION almanac.add_ratio(text, text, text, interval, name, text, text, double precision, interval, interval, text) IS
	'adds a metric that is one metric, or recorded counter, by another: sum by sum over any time';

CREATE FUNCTION almanac.next_metric(OUT due timestamptz, OUT values_wait boolean)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	SELECT least(min(CASE WHEN NOT d.enabled OR d.sql IS NULL AND d.kind <> 'ratio' THEN 'infinity' ELSE COALESCE(s.next_run, '-infinity') END),
			(SELECT min(COALESCE(t.next_run, '-infinity')) FROM almanac.objective_definitions o LEFT JOIN almanac.objective_state t USING (objective_id))),
			EXISTS (SELECT FROM almanac.metric_queue)
		FROM almanac.metric_definitions d LEFT JOIN almanac.metric_state s USING (metric_id);
END;
COMMENT ON FUNCTION almanac.next_metric() IS 'when a metric or objective is due (NULL: there are none), and whether values wait to be stored';

-- Views.

CREATE VIEW almanac.metric_history AS
	SELECT s."time", s.duration, k.metric, k.labels::jsonb AS labels, CASE WHEN s.weight IS NOT NULL THEN s.total / NULLIF(s.weight, 0) ELSE s.value END AS value,
		s.value_min, s.value_max, s.increase, s.increase / NULLIF(pg_catalog.date_part('epoch', s.duration), 0) AS per_second, s.total, s.weight, d.unit, d.kind, s.flags & ~512 AS flags,
		s.series_id, k.server_id
	FROM almanac.metric_samples s JOIN almanac.metric_keys k ON k.series_id = s.series_id LEFT JOIN almanac.metric_definitions d ON d.name = k.metric;
COMMENT ON VIEW almanac.metric_history IS 'metrics and ratios of users over time: of counters the value and how much it grew, of others the mean of the interval';
COMMENT ON COLUMN almanac.metric_history.value IS 'of a counter its value at the end of the interval, of a gauge the mean of its values in the interval, of a ratio the sum of its numerator by that of its denominator';
COMMENT ON COLUMN almanac.metric_history.per_second IS 'counter: growth per second over the interval';

-- Texts are shown as those of statements: to whoever may read all statistics, and to members of the definer.
CREATE VIEW almanac.metrics AS
	SELECT m.name, m.kind, CASE WHEN NOT m.enabled THEN 'disabled' WHEN s.failures_in_a_row > 0 THEN 'failing' WHEN h.holds IS FALSE THEN 'violated' WHEN m.sql IS NULL AND m.kind <> 'ratio' THEN 'pushed'
			WHEN s.last_run IS NULL THEN 'waiting' ELSE 'ok' END AS state,
		h.holds, m.expected, h.last_value, m.unit, h.last_time, h.series, m.direction, m.every, s.last_run, s.next_run, s.runs, s.failures, s.failures_in_a_row, s.last_elapsed_ms, s.last_values, s.last_nulls, s.refused,
		s.error_time, s.sqlstate, CASE WHEN v.visible THEN s.message WHEN s.message IS NOT NULL THEN '<insufficient privilege>' END AS error,
		m.definer, m.datname, CASE WHEN v.visible THEN m.sql WHEN m.sql IS NOT NULL THEN '<insufficient privilege>' END AS sql,
		m.numerator, m.denominator, m.numerator_per, m.denominator_per, m.statement_timeout, m.lock_timeout, m.max_rows, m.comment, m.created, m.enabled
	FROM almanac.metric_definitions m
	LEFT JOIN almanac.metric_state s ON s.metric_id = m.metric_id
	CROSS JOIN LATERAL (SELECT pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') OR pg_catalog.pg_has_role(m.definer, 'USAGE') AS visible) v
	CROSS JOIN LATERAL (SELECT pg_catalog.count(*) AS series, pg_catalog.max(l."time") AS last_time, CASE WHEN pg_catalog.count(*) = 1 THEN pg_catalog.min(l.value) END AS last_value,
			CASE WHEN m.expected IS NOT NULL AND COALESCE(s.failures_in_a_row, 0) = 0 THEN pg_catalog.bool_and(l.value = m.expected) END AS holds
		FROM almanac.metric_keys k JOIN almanac.metric_last l ON l.series_id = k.series_id
		WHERE k.metric = m.name AND k.server_id = 0 AND (m.sql IS NULL OR l."time" >= s.last_success)) h
	ORDER BY m.name;
COMMENT ON VIEW almanac.metrics IS 'metrics and ratios of users: what they are, how their last run went, what they said last, and whether that is as expected';
