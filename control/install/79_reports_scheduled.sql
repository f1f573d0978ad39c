-- Reports that are made by themselves when their period is over, and kept.

CREATE FUNCTION almanac.schedule_report(period text, format text DEFAULT 'html', keep interval DEFAULT '400 days', time_zone text DEFAULT current_setting('TimeZone'),
		appendix boolean DEFAULT false, texts boolean DEFAULT false) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM almanac.report_period(period, now());
	PERFORM almanac.check_report_format(format);
	IF time_zone IS NULL OR NOT EXISTS (SELECT FROM pg_timezone_names z WHERE lower(z.name) = lower(time_zone)) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no time zone %s', COALESCE(quote_literal(time_zone), 'NULL')), HINT = 'Use a name of pg_timezone_names, such as Europe/Berlin.';
	END IF;
	IF keep >= interval '1 day' IS NOT TRUE OR keep > interval '100 years' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('reports cannot be kept for %s', COALESCE(quote_literal(keep), 'NULL')), HINT = 'Use a day or more.';
	END IF;
	INSERT INTO almanac.report_schedules AS s (period, format, time_zone, appendix, texts, keep)
		VALUES (schedule_report.period, schedule_report.format, schedule_report.time_zone, COALESCE(schedule_report.appendix, false), COALESCE(schedule_report.texts, false), schedule_report.keep)
		ON CONFLICT ON CONSTRAINT report_schedules_period_format_key DO UPDATE SET time_zone = EXCLUDED.time_zone, appendix = EXCLUDED.appendix, texts = EXCLUDED.texts, keep = EXCLUDED.keep,
			scheduled = EXCLUDED.scheduled, scheduled_by = EXCLUDED.scheduled_by, failures = 0, error_time = NULL, error = NULL;
END
$$;
COMMENT ON FUNCTION almanac.schedule_report(text, text, interval, text, boolean, boolean) IS 'has a report made whenever its period is over, and kept in view reports; texts: with those of statements, for whoever may see all';

CREATE FUNCTION almanac.unschedule_report(period text, format text DEFAULT 'html') RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	DELETE FROM almanac.report_schedules s WHERE s.period = unschedule_report.period AND s.format = unschedule_report.format;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('no %s report is scheduled in format %s', COALESCE(quote_literal(period), 'NULL'), COALESCE(quote_literal(format), 'NULL')),
			HINT = 'See almanac.scheduled_reports.';
	END IF;
END
$$;
COMMENT ON FUNCTION almanac.unschedule_report(text, text) IS 'ends it; reports that were made are kept for as long as they would have been';

-- When the last whole period before a time ended, where the schedule is. A time zone may be gone with an update of the system: that one's reports fail, and say so.
CREATE FUNCTION almanac.report_period_end(period text, time_zone text, at timestamptz) RETURNS timestamptz
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN date_trunc(almanac.report_unit(period), at, time_zone);
EXCEPTION WHEN invalid_parameter_value THEN
	RETURN date_trunc(almanac.report_unit(period), at, 'UTC');
END
$$;
COMMENT ON FUNCTION almanac.report_period_end(text, text, timestamptz) IS 'when the last whole period before a time ended';

-- What is due: once a period, tried five times, an hour apart.
CREATE FUNCTION almanac.due_reports(at timestamptz DEFAULT clock_timestamp()) RETURNS SETOF integer
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT s.schedule_id FROM almanac.report_schedules s
	WHERE s.made_until < almanac.report_period_end(s.period, s.time_zone, at) AND (s.failures = 0 OR s.error_time < at - interval '55 minutes')
	ORDER BY array_position('{daily,weekly,monthly,quarterly}'::text[], s.period), s.schedule_id
$$;
COMMENT ON FUNCTION almanac.due_reports(timestamptz) IS 'scheduled reports that are to be made';

CREATE FUNCTION almanac.make_report(schedule_id integer, at timestamptz DEFAULT clock_timestamp()) RETURNS bigint
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET jit = off
AS $$
DECLARE
	begun CONSTANT timestamptz := clock_timestamp();
	s almanac.report_schedules;
	context jsonb;
	verdict record;
	body text;
	id bigint;
BEGIN
	SELECT * INTO s FROM almanac.report_schedules r WHERE r.schedule_id = make_report.schedule_id;
	IF s.schedule_id IS NULL THEN
		RETURN NULL;
	END IF;
	PERFORM set_config('TimeZone', s.time_zone, true);
	context := almanac.report_context(s.period, at, s.appendix, s.texts);
	IF NOT (context ->> 'empty')::boolean THEN
		SELECT * INTO verdict FROM almanac.report_verdict(context);
		body := (SELECT string_agg(r.line, E'\n' ORDER BY r.n) FROM almanac.report_lines(context, s.format) WITH ORDINALITY AS r (line, n));
	END IF;
	-- Nobody waits for a report that is being made, and of two who make it one comes too late.
	UPDATE almanac.report_schedules r SET made_until = (context ->> 'period_to')::timestamptz, failures = 0, error_time = NULL, error = NULL
		WHERE r.schedule_id = s.schedule_id AND r.made_until < (context ->> 'period_to')::timestamptz;
	IF NOT FOUND OR body IS NULL THEN
		RETURN NULL;
	END IF;
	INSERT INTO almanac.report_log AS l (period, format, from_time, to_time, time_zone, made, elapsed_ms, texts, status, verdict, body)
		VALUES (s.period, s.format, (context ->> 'from')::timestamptz, (context ->> 'to')::timestamptz, s.time_zone, clock_timestamp(), extract(epoch FROM clock_timestamp() - begun) * 1000, s.texts,
			verdict.status, verdict.verdict, body)
		RETURNING l.report_id INTO id;
	DELETE FROM almanac.report_log l WHERE l.period = s.period AND l.format = s.format AND l.made < clock_timestamp() - s.keep;
	-- The verdict has no names.
	PERFORM pg_notify('almanac_reports', jsonb_build_object('report_id', id, 'period', s.period, 'format', s.format, 'from', context -> 'from', 'to', context -> 'to', 'status', verdict.status,
		'verdict', verdict.verdict)::text);
	RETURN id;
END
$$;
COMMENT ON FUNCTION almanac.make_report(integer, timestamptz) IS 'makes a scheduled report, keeps it and tells on channel almanac_reports';

-- After five failures the period is given up.
CREATE FUNCTION almanac.note_report_failure(schedule_id integer, message text, at timestamptz DEFAULT clock_timestamp()) RETURNS void
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	UPDATE almanac.report_schedules s SET failures = s.failures + 1, error_time = at, error = left(message, 1000) WHERE s.schedule_id = note_report_failure.schedule_id;
	UPDATE almanac.report_schedules s SET failures = 0, made_until = almanac.report_period_end(s.period, s.time_zone, at) WHERE s.schedule_id = note_report_failure.schedule_id AND s.failures >= 5;
$$;
COMMENT ON FUNCTION almanac.note_report_failure(integer, text, timestamptz) IS 'notes that a scheduled report could not be made';

-- By hand, and where the worker does not run: one that fails takes no other with it.
CREATE FUNCTION almanac.make_reports(at timestamptz DEFAULT clock_timestamp()) RETURNS integer
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	due integer;
	made integer := 0;
BEGIN
	FOR due IN SELECT d FROM almanac.due_reports(at) AS d LOOP
		BEGIN
			PERFORM almanac.make_report(due, at);
			made := made + 1;
		EXCEPTION WHEN OTHERS THEN
			PERFORM almanac.note_report_failure(due, SQLERRM, at);
		END;
	END LOOP;
	RETURN made;
END
$$;
COMMENT ON FUNCTION almanac.make_reports(timestamptz) IS 'makes the scheduled reports that are due and returns how many; the worker does it by itself';

CREATE VIEW almanac.reports AS
	SELECT l.report_id, l.period, l.format, l.from_time AS "from", l.to_time AS "to", l.time_zone, l.made, l.status, l.verdict, l.texts, l.elapsed_ms,
		CASE WHEN NOT l.texts OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') THEN l.body END AS body
	FROM almanac.report_log l
	ORDER BY l.made DESC, l.report_id DESC;
COMMENT ON VIEW almanac.reports IS 'reports that were made by themselves, the last first; body: those with texts of statements only for members of pg_read_all_stats';

CREATE VIEW almanac.scheduled_reports AS
	SELECT s.period, s.format, s.time_zone, s.keep, s.appendix, s.texts, s.scheduled, s.scheduled_by, NULLIF(s.made_until, '-infinity') AS made_until,
		(SELECT pg_catalog.max(l.made) FROM almanac.report_log l WHERE l.period = s.period AND l.format = s.format) AS last_made, s.failures, s.error_time, s.error
	FROM almanac.report_schedules s
	ORDER BY pg_catalog.array_position('{daily,weekly,monthly,quarterly}'::text[], s.period), s.format;
COMMENT ON VIEW almanac.scheduled_reports IS 'reports that are made when their period is over, until when they were, and what failed';
