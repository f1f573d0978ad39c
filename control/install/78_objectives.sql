-- Objectives: how they are evaluated, what view objectives says of them, and what people do about them. See 77_objective_values.sql.

-- 1 uses up the budget in exactly the window.
CREATE FUNCTION almanac.burn_rate(bad double precision, total double precision, budget double precision) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN CASE WHEN total OPERATOR(pg_catalog.>) 0 THEN CASE WHEN budget OPERATOR(pg_catalog.>) 0 THEN bad OPERATOR(pg_catalog./) total OPERATOR(pg_catalog./) budget
		WHEN bad OPERATOR(pg_catalog.>) 0 THEN 'infinity' ELSE 0 END END;
COMMENT ON FUNCTION almanac.burn_rate(double precision, double precision, double precision) IS 'how fast an error budget is used up: 1 in exactly the window of the objective';

-- 1 - 0.999 is to be 0.001.
CREATE FUNCTION almanac.objective_budget(d almanac.objective_definitions, counts text) RETURNS double precision
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT CASE counts WHEN 'good' THEN round(1 - d.target::numeric, 12)::float8 WHEN 'bad' THEN d.target ELSE d.may_miss END $$;
COMMENT ON FUNCTION almanac.objective_budget(almanac.objective_definitions, text) IS 'the share that may miss the target';

-- Whether a budget is used up fast, for an hour or for 6 hours, and still. Of what is counted, few are chance. Beyer, Murphy, Rensin,
-- Kawahara, Thorne (eds.), The Site Reliability Workbook (Google, 2018), chapter 5, "Alerting on SLOs": multiwindow, multi-burn-rate alerts.
-- The rates there are 2 % of a budget of 30 days in an hour, and 5 % in 6 hours.
CREATE FUNCTION almanac.fast_burn(few boolean, bad double precision, burn_5m double precision, burn_1h double precision, burn_30m double precision, burn_6h double precision) RETURNS interval
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN few AND bad < almanac.finding_threshold('objective_min_bad') THEN NULL
		WHEN least(burn_5m, burn_1h) >= almanac.finding_threshold('objective_fast_burn') THEN interval '1 hour'
		WHEN least(burn_30m, burn_6h) >= almanac.finding_threshold('objective_slow_burn') THEN '6 hours' END
$$;
COMMENT ON FUNCTION almanac.fast_burn(boolean, double precision, double precision, double precision, double precision, double precision) IS
	'for how long an error budget has been used up too fast; NULL: it is not';

-- The next piece of an objective; whether there is more. Steps of minutes from a day before its definition on, of hours before that.
CREATE FUNCTION almanac.evaluate_objective(id integer, at timestamptz) RETURNS boolean
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
	origin CONSTANT timestamptz := '2000-01-03';
	d almanac.objective_definitions;
	s almanac.objective_state;
	step interval;
	fine timestamptz;
	begun timestamptz;
	complete timestamptz;
	until timestamptz;
	met_now boolean;
BEGIN
	SELECT o.* INTO d FROM almanac.objective_definitions o WHERE o.objective_id = id;
	INSERT INTO almanac.objective_state (objective_id, next_run) VALUES (id, '-infinity') ON CONFLICT ON CONSTRAINT objective_state_pkey DO NOTHING;
	SELECT o.* INTO s FROM almanac.objective_state o WHERE o.objective_id = id FOR UPDATE;
	step := CASE WHEN d."window" > '35 days' THEN '1 hour' ELSE '5 min' END;
	fine := date_bin('1 hour', d.created - '1 day'::interval, origin);
	-- After a restore, what came with it counts.
	begun := COALESCE(s.evaluated_until, (SELECT max(t."time") FROM almanac.objective_steps t WHERE t.objective_id = id), date_bin('1 hour', d.created - d."window", origin));
	-- What is not recorded yet is no end of a step. As of a time to come, what there is counts.
	complete := date_bin(step, CASE WHEN evaluate_objective.at > clock_timestamp() THEN evaluate_objective.at - '1 min'::interval
		WHEN (SELECT m.metric FROM almanac.objective_metric(d.metric) m) IS NOT NULL THEN least(evaluate_objective.at - '1 min'::interval, (SELECT r."time" FROM almanac.recorder r WHERE r.server_id = 0))
		ELSE least(evaluate_objective.at - '3 min'::interval, (SELECT b.evaluated_until FROM almanac.metric_definitions m JOIN almanac.metric_state b USING (metric_id) WHERE m.name = d.metric AND m.kind = 'ratio')) END, origin);
	IF begun < fine THEN
		until := least(date_bin('1 hour', complete, origin), fine, begun + '5 days'::interval);
	ELSE
		until := least(complete, begun + CASE step WHEN '1 hour' THEN interval '5 days' ELSE '1 day' END);
	END IF;
	IF until > begun THEN
		INSERT INTO almanac.objective_steps AS t (objective_id, "time", seconds, good, total, value)
			SELECT id, v."time", v.seconds, v.good, v.total, v.value FROM almanac.objective_values(d, CASE WHEN begun < fine THEN '1 hour' ELSE step END, begun, until) v
			WHERE v.total > 0 AND (v.good IS NOT NULL OR v.value IS NOT NULL)
			ON CONFLICT ON CONSTRAINT objective_steps_pkey DO UPDATE SET seconds = EXCLUDED.seconds, good = EXCLUDED.good, total = EXCLUDED.total, value = EXCLUDED.value;
		s.evaluated_until := until;
	ELSE
		until := begun;
	END IF;
	UPDATE almanac.objective_state o SET evaluated_until = s.evaluated_until, error = NULL,
			next_run = CASE WHEN until < complete AND until > begun THEN '-infinity' ELSE greatest(complete + step + '1 min'::interval, evaluate_objective.at + '1 min'::interval) END
		WHERE o.objective_id = id;
	IF until < complete AND until > begun THEN
		RETURN true;
	END IF;
	met_now := (SELECT o.met FROM almanac.objectives o WHERE o.objective_id = id);
	UPDATE almanac.objective_state o SET met = met_now, since = CASE WHEN met_now IS NOT NULL THEN COALESCE(until, evaluate_objective.at) END WHERE o.objective_id = id AND o.met IS DISTINCT FROM met_now;
	DELETE FROM almanac.objective_steps t WHERE t.objective_id = id AND t."time" < until - greatest(2 * d."window", '90 days');
	RETURN false;
END
$$;
COMMENT ON FUNCTION almanac.evaluate_objective(integer, timestamptz) IS 'evaluates an objective, a piece of its history; true if there is more';

CREATE FUNCTION almanac.evaluate_objectives(at timestamptz DEFAULT clock_timestamp()) RETURNS boolean
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
	d record;
	more boolean := false;
BEGIN
	FOR d IN SELECT o.objective_id FROM almanac.objective_definitions o LEFT JOIN almanac.objective_state s USING (objective_id)
			WHERE COALESCE(s.next_run, '-infinity') <= evaluate_objectives.at ORDER BY o.objective_id LOOP
		BEGIN
			more := almanac.evaluate_objective(d.objective_id, evaluate_objectives.at) OR more;
		EXCEPTION WHEN OTHERS THEN
			UPDATE almanac.objective_state s SET error_time = clock_timestamp(), error = SQLERRM, next_run = evaluate_objectives.at + '10 min'::interval WHERE s.objective_id = d.objective_id;
		END;
	END LOOP;
	RETURN more;
END
$$;
COMMENT ON FUNCTION almanac.evaluate_objectives(timestamptz) IS 'evaluates objectives that are due, a piece of each; true if there is more; the worker does it by itself';

-- Actual, of what is not counted: what the metric kept to but for the share of the time that it may miss. So it meets the target exactly
-- when the intervals that do are as many as there should be. OFFSET 0 keeps what is computed once from being computed wherever it is used.
CREATE VIEW almanac.objectives AS
	SELECT d.name, CASE WHEN x.actual IS NULL THEN 'no data' WHEN f.burning IS NOT NULL THEN 'fast burn'
			WHEN y.met THEN 'met' ELSE 'missed' END AS state,
		d.metric, d.comparison, d.target, x.actual, CASE WHEN d.comparison IN ('<', '<=') THEN d.target - x.actual ELSE x.actual - d.target END AS margin, k.unit, d."window",
		y.met, k.budget AS budget_share, CASE WHEN t.total > 0 THEN CASE WHEN k.budget > 0 THEN 1 - t.bad / (k.budget * t.total) WHEN t.bad > 0 THEN 0 ELSE 1 END END AS budget_left_share,
		b.burn_1h AS burn_rate, CASE WHEN y.met IS NOT NULL THEN s.since END AS since,
		CASE WHEN s.error IS NOT NULL THEN 'could not be evaluated: ' || s.error
			WHEN s.evaluated_until IS NULL THEN COALESCE(o.obstacle, 'has not been evaluated yet')
			WHEN s.next_run = '-infinity' THEN 'its past is being evaluated, so far until ' || pg_catalog.to_char(s.evaluated_until, 'YYYY-MM-DD HH24:MI')
			WHEN o.obstacle IS NOT NULL THEN o.obstacle
			WHEN x.actual IS NULL THEN pg_catalog.format('nothing was measured in the last %s', d."window")
			WHEN s.evaluated_until < pg_catalog.now() - '1 hour'::interval THEN 'nothing was evaluated after ' || pg_catalog.to_char(s.evaluated_until, 'YYYY-MM-DD HH24:MI') END AS reason,
		d.datname, d.rolname, d.queryid, t.total - t.bad AS good, t.total, t.bad, b.burn_5m, b.burn_30m, b.burn_1h, b.burn_6h, b.burn_3d, f.burning,
		t.measured_from, s.evaluated_until, d.comment, d.set_by, d.created, d.objective_id
	FROM almanac.objective_definitions d
	LEFT JOIN almanac.objective_state s ON s.objective_id = d.objective_id
	CROSS JOIN LATERAL (SELECT m.counts, COALESCE(m.unit, (SELECT n.unit FROM almanac.metric_definitions n WHERE n.name = d.metric)) AS unit,
			almanac.objective_budget(d, m.counts) AS budget FROM almanac.objective_metric(d.metric) m OFFSET 0) k
	CROSS JOIN LATERAL (SELECT almanac.objective_obstacle(d) AS obstacle OFFSET 0) o
	-- One pass: the value at which the share that may miss begins is found among values in order.
	CROSS JOIN LATERAL (
		SELECT pg_catalog.sum(p.total) AS total, pg_catalog.sum(p.bad) AS bad, pg_catalog.min(p."time") AS measured_from,
			pg_catalog.sum(p.total) FILTER (WHERE p.age < p.least) AS total_5m, pg_catalog.sum(p.bad) FILTER (WHERE p.age < p.least) AS bad_5m,
			pg_catalog.sum(p.total) FILTER (WHERE p.age < greatest(p.least, '30 min')) AS total_30m, pg_catalog.sum(p.bad) FILTER (WHERE p.age < greatest(p.least, '30 min')) AS bad_30m,
			pg_catalog.sum(p.total) FILTER (WHERE p.age < '1 hour') AS total_1h, pg_catalog.sum(p.bad) FILTER (WHERE p.age < '1 hour') AS bad_1h,
			pg_catalog.sum(p.total) FILTER (WHERE p.age < '6 hours') AS total_6h, pg_catalog.sum(p.bad) FILTER (WHERE p.age < '6 hours') AS bad_6h,
			pg_catalog.sum(p.total) FILTER (WHERE p.age < '3 days') AS total_3d, pg_catalog.sum(p.bad) FILTER (WHERE p.age < '3 days') AS bad_3d
		FROM (SELECT t."time", t.total, s.evaluated_until - t."time" AS age, CASE WHEN d."window" > '35 days' THEN interval '1 hour' ELSE '5 min' END AS least,
				CASE WHEN k.counts IS NOT NULL THEN t.total - t.good
					WHEN CASE d.comparison WHEN '<=' THEN t.value <= d.target WHEN '<' THEN t.value < d.target WHEN '>=' THEN t.value >= d.target ELSE t.value > d.target END THEN 0 ELSE t.total END AS bad
			FROM almanac.objective_steps t WHERE t.objective_id = d.objective_id AND t."time" > s.evaluated_until - d."window" AND t."time" <= s.evaluated_until) p) t
	CROSS JOIN LATERAL (SELECT CASE WHEN NOT t.total > 0 THEN NULL WHEN k.counts = 'good' THEN 1 - t.bad / t.total WHEN k.counts = 'bad' THEN t.bad / t.total
		ELSE (SELECT q.value FROM (SELECT t2.value, pg_catalog.sum(t2.total) OVER (ORDER BY CASE WHEN d.comparison IN ('<', '<=') THEN t2.value ELSE -t2.value END ROWS UNBOUNDED PRECEDING) AS until
				FROM almanac.objective_steps t2 WHERE t2.objective_id = d.objective_id AND t2."time" > s.evaluated_until - d."window" AND t2."time" <= s.evaluated_until) q
			WHERE q.until >= (1 - k.budget) * t.total * (1 - 1e-12::float8) ORDER BY q.until LIMIT 1) END AS actual OFFSET 0) x
	CROSS JOIN LATERAL (SELECT CASE d.comparison WHEN '<=' THEN x.actual <= d.target WHEN '<' THEN x.actual < d.target WHEN '>=' THEN x.actual >= d.target ELSE x.actual > d.target END AS met) y
	CROSS JOIN LATERAL (SELECT almanac.burn_rate(t.bad_5m, t.total_5m, k.budget) AS burn_5m, almanac.burn_rate(t.bad_30m, t.total_30m, k.budget) AS burn_30m,
		almanac.burn_rate(t.bad_1h, t.total_1h, k.budget) AS burn_1h, almanac.burn_rate(t.bad_6h, t.total_6h, k.budget) AS burn_6h, almanac.burn_rate(t.bad_3d, t.total_3d, k.budget) AS burn_3d) b
	CROSS JOIN LATERAL (SELECT almanac.fast_burn(k.counts IS NOT NULL AND d.metric <> 'availability', t.bad_6h, b.burn_5m, b.burn_1h, b.burn_30m, b.burn_6h) AS burning) f
	ORDER BY d.name;
COMMENT ON VIEW almanac.objectives IS 'objectives: target, actual, and how much of what may miss is left and how fast it is used up';

CREATE FUNCTION almanac.objective_history(name text, "from" timestamptz DEFAULT now() - interval '7 days', "to" timestamptz DEFAULT now(), step interval DEFAULT '1 hour')
	RETURNS TABLE ("time" timestamptz, value double precision, target double precision, good double precision, total double precision, bad_share double precision,
		burn_rate double precision, budget_left_share double precision)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
DECLARE
	origin CONSTANT timestamptz := '2000-01-03';
	d almanac.objective_definitions;
	counts text;
	budget double precision;
	width interval;
BEGIN
	SELECT o.* INTO d FROM almanac.objective_definitions o WHERE o.name = objective_history.name;
	IF d.objective_id IS NULL THEN
		PERFORM almanac.metric_refuse('22023', format('objective %s does not exist', COALESCE('"' || objective_history.name || '"', 'NULL')), 'View almanac.objectives lists them.');
	ELSIF (isfinite("from") AND isfinite("to") AND "from" < "to") IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('22023', 'the window of a history must be finite and begin before it ends');
	ELSIF (extract(epoch FROM step) > 0 AND extract(year FROM step) = 0 AND extract(month FROM step) = 0) IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('22023', format('step of a history cannot be %s', COALESCE(quote_literal(step), 'NULL')), 'Use a positive interval without months or years, such as 1 hour.');
	END IF;
	counts := (SELECT m.counts FROM almanac.objective_metric(d.metric) m);
	budget := almanac.objective_budget(d, counts);
	-- Multiples of what there is, and no more rows than can be drawn.
	width := make_interval(secs => ceil(greatest(extract(epoch FROM step), extract(epoch FROM "to" - "from") / 5000) / 300) * 300);
	IF d."window" > '35 days' THEN
		width := make_interval(secs => ceil(extract(epoch FROM width) / 3600) * 3600);
	END IF;
	RETURN QUERY
	WITH steps AS MATERIALIZED (
		SELECT date_bin(width, t."time" - '1 us'::interval, origin) + width AS stop, sum(t.good) AS good, sum(t.total) AS total, sum(t.value * t.total) / sum(t.total) AS value,
			sum(CASE WHEN counts IS NOT NULL THEN t.total - t.good
				WHEN CASE d.comparison WHEN '<=' THEN t.value <= d.target WHEN '<' THEN t.value < d.target WHEN '>=' THEN t.value >= d.target ELSE t.value > d.target END THEN 0 ELSE t.total END) AS bad
		FROM almanac.objective_steps t WHERE t.objective_id = d.objective_id AND t."time" > "from" - d."window" AND t."time" <= "to" GROUP BY 1
	), rolling AS (
		-- Of whole numbers, a sum that moves takes one addition a row.
		SELECT s.*, sum(round(s.bad * 1000)::bigint) OVER w AS bad_in_window, sum(round(s.total * 1000)::bigint) OVER w AS total_in_window
		FROM steps s WINDOW w AS (ORDER BY s.stop RANGE BETWEEN d."window" - width PRECEDING AND CURRENT ROW)
	)
	SELECT r.stop, CASE counts WHEN 'good' THEN 1 - r.bad / r.total WHEN 'bad' THEN r.bad / r.total ELSE r.value END, d.target, r.total - r.bad, r.total, r.bad / r.total,
		almanac.burn_rate(r.bad, r.total, budget), CASE WHEN budget > 0 THEN 1 - (r.bad_in_window / r.total_in_window)::float8 / budget WHEN r.bad_in_window > 0 THEN 0 ELSE 1 END
	FROM rolling r WHERE r.stop > "from" ORDER BY r.stop;
END
$$;
COMMENT ON FUNCTION almanac.objective_history(text, timestamptz, timestamptz, interval) IS
	'an objective over time, ready to be drawn: value, share that missed, burn rate, and what was left of the budget of the window that ended there';

CREATE FUNCTION almanac.set_objective_as(caller oid, name text, metric text, comparison text, target double precision, "window" interval, database name, role name, queryid bigint,
		may_miss double precision, comment text) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known record;
	d almanac.objective_definitions;
	before almanac.objective_definitions;
	began CONSTANT timestamptz := clock_timestamp();
	obstacle text;
BEGIN
	SELECT m.* INTO known FROM almanac.objective_metric(set_objective_as.metric) m;
	IF btrim(name) = '' OR length(name) > 100 OR name IS NULL THEN
		PERFORM almanac.metric_refuse('22023', format('objective cannot be called %s', COALESCE(quote_literal(name), 'NULL')), 'A name has 1 to 100 characters.');
	ELSIF (comparison IN ('<=', '<', '>=', '>')) IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('22023', format('comparison of an objective cannot be %s', quote_nullable(comparison)), 'It is one of <=, <, >=, >.');
	ELSIF target IS NULL OR target IN ('NaN', 'infinity', '-infinity') THEN
		PERFORM almanac.metric_refuse('22023', format('target of an objective cannot be %s', COALESCE(target::text, 'NULL')), 'It is a finite number.');
	ELSIF (extract(year FROM "window") = 0 AND extract(month FROM "window") = 0 AND "window" BETWEEN '1 hour' AND '400 days') IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('22023', format('window of an objective cannot be %s', COALESCE(quote_literal("window"), 'NULL')), 'It is an interval of 1 hour to 400 days, without months or years, such as 30 days.');
	ELSIF known.metric IS NULL AND NOT EXISTS (SELECT FROM almanac.metric_definitions m WHERE m.name = set_objective_as.metric) THEN
		PERFORM almanac.metric_refuse('22023', format('there is no metric %s', quote_nullable(set_objective_as.metric)),
			format('Metrics are %s, and those of view almanac.metrics.', (SELECT string_agg(m.metric, ', ') FROM almanac.objective_metrics() m WHERE m.metric <> '<name>')));
	ELSIF known.counts IS NOT NULL AND (target BETWEEN 0 AND 1) IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('22023', format('target of a share cannot be %s', target), 'Shares are from 0 to 1: 0.999 is 99.9 %.');
	ELSIF known.metric IS NOT NULL AND target < 0 THEN
		PERFORM almanac.metric_refuse('22023', format('target of %s cannot be negative', set_objective_as.metric));
	ELSIF known.counts = 'good' AND comparison NOT IN ('>=', '>') OR known.counts = 'bad' AND comparison NOT IN ('<=', '<') THEN
		PERFORM almanac.metric_refuse('22023', format('an objective of %s cannot be %s', set_objective_as.metric, comparison),
			CASE known.counts WHEN 'good' THEN 'More of it is better: use >=.' ELSE 'Less of it is better: use <=.' END);
	ELSIF known.counts IS NOT NULL AND may_miss IS NOT NULL THEN
		PERFORM almanac.metric_refuse('22023', format('may_miss is not for %s', set_objective_as.metric), 'Its target says itself which share may miss.');
	ELSIF may_miss IS NOT NULL AND (may_miss >= 0 AND may_miss < 1) IS NOT TRUE THEN
		PERFORM almanac.metric_refuse('22023', format('may_miss cannot be %s', may_miss), 'It is a share of the time, from 0 to less than 1: 0.01 is 1 %.');
	ELSIF COALESCE(known.scopes, 'server') NOT LIKE '%database%' AND database IS NOT NULL OR COALESCE(known.scopes, 'server') NOT LIKE '%role%' AND (role IS NOT NULL OR queryid IS NOT NULL) THEN
		PERFORM almanac.metric_refuse('22023', format('metric %s is not of one %s', quote_literal(set_objective_as.metric), CASE WHEN database IS NOT NULL THEN 'database' WHEN role IS NOT NULL THEN 'role' ELSE 'statement' END),
			'almanac.objective_metrics() tells which are.');
	END IF;
	d.name := set_objective_as.name; d.metric := set_objective_as.metric; d.datname := database; d.rolname := role; d.queryid := set_objective_as.queryid; d.comparison := set_objective_as.comparison;
	d.target := set_objective_as.target; d."window" := set_objective_as."window"; d.may_miss := CASE WHEN known.counts IS NULL THEN COALESCE(set_objective_as.may_miss, 0.01) END;
	d.comment := set_objective_as.comment; d.set_by := caller::regrole::text;
	obstacle := almanac.objective_obstacle(d);
	IF obstacle IS NOT NULL THEN
		PERFORM almanac.metric_refuse('22023', obstacle);
	END IF;
	SELECT o.* INTO before FROM almanac.objective_definitions o WHERE o.name = d.name FOR UPDATE;
	IF before.objective_id IS NOT NULL AND (before.metric, before.datname, before.rolname, before.queryid, before."window", left(before.comparison, 1))
			IS DISTINCT FROM (d.metric, d.datname, d.rolname, d.queryid, d."window", left(d.comparison, 1)) THEN
		PERFORM almanac.drop_objective_as(caller, d.name);
	END IF;
	INSERT INTO almanac.objective_definitions AS o (name, metric, datname, rolname, queryid, comparison, target, "window", may_miss, comment, set_by)
		VALUES (d.name, d.metric, d.datname, d.rolname, d.queryid, d.comparison, d.target, d."window", d.may_miss, d.comment, d.set_by)
		ON CONFLICT ON CONSTRAINT objective_definitions_name_key DO UPDATE SET comparison = EXCLUDED.comparison, target = EXCLUDED.target, may_miss = EXCLUDED.may_miss,
			comment = EXCLUDED.comment, set_by = EXCLUDED.set_by
		RETURNING o.objective_id INTO d.objective_id;
	-- Most pasts take no longer than one cares to wait; the worker goes on with what does.
	WHILE almanac.evaluate_objective(d.objective_id, clock_timestamp()) AND clock_timestamp() < began + '2 s'::interval LOOP
	END LOOP;
END
$$;
COMMENT ON FUNCTION almanac.set_objective_as(oid, text, text, text, double precision, interval, name, name, bigint, double precision, text) IS 'what set_objective() does for a role';

CREATE FUNCTION almanac.set_objective(name text, metric text, comparison text, target double precision, "window" interval DEFAULT '30 days', database name DEFAULT NULL, role name DEFAULT NULL,
		queryid bigint DEFAULT NULL, may_miss double precision DEFAULT NULL, comment text DEFAULT NULL) RETURNS void
	LANGUAGE C VOLATILE AS 'MODULE_PATHNAME', 'almanac_as_caller';
COMMENT ON FUNCTION almanac.set_objective(text, text, text, double precision, interval, name, name, bigint, double precision, text) IS
	'sets an objective: what a metric of the server, a database, a role or a statement is to be in a window of time that moves on';

CREATE FUNCTION almanac.drop_objective_as(caller oid, name text) RETURNS void
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	id integer;
BEGIN
	DELETE FROM almanac.objective_definitions o WHERE o.name = drop_objective_as.name RETURNING o.objective_id INTO id;
	IF id IS NULL THEN
		PERFORM almanac.metric_refuse('42704', format('objective %s does not exist', COALESCE('"' || drop_objective_as.name || '"', 'NULL')), 'View almanac.objectives lists them.');
	END IF;
	DELETE FROM almanac.objective_steps t WHERE t.objective_id = id;
END
$$;
COMMENT ON FUNCTION almanac.drop_objective_as(oid, text) IS 'what drop_objective() does for a role';

CREATE FUNCTION almanac.drop_objective(name text) RETURNS void LANGUAGE C VOLATILE AS 'MODULE_PATHNAME', 'almanac_as_caller';
COMMENT ON FUNCTION almanac.drop_objective(text) IS 'drops an objective and its history';

-- For people: shares as percentages, bytes in their units.
CREATE FUNCTION almanac.objective_figure(value double precision, unit text) RETURNS text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE unit WHEN 'share' THEN trim_scale(round(100 * value::numeric, 4)) || ' %' WHEN 'bytes' THEN pg_size_pretty(value::numeric)
		ELSE rtrim(trim_scale(round(value::numeric, CASE WHEN abs(value) < 1 THEN 6 WHEN abs(value) < 1000 THEN 2 ELSE 0 END)) || ' ' || COALESCE(unit, '')) END
$$;
COMMENT ON FUNCTION almanac.objective_figure(double precision, text) IS 'a figure with its unit';

-- What is missed counts as soon as there is some record of it.
CREATE FUNCTION almanac.find_objective(at timestamptz) RETURNS SETOF almanac.finding_drafts
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT o.name, 0::oid, NULL::name, NULL::name, o.name, NULL::oid, NULL::oid, (SELECT min(k.series_id) FROM almanac.statement_keys k WHERE k.queryid = o.queryid AND k.server_id = 0),
		CASE WHEN x.burning IS NOT NULL THEN 1 ELSE 2 END, NULL::float8, NULL::bigint,
		format('objective %s %s%s: %s was %s, and should be %s %s', quote_literal(o.name), CASE WHEN o.met THEN 'is still met' ELSE 'is missed' END,
				CASE WHEN x.burning IS NULL OR x.burn = 'infinity' THEN '' ELSE format(', %s its error budget is used up %s times too fast', CASE WHEN o.met THEN 'but' ELSE 'and' END, round(x.burn::numeric, 1)) END,
				o.metric, CASE WHEN (SELECT m.counts FROM almanac.objective_metric(o.metric) m) IS NULL
					THEN format('%s %s for %s %% of the last %s', o.comparison, almanac.objective_figure(o.actual, o.unit), trim_scale(round(100 * (1 - o.budget_share)::numeric, 4)), o."window")
					ELSE format('%s over the last %s', almanac.objective_figure(o.actual, o.unit), o."window") END, o.comparison, almanac.objective_figure(o.target, o.unit)),
		'the objective is kept', NULL::text, NULL::text, 'medium',
		jsonb_build_object('metric', o.metric, 'comparison', o.comparison, 'target', o.target, 'actual', o.actual, 'unit', o.unit, 'window', o."window", 'database', o.datname, 'role', o.rolname, 'queryid', o.queryid,
			'good', o.good, 'total', o.total, 'budget_share', o.budget_share, 'budget_left_share', round(o.budget_left_share::numeric, 3), 'burning_for', x.burning,
			'burn_1h', round(o.burn_1h::numeric, 2), 'burn_6h', round(o.burn_6h::numeric, 2), 'burn_3d', round(o.burn_3d::numeric, 2))
	FROM almanac.objectives o
	CROSS JOIN LATERAL (SELECT b.burning, CASE b.burning WHEN '1 hour' THEN o.burn_1h ELSE o.burn_6h END AS burn
		FROM (SELECT CASE WHEN o.evaluated_until > find_objective.at - '2 hours'::interval THEN o.burning END AS burning) b) x
	WHERE o.actual IS NOT NULL AND (x.burning IS NOT NULL OR NOT o.met AND o.evaluated_until > find_objective.at - o."window"
		AND o.measured_from <= find_objective.at - least(almanac.finding_threshold('record_hours') * '1 hour'::interval, o."window" / 2))
$$;
COMMENT ON FUNCTION almanac.find_objective(timestamptz) IS 'objectives that are missed, or whose budget is used up fast';
