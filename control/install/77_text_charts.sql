-- Charts to look at in psql.

CREATE FUNCTION almanac.screen_line(value text, width integer DEFAULT 100) RETURNS text
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_screen_line';
COMMENT ON FUNCTION almanac.screen_line(text, integer) IS
	'a text as one line of at most so many columns, without what would command a terminal or turn the direction of writing';

CREATE FUNCTION almanac.screen_number(value double precision, unit text DEFAULT '') RETURNS text
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_screen_number';
COMMENT ON FUNCTION almanac.screen_number(double precision, text) IS 'a number with three digits and a unit that keeps it short: bytes, ms, s, share, with /s or /day, or any other';

CREATE FUNCTION almanac.draw_chart(times timestamptz[], series double precision[], title text DEFAULT NULL, unit text DEFAULT NULL, "from" timestamptz DEFAULT NULL,
		"to" timestamptz DEFAULT NULL, width integer DEFAULT 80, height integer DEFAULT 10, style text DEFAULT 'auto', color boolean DEFAULT false,
		lower double precision[] DEFAULT NULL, upper double precision[] DEFAULT NULL, forecast_from timestamptz DEFAULT NULL, event_times timestamptz[] DEFAULT NULL,
		event_labels text[] DEFAULT NULL)
	RETURNS text[] LANGUAGE C STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'almanac_draw_chart';
COMMENT ON FUNCTION almanac.draw_chart(timestamptz[], double precision[], text, text, timestamptz, timestamptz, integer, integer, text, boolean, double precision[], double precision[],
	timestamptz, timestamptz[], text[]) IS 'the lines of chart()';

CREATE FUNCTION almanac.chart(times timestamptz[], series double precision[], title text DEFAULT NULL, unit text DEFAULT NULL, "from" timestamptz DEFAULT NULL,
		"to" timestamptz DEFAULT NULL, width integer DEFAULT 80, height integer DEFAULT 10, style text DEFAULT 'auto', color boolean DEFAULT false,
		lower double precision[] DEFAULT NULL, upper double precision[] DEFAULT NULL, forecast_from timestamptz DEFAULT NULL, event_times timestamptz[] DEFAULT NULL,
		event_labels text[] DEFAULT NULL)
	RETURNS SETOF text LANGUAGE sql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp
AS $$
	SELECT unnest(almanac.draw_chart(times, series, title, unit, "from", "to", width, height, style, color, lower, upper, forecast_from, event_times, event_labels))
$$;
COMMENT ON FUNCTION almanac.chart(timestamptz[], double precision[], text, text, timestamptz, timestamptz, integer, integer, text, boolean, double precision[], double precision[],
	timestamptz, timestamptz[], text[]) IS 'values over time, drawn in characters: gaps are left open, a forecast has its interval, events are marked';

-- The series that a person means. Names are those of the views, so that texts of statements are only found by who may read them.
CREATE FUNCTION almanac.named_series(stream text, name text, "from" timestamptz, "to" timestamptz, OUT ids integer[], OUT title text, OUT dbids oid[],
		OUT names integer)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET pg_almanac.grain = '1d'
AS $$
DECLARE
	everything CONSTANT boolean := name IS NULL;
BEGIN
	CASE
		WHEN everything THEN
			title := CASE stream WHEN 'system' THEN 'server' ELSE 'all ' || CASE stream WHEN 'index' THEN 'indexes' WHEN 'plan' THEN 'plans' ELSE stream || 's' END END;
		WHEN stream IN ('database', 'table', 'index', 'metric') THEN
			SELECT array_agg(n.series_id ORDER BY n.series_id), array_agg(DISTINCT n.dbid) FILTER (WHERE n.dbid IS NOT NULL),
					min(f.full_name), count(DISTINCT f.full_name)
				INTO ids, dbids, title, names
				FROM almanac.series_names n
				CROSS JOIN LATERAL concat_ws(' ', n.kind, COALESCE(n.name, concat_ws('.', n.datname, n.schemaname, COALESCE(n.indexrelname, n.relname))), n.labels) AS f (full_name)
				WHERE n.stream = named_series.stream AND named_series.name IN (n.name, CASE WHEN n.relname IS NULL THEN n.datname END, COALESCE(n.indexrelname, n.relname),
					n.schemaname || '.' || COALESCE(n.indexrelname, n.relname), n.datname || '.' || n.schemaname || '.' || COALESCE(n.indexrelname, n.relname));
		WHEN stream = 'statement' THEN
			SELECT array_agg(n.series_id ORDER BY n.series_id), array_agg(DISTINCT n.dbid), concat('statement ', min(n.queryid), ': ', min(n.query)) INTO ids, dbids, title
				FROM almanac.statement_names n WHERE CASE WHEN named_series.name ~ '^-?[0-9]{1,20}$' THEN n.queryid::text = named_series.name ELSE n.query ILIKE named_series.name END;
		WHEN stream = 'wait' THEN
			SELECT array_agg(n.series_id ORDER BY n.series_id), 'wait ' || named_series.name INTO ids, title
				FROM almanac.wait_names n WHERE named_series.name IN (n.wait_event_type, n.wait_event, concat_ws(':', n.wait_event_type, n.wait_event));
		WHEN stream = 'volume' THEN
			SELECT array_agg(DISTINCT h.series_id), 'volume ' || named_series.name INTO ids, title
				FROM almanac.volume_history h WHERE h."time" > named_series."from" AND h."time" <= named_series."to" AND named_series.name IN (h.kind::text, h.name::text);
		WHEN stream = 'replication' THEN
			SELECT array_agg(DISTINCT h.series_id), 'replication ' || named_series.name INTO ids, title
				FROM almanac.replication_history h WHERE h."time" > named_series."from" AND h."time" <= named_series."to" AND named_series.name = h.name::text;
		WHEN stream = 'sequence' THEN
			SELECT array_agg(DISTINCT h.series_id), array_agg(DISTINCT h.dbid), 'sequence ' || named_series.name INTO ids, dbids, title
				FROM almanac.sequence_history h WHERE h."time" > named_series."from" AND h."time" <= named_series."to"
					AND named_series.name IN (h.sequencename, h.schemaname || '.' || h.sequencename, h.datname || '.' || h.schemaname || '.' || h.sequencename);
		ELSE
			RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('stream %s has no names', COALESCE(quote_literal(stream), 'NULL')), HINT = 'Leave the name out for all of it.';
	END CASE;
	IF ids IS NULL AND NOT everything THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no %s %s', stream, quote_literal(name)),
			HINT = CASE stream WHEN 'statement' THEN 'Name it by its queryid, or by a pattern of its text as for ILIKE.' WHEN 'table' THEN 'Name it as table, schema.table or database.schema.table.'
				WHEN 'index' THEN 'Name it as index, schema.index or database.schema.index.' WHEN 'wait' THEN 'Name it as type, event or type:event.' ELSE 'Names are those of the history views.' END;
	END IF;
	IF stream = 'statement' AND cardinality(ids) > 1 AND name !~ '^-?[0-9]{1,20}$' THEN
		title := format('%s series of statements like %s', cardinality(ids), name);
	ELSIF COALESCE(names, 2) > 1 AND cardinality(ids) > 1 THEN
		title := format('%s (%s series)', title, cardinality(ids));
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.named_series(text, text, timestamptz, timestamptz) IS 'the series that chart() draws for a name, what they are called, and in which databases they are';

-- How a metric of a stream is said: rates of times are how many at once.
CREATE FUNCTION almanac.chart_unit(stream text, metric text, OUT unit text, OUT factor double precision)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN metric ~ '_per_call$' THEN CASE WHEN metric ~ '_bytes_' THEN 'bytes' WHEN metric ~ '_ms_' THEN 'ms' ELSE '' END
			WHEN k.rate AND metric LIKE 'cpu\_%\_ms' OR metric = 'cgroup_cpu_ms' THEN 'CPUs'
			WHEN k.rate AND metric IN ('total_exec_ms', 'wait_ms', 'active_ms', 'session_ms', 'idle_in_transaction_ms', 'idle_ms') THEN 'sessions'
			WHEN metric ~ '_ms$' THEN CASE WHEN k.rate THEN 's/s' ELSE 'ms' END
			WHEN metric ~ '_us$' THEN 'ms'
			WHEN metric ~ 'bytes' THEN CASE WHEN k.rate THEN 'bytes/s' ELSE 'bytes' END
			WHEN k.rate THEN '/s' ELSE '' END,
		CASE WHEN metric ~ '_ms$' AND k.rate OR metric ~ '_us$|_milli$' THEN 0.001 ELSE 1 END
	FROM (SELECT EXISTS (SELECT FROM almanac.stream_columns() c WHERE c.stream = chart_unit.stream AND c.column_name = chart_unit.metric AND c.kind IN ('counter', 'duration', 'loose')) AS rate) k
$$;
COMMENT ON FUNCTION almanac.chart_unit(text, text) IS 'the unit in which chart() draws a metric, and what its values are multiplied by';

-- What people noted, and what changes how a server works; not what happens every day.
CREATE FUNCTION almanac.notable_events("from" timestamptz, "to" timestamptz, dbids oid[] DEFAULT NULL, n integer DEFAULT 8)
	RETURNS TABLE ("time" timestamptz, kind text, label text, datname name)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT e."time", e.kind, e.label, e.datname FROM almanac.events e
	WHERE e."time" > notable_events."from" AND e."time" <= notable_events."to" AND (e.dbid IS NULL OR e.dbid = 0 OR dbids IS NULL OR e.dbid = ANY (dbids))
		AND (e.source = 'people' OR e.kind = ANY ('{restart,crash,failover,server_replaced,version_changed,setting_changed,table_altered,table_dropped,table_truncated,table_rewritten,index_created,index_dropped,index_rebuilt}'::text[]))
	ORDER BY e.source <> 'people', e.kind = ANY ('{table_altered,table_truncated,table_rewritten,index_created,index_rebuilt}'::text[]), e."time" DESC LIMIT n
$$;
COMMENT ON FUNCTION almanac.notable_events(timestamptz, timestamptz, oid[], integer) IS 'what chart() and overview() tell of: what people noted first, then restarts, settings, and changes of tables and indexes';

CREATE FUNCTION almanac.chart(stream text, metric text, name text DEFAULT NULL, "from" timestamptz DEFAULT now() - interval '1 day', "to" timestamptz DEFAULT now(),
		width integer DEFAULT 80, height integer DEFAULT 10, style text DEFAULT 'auto', color boolean DEFAULT false, events boolean DEFAULT true)
	RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
	found record;
	said record;
	step interval;
	projected text;
	times timestamptz[];
	series double precision[];
	lower double precision[];
	upper double precision[];
	last_time timestamptz;
	event_times timestamptz[];
	event_labels text[];
BEGIN
	IF (isfinite("from") AND isfinite("to") AND "from" < "to") IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the window of a chart must be finite and begin before it ends';
	END IF;
	IF NOT EXISTS (SELECT FROM almanac.stream_columns() c WHERE c.stream = chart.stream) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('stream %s does not exist', COALESCE(quote_literal(stream), 'NULL')),
			HINT = (SELECT 'Streams are ' || string_agg(DISTINCT c.stream, ', ') || '.' FROM almanac.stream_columns() c);
	END IF;
	SELECT * INTO found FROM almanac.named_series(stream, name, "from", least("to", now()));
	SELECT * INTO said FROM almanac.chart_unit(stream, metric);
	-- What was dropped and made anew has several series of one name. Levels of the old ones are gone.
	IF found.names = 1 AND ("to" > now() OR EXISTS (SELECT FROM almanac.stream_columns() c WHERE c.stream = chart.stream AND c.column_name = chart.metric AND c.kind = 'gauge')) THEN
		found.ids := found.ids[cardinality(found.ids) :];
	END IF;
	step := (SELECT s.step FROM unnest('{1s,2s,5s,10s,15s,30s,1min,2min,5min,10min,20min,30min,1h,2h,3h,4h,6h,12h,1d,2d,7d,14d,28d,56d}'::interval[]) AS s (step)
		WHERE s.step >= ("to" - "from") / greatest(width - 12, 8) OR s.step = '56d' ORDER BY 1 LIMIT 1);
	IF "to" > now() + '1 minute'::interval THEN
		projected := CASE WHEN stream IN ('table', 'index') AND metric IN ('total_bytes', 'size_bytes') OR stream = 'database' AND metric = 'size_bytes' THEN 'size_bytes'
			WHEN stream || '.' || metric IN ('system.connections', 'volume.used_bytes', 'sequence.last_value', 'replication.retained_bytes', 'metric.value') THEN metric END;
		IF projected IS NULL THEN
			RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s of stream %s has no forecast', COALESCE(quote_literal(metric), 'NULL'), quote_literal(stream)),
				HINT = 'Forecasts are of sizes, connections, used bytes of volumes, sequences, WAL kept by slots, and metrics of users. Let the chart end now.';
		END IF;
		IF found.ids IS NULL AND stream = 'database' THEN
			found.ids := '{0}';
		ELSIF found.ids IS NULL AND stream = 'system' THEN
			found.ids := ARRAY(SELECT min(n.series_id) FROM almanac.series_names n WHERE n.stream = 'system');
		ELSIF COALESCE(cardinality(found.ids), 0) <> 1 THEN
			RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a chart with a forecast is of one series', HINT = format('Name it; %s fit.', COALESCE(cardinality(found.ids)::text, 'all'));
		END IF;
		SELECT array_agg(p."time" ORDER BY p."time"), array_agg(COALESCE(p.value, p.forecast) * said.factor ORDER BY p."time"), array_agg(p.lower_80 * said.factor ORDER BY p."time"),
				array_agg(p.upper_80 * said.factor ORDER BY p."time"), max(p."time") FILTER (WHERE p.value IS NOT NULL)
			INTO times, series, lower, upper, last_time
			FROM almanac.projection_chart(stream, found.ids[1], projected, "from", "to") p;
	ELSIF stream = 'metric' THEN
		IF metric NOT IN ('value', 'per_second') THEN
			RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('stream %s has no chart of %s', quote_literal(stream), COALESCE(quote_literal(metric), 'NULL')),
				HINT = 'Of metrics of users there are value, and per_second of counters.';
		END IF;
		said.unit := concat(CASE WHEN cardinality(found.ids) >= 1 THEN (SELECT m.unit FROM almanac.metrics m WHERE m.name = chart.name) END, CASE metric WHEN 'per_second' THEN '/s' END);
		SELECT array_agg(v.at ORDER BY v.at), array_agg(v.value ORDER BY v.at) INTO times, series
			FROM (SELECT date_bin(step, h."time" - '1 us'::interval, '2000-01-01 00:00:00+00') + step AS at, avg(CASE metric WHEN 'value' THEN h.value ELSE h.per_second END) AS value
				FROM almanac.metric_history h WHERE h."time" > "from" AND h."time" <= "to" AND (found.ids IS NULL OR h.series_id = ANY (found.ids)) GROUP BY 1) v;
	ELSE
		SELECT array_agg(c."time" ORDER BY c."time"), array_agg(c.value * said.factor ORDER BY c."time") INTO times, series
			FROM almanac.chart_data(stream, ARRAY[CASE WHEN stream = 'table' AND metric = 'size_bytes' THEN 'total_bytes' ELSE metric END], "from", "to", step, found.ids) c;
	END IF;
	IF events THEN
		SELECT array_agg(e."time" ORDER BY e."time"), array_agg(e.said ORDER BY e."time") INTO event_times, event_labels
			FROM (SELECT e."time", concat(e.kind, ': ', e.label) AS said FROM almanac.notable_events(chart."from", chart."to", found.dbids) e) e;
	END IF;
	RETURN QUERY SELECT * FROM almanac.chart(COALESCE(times, '{}'), COALESCE(series, '{}'), concat(metric, ' of ', found.title), said.unit, "from", "to", width, height, style, color,
		lower, upper, last_time, event_times, event_labels);
END
$$;
COMMENT ON FUNCTION almanac.chart(text, text, text, timestamptz, timestamptz, integer, integer, text, boolean, boolean) IS
	'a metric of a statement, table, database or of all together over time, drawn in characters; into the future with its forecast';
