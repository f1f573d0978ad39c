-- What runs out, and when.

CREATE VIEW almanac.thresholds AS
	SELECT d.resource, COALESCE(s.threshold, d.threshold) AS threshold, d.threshold AS default_threshold, d.what
	FROM (VALUES (1, 'disk', 0.8::float8, 'use of volumes: data directory, WAL, tablespaces'), (2, 'memory', 0.85, 'memory of the machine or its control group'),
		(3, 'cpu', 0.75, 'CPU that is exceeded for a tenth of the day'), (4, 'connections', 0.8, 'client connections at most, of max_connections'),
		(5, 'transaction_ids', 0.5, 'age of the oldest transaction ID in any database'), (6, 'multixact_ids', 0.5, 'age of the oldest multixact ID in any database'),
		(7, 'replication_slots', 0.8, 'WAL kept for a replication slot'), (8, 'history', 0.9, 'history of pg_almanac, of pg_almanac.max_size'),
		(9, 'sequence', 0.8, 'range of a sequence, or of the integer columns that it feeds')) AS d (ordinal, resource, threshold, what)
	LEFT JOIN almanac.threshold_settings s ON s.resource = d.resource
	ORDER BY d.ordinal;
COMMENT ON VIEW almanac.thresholds IS 'the share of its limit from which a resource counts as short; change it with set_threshold()';

-- CPU and memory in use, of what the machine has or its control group allows: in steps of a length, from hours for steps of a day. Of
-- memory the most in a step; of CPU what a tenth of its parts exceed.
CREATE FUNCTION almanac.machine_values(step interval, "from" timestamptz, until timestamptz)
	RETURNS TABLE (step_start timestamptz, cpu double precision, cpu_limit double precision, memory double precision, memory_limit double precision)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET pg_almanac.grain = 'raw'
AS $$
BEGIN
	PERFORM set_config('pg_almanac.grain', CASE WHEN step >= '1 day' THEN '1h' ELSE 'raw' END, true);
	RETURN QUERY
	WITH parts AS (
		SELECT date_bin(step / 24, s."time" - '1 us'::interval, '2000-01-03') AS part,
			sum(s.cpu_user_ms + s.cpu_system_ms + s.cpu_steal_ms)::float8 / NULLIF(sum(s.cpu_user_ms + s.cpu_system_ms + s.cpu_steal_ms + s.cpu_idle_ms + s.cpu_iowait_ms), 0) * max(s.cpu_count) AS machine_cpu,
			max(s.cpu_count)::float8 AS cpus, min(s.cgroup_cpu_limit_milli) / 1000.0::float8 AS group_limit,
			sum(s.cgroup_cpu_ms)::float8 / NULLIF(sum(CASE WHEN s.cgroup_cpu_ms IS NOT NULL THEN extract(epoch FROM s.duration)::float8 * 1000 END), 0) AS group_cpu,
			max(s.memory_total_bytes - s.memory_available_bytes_min)::float8 AS machine_memory, max(s.memory_total_bytes)::float8 AS machine_limit,
			max(s.cgroup_memory_bytes - COALESCE(s.cgroup_memory_cached_bytes, 0))::float8 AS group_memory, min(s.cgroup_memory_limit_bytes)::float8 AS group_memory_limit
		FROM almanac.system_samples s JOIN almanac.system_keys k ON k.series_id = s.series_id AND k.server_id = 0
		WHERE s."time" > "from" AND s."time" <= until GROUP BY 1
	)
	SELECT date_bin(step, p.part, '2000-01-03'), percentile_cont(0.9) WITHIN GROUP (ORDER BY CASE WHEN p.group_limit IS NOT NULL THEN p.group_cpu ELSE p.machine_cpu END),
		min(COALESCE(p.group_limit, p.cpus)), max(CASE WHEN p.group_memory_limit IS NOT NULL THEN p.group_memory ELSE p.machine_memory END),
		min(COALESCE(p.group_memory_limit, p.machine_limit))
	FROM parts p GROUP BY 1 ORDER BY 1;
END
$$;
COMMENT ON FUNCTION almanac.machine_values(interval, timestamptz, timestamptz) IS 'CPUs and memory in use, and how much there is, in steps of a length';

-- Keeps what is known of one resource. It has run short, or will have at some time, or why there is no telling.
CREATE FUNCTION almanac.note_capacity(resource text, name text, unit text, times timestamptz[], series double precision[], "limit" double precision, at timestamptz) RETURNS void
	LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
	INSERT INTO almanac.measured_capacity AS m (resource, name, computed_at, unit, used, "limit", threshold, growth_per_day, verdict,
			threshold_earliest, threshold_likely, threshold_latest, limit_earliest, limit_likely, limit_latest)
		SELECT note_capacity.resource, note_capacity.name, note_capacity.at, note_capacity.unit, u.used, note_capacity."limit", t.threshold,
			(SELECT COALESCE((max(f.value) FILTER (WHERE f."time" > u.last_time + '8 days'::interval) - max(f.value) FILTER (WHERE f."time" < u.last_time + '8 days'::interval)) / 28,
					(max(f.value) - u.used) / 7,
					-- A history of hours: over as long again.
					(SELECT (n.value - u.used) / NULLIF(extract(epoch FROM u.last_time - note_capacity.times[1])::float8, 0) * 86400
						FROM almanac.forecast(note_capacity.times, note_capacity.series, ARRAY[u.last_time + (u.last_time - note_capacity.times[1])]) n))
				FROM almanac.forecast(note_capacity.times, note_capacity.series, ARRAY[u.last_time + '7 days'::interval, u.last_time + '35 days'::interval]) f),
			CASE WHEN u.used >= note_capacity."limit" THEN 'limit reached' WHEN u.used >= note_capacity."limit" * t.threshold THEN 'threshold reached' ELSE a.verdict END,
			CASE WHEN u.used < note_capacity."limit" * t.threshold OR a.verdict = 'reached' THEN a.earliest END,
			CASE WHEN u.used < note_capacity."limit" * t.threshold OR a.verdict = 'reached' THEN a.likely END,
			CASE WHEN u.used < note_capacity."limit" * t.threshold OR a.verdict = 'reached' THEN a.latest END,
			CASE WHEN u.used < note_capacity."limit" OR b.verdict = 'reached' THEN b.earliest END,
			CASE WHEN u.used < note_capacity."limit" OR b.verdict = 'reached' THEN b.likely END,
			CASE WHEN u.used < note_capacity."limit" OR b.verdict = 'reached' THEN b.latest END
		FROM (SELECT s.v AS used, s.at AS last_time FROM unnest(note_capacity.series, note_capacity.times) WITH ORDINALITY AS s (v, at, i) WHERE s.v IS NOT NULL ORDER BY s.i DESC LIMIT 1) u
		JOIN almanac.thresholds t ON t.resource = note_capacity.resource
		CROSS JOIN LATERAL almanac.time_to(note_capacity.times, note_capacity.series, note_capacity."limit" * t.threshold) a
		CROSS JOIN LATERAL almanac.time_to(note_capacity.times, note_capacity.series, note_capacity."limit") b
		WHERE note_capacity."limit" > 0
		ON CONFLICT ON CONSTRAINT measured_capacity_pkey DO UPDATE SET computed_at = EXCLUDED.computed_at, unit = EXCLUDED.unit, used = EXCLUDED.used, "limit" = EXCLUDED."limit",
			threshold = EXCLUDED.threshold, growth_per_day = EXCLUDED.growth_per_day, verdict = EXCLUDED.verdict, threshold_earliest = EXCLUDED.threshold_earliest,
			threshold_likely = EXCLUDED.threshold_likely, threshold_latest = EXCLUDED.threshold_latest, limit_earliest = EXCLUDED.limit_earliest,
			limit_likely = EXCLUDED.limit_likely, limit_latest = EXCLUDED.limit_latest;
END;
COMMENT ON FUNCTION almanac.note_capacity(text, text, text, timestamptz[], double precision[], double precision, timestamptz) IS
	'keeps use and limit of a resource, and when its threshold and limit are reached, for view capacity';

-- Sequences that are there, those that have used up most and those that would be at their end first if they went on like in the
-- last month; of one that was set back all since then counts. Whatever is there had a sample on the last day on which its database was looked at.
CREATE FUNCTION almanac.urgent_sequences(at timestamptz, OUT series_id integer, OUT name text, OUT used double precision, OUT "limit" double precision, OUT direction double precision)
	RETURNS SETOF record LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
BEGIN ATOMIC
	WITH seen AS (
		SELECT v.series_id, v.seen_on, max(v.seen_on) OVER (PARTITION BY k.dbid) AS last_seen_on, sign(v.increment)::float8 AS direction,
			greatest(sign(v.increment) * (v.last_value::float8 - v.first_value) + 1, 0) AS used, sign(v.increment) * (v.limit_value::float8 - v.first_value) + 1 AS "limit",
			sign(v.increment) * (v.last_value::float8 - b.last_value) AS growth,
			concat(d.datname, '.', k.schemaname, '.', k.sequencename, CASE WHEN k.keycolumn <> '' THEN concat(' (-> ', CASE WHEN k.keyschema <> k.schemaname THEN k.keyschema || '.' END, k.keytable, '.', k.keycolumn, ')') END) AS name
		FROM almanac.sums('sequence', urgent_sequences.at - '2 days'::interval, urgent_sequences.at)
			AS v (series_id integer, seen_on timestamptz, increment bigint, last_value bigint, first_value bigint, limit_value bigint)
		JOIN almanac.sequence_keys k ON k.series_id = v.series_id AND k.server_id = 0
		LEFT JOIN almanac.database_keys d ON d.dbid = k.dbid AND d.server_id = k.server_id
		LEFT JOIN almanac.sums('sequence', urgent_sequences.at - '60 days'::interval, urgent_sequences.at - '30 days'::interval) AS b (series_id integer, last_value bigint) ON b.series_id = v.series_id
		WHERE v.last_value IS NOT NULL
	), ranked AS (
		SELECT s.*, row_number() OVER (ORDER BY s.used / s."limit" DESC, s.series_id) AS by_use,
			row_number() OVER (ORDER BY (s."limit" - s.used) / NULLIF(CASE WHEN s.growth < 0 THEN s.used ELSE s.growth END, 0), s.series_id) AS by_time
		FROM seen s WHERE s."limit" > 0 AND s.seen_on IS NOT DISTINCT FROM s.last_seen_on
	)
	SELECT r.series_id, r.name, r.used, r."limit", r.direction FROM ranked r WHERE r.by_use <= 20 OR r.by_time <= 20 AND r.growth <> 0 ORDER BY r.series_id;
END;
COMMENT ON FUNCTION almanac.urgent_sequences(timestamptz) IS 'the sequences that view capacity tells of: 20 that have used up most of their range, and 20 that would be at its end first';

CREATE FUNCTION almanac.measure_capacity(at timestamptz DEFAULT now()) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
DECLARE
	-- What is left of 2^31 when the server refuses to assign more.
	most_ids CONSTANT double precision := 2147483648 - 3000000;
	this_server CONSTANT integer := (SELECT k.series_id FROM almanac.system_keys k WHERE k.server_id = 0);
	max_history CONSTANT bigint := CASE WHEN current_setting('pg_almanac.max_size') NOT LIKE '-%' THEN pg_size_bytes(current_setting('pg_almanac.max_size')) END;
	max_slot CONSTANT bigint := CASE WHEN current_setting('max_slot_wal_keep_size') NOT LIKE '-%' THEN pg_size_bytes(current_setting('max_slot_wal_keep_size')) END;
	free_wal double precision;
	last_seen timestamptz;
	one record;
	s record;
	step interval;
BEGIN
	DELETE FROM almanac.measured_capacity;
	FOR one IN SELECT k.series_id, k.kind, k.name::text, v.total_bytes, v.used_bytes FROM almanac.sums('volume', at - '2 days'::interval, at) AS v (series_id integer, total_bytes bigint, used_bytes bigint)
		JOIN almanac.volume_keys k ON k.series_id = v.series_id WHERE k.server_id = 0
	LOOP
		SELECT * INTO s FROM almanac.series_until('volume', 'used_bytes', one.series_id, at);
		PERFORM almanac.note_capacity('disk', CASE WHEN one.kind = 'tablespace' THEN 'tablespace ' || one.name ELSE one.name END, 'bytes', s.times, s.series, one.total_bytes, at);
		free_wal := CASE WHEN one.kind = 'wal' THEN one.total_bytes - one.used_bytes ELSE free_wal END;
	END LOOP;
	FOREACH step IN ARRAY '{1 day,1 hour,1 minute}'::interval[] LOOP
		SELECT array_agg(least(m.step_start + step, at) ORDER BY m.step_start) AS times, array_agg(m.cpu ORDER BY m.step_start) AS cpu, array_agg(m.memory ORDER BY m.step_start) AS memory,
				(array_agg(m.cpu_limit ORDER BY m.step_start DESC) FILTER (WHERE m.cpu_limit IS NOT NULL))[1] AS cpu_limit,
				(array_agg(m.memory_limit ORDER BY m.step_start DESC) FILTER (WHERE m.memory_limit IS NOT NULL))[1] AS memory_limit
			INTO s FROM almanac.machine_values(step, date_bin(step, at - '1 us'::interval, '2000-01-03') - 400 * step, at) m;
		EXIT WHEN s.times[1] <= at - 26 * step;
	END LOOP;
	PERFORM almanac.note_capacity('cpu', 'CPU', 'CPUs', s.times, s.cpu, s.cpu_limit, at);
	PERFORM almanac.note_capacity('memory', 'memory', 'bytes', s.times, s.memory, s.memory_limit, at);
	SELECT * INTO one FROM almanac.sums('system', at - '2 days'::interval, at, ARRAY[this_server]) AS v (series_id integer, max_connections bigint, next_xid bigint, next_mxid bigint);
	SELECT * INTO s FROM almanac.series_until('system', 'connections', this_server, at);
	PERFORM almanac.note_capacity('connections', 'connections', 'connections', s.times, s.series, one.max_connections, at);
	-- IDs go on by as much a day whether or not old ones are frozen: as of when they run out if none were.
	SELECT * INTO s FROM almanac.series_until('system', 'next_xid', this_server, at);
	PERFORM almanac.note_capacity('transaction_ids', d.datname::text, 'transactions', s.times, ARRAY(SELECT u.v - one.next_xid + d.age FROM unnest(s.series) WITH ORDINALITY AS u (v, i) ORDER BY u.i), most_ids, at)
		FROM (SELECT k.datname, (one.next_xid - v.datfrozenxid) & 4294967295 AS age FROM almanac.sums('database', at - '2 days'::interval, at) AS v (series_id integer, datfrozenxid bigint)
			JOIN almanac.database_keys k ON k.series_id = v.series_id WHERE k.server_id = 0 AND k.dbid <> 0 AND v.datfrozenxid IS NOT NULL ORDER BY 2 DESC, k.series_id LIMIT 1) d;
	SELECT * INTO s FROM almanac.series_until('system', 'next_mxid', this_server, at);
	PERFORM almanac.note_capacity('multixact_ids', d.datname::text, 'multixacts', s.times, ARRAY(SELECT u.v - one.next_mxid + d.age FROM unnest(s.series) WITH ORDINALITY AS u (v, i) ORDER BY u.i), most_ids, at)
		FROM (SELECT k.datname, (one.next_mxid - v.datminmxid) & 4294967295 AS age FROM almanac.sums('database', at - '2 days'::interval, at) AS v (series_id integer, datminmxid bigint)
			JOIN almanac.database_keys k ON k.series_id = v.series_id WHERE k.server_id = 0 AND k.dbid <> 0 AND v.datminmxid IS NOT NULL ORDER BY 2 DESC, k.series_id LIMIT 1) d;
	-- A slot is there if it was seen at the newest look.
	last_seen := (SELECT max(v.last_time) FROM almanac.sums('system', at - '2 days'::interval, at) AS v (series_id integer, last_time timestamptz));
	FOR one IN SELECT k.series_id, k.name, v.retained_bytes FROM almanac.sums('replication', at - '2 days'::interval, at) AS v (series_id integer, last_time timestamptz, retained_bytes bigint)
		JOIN almanac.replication_keys k ON k.series_id = v.series_id WHERE k.server_id = 0 AND k.kind = 'slot' AND v.last_time >= last_seen - '1 hour'::interval
	LOOP
		SELECT * INTO s FROM almanac.series_until('replication', 'retained_bytes', one.series_id, at);
		PERFORM almanac.note_capacity('replication_slots', one.name, 'bytes', s.times, s.series, COALESCE(max_slot, one.retained_bytes + free_wal), at);
	END LOOP;
	SELECT * INTO s FROM almanac.series_until('system', 'history_bytes', this_server, at);
	PERFORM almanac.note_capacity('history', 'pg_almanac.max_size', 'bytes', s.times, s.series, max_history, at);
	-- A sequence that is set back begins anew, at the pace that it had.
	FOR one IN SELECT * FROM almanac.urgent_sequences(at) LOOP
		SELECT * INTO s FROM almanac.series_until('sequence', 'last_value', one.series_id, at);
		PERFORM almanac.note_capacity('sequence', one.name, 'values', s.times, ARRAY(
				SELECT CASE WHEN u.v IS NOT NULL THEN one.used - sum(u.more) OVER () + sum(u.more) OVER (ORDER BY u.i) END
				FROM (SELECT u.i, u.v, greatest(one.direction * (u.v - lag(u.v) OVER (ORDER BY u.i)), 0) AS more FROM unnest(s.series) WITH ORDINALITY AS u (v, i)) u ORDER BY u.i), one."limit", at);
	END LOOP;
	RETURN (SELECT count(*) FROM almanac.measured_capacity);
END
$$;
COMMENT ON FUNCTION almanac.measure_capacity(timestamptz) IS 'makes view capacity anew, from the history up to a time, and returns the number of resources; the worker does it every hour';

CREATE FUNCTION almanac.set_threshold(resource text, threshold double precision) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM almanac.thresholds t WHERE t.resource = set_threshold.resource) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('resource %s does not exist', COALESCE(quote_literal(resource), 'NULL')),
			HINT = (SELECT 'Resources are ' || string_agg(t.resource, ', ') || '.' FROM almanac.thresholds t);
	END IF;
	IF (threshold > 0 AND threshold <= 1) IS FALSE THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'threshold must be more than 0 and at most 1',
			HINT = 'It is a share of the limit: 0.8 for 80 %; NULL for the default.';
	END IF;
	DELETE FROM almanac.threshold_settings s WHERE s.resource = set_threshold.resource;
	IF threshold IS NOT NULL THEN
		INSERT INTO almanac.threshold_settings VALUES (set_threshold.resource, set_threshold.threshold);
	END IF;
	PERFORM almanac.measure_capacity(COALESCE((SELECT max(m.computed_at) FROM almanac.measured_capacity m), now()));
END
$$;
COMMENT ON FUNCTION almanac.set_threshold(text, double precision) IS 'sets the share of its limit from which a resource counts as short; NULL: the default';

CREATE VIEW almanac.capacity AS
	SELECT m.resource, m.name, m.unit, m.used, m."limit", m.used / m."limit" AS used_share, m.threshold, m.verdict, m.growth_per_day,
		m.threshold_earliest, m.threshold_likely, m.threshold_latest, m.limit_earliest, m.limit_likely, m.limit_latest, m.computed_at
	FROM almanac.measured_capacity m
	ORDER BY m.used < m."limit" * m.threshold, COALESCE(m.limit_likely, m.limit_earliest), COALESCE(m.threshold_likely, m.threshold_earliest), m.used / m."limit" DESC, m.resource, m.name;
COMMENT ON VIEW almanac.capacity IS 'what there is a limit to: use now, and when the threshold and the limit are reached: earliest, likely, latest; the most urgent first';
