-- Reports: sections one after the other, each made and drawn before the next is begun, so that lines go out while the report is being made.

-- A section that cannot be made says so, and the others are there.
CREATE FUNCTION almanac.report_section(context jsonb, name text) RETURNS jsonb
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	blocks jsonb;
BEGIN
	EXECUTE format('SELECT almanac.%I($1)', 'report_section_' || name) INTO blocks USING context;
	RETURN blocks;
EXCEPTION WHEN OTHERS THEN
	RETURN jsonb_build_array(jsonb_build_object('kind', 'text', 'text', format('This section could not be made: %s', SQLERRM)));
END
$$;
COMMENT ON FUNCTION almanac.report_section(jsonb, text) IS 'a section of a report as blocks';

CREATE FUNCTION almanac.report_sections(context jsonb, OUT n integer, OUT name text, OUT title text) RETURNS SETOF record
	LANGUAGE sql IMMUTABLE ROWS 10 SET search_path = pg_catalog, pg_temp
AS $$
	SELECT s.n, s.name, s.title
	FROM (VALUES (1, 'summary', NULL, true, false), (2, 'metrics', 'Metrics', false, false), (3, 'charts', 'Over time', false, false), (4, 'statements', 'Statements', false, false),
		(5, 'findings', 'Findings', false, false), (6, 'growth', 'Growth and capacity', false, false), (7, 'objectives', 'Objectives', false, false),
		(8, 'optimizations', 'Optimizations', false, false), (9, 'alerts', 'Alerts', false, false), (20, 'appendix', 'Appendix', false, true), (30, 'about', 'About this report', true, false))
		AS s (n, name, title, always, appendix)
	WHERE (s.always OR NOT (context ->> 'empty')::boolean) AND (NOT s.appendix OR (context ->> 'appendix')::boolean) ORDER BY s.n
$$;
COMMENT ON FUNCTION almanac.report_sections(jsonb) IS 'the sections of a report, in order';

CREATE FUNCTION almanac.report_title(context jsonb) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
	RETURN initcap(context ->> 'period') || ' report' || COALESCE(' of ' || NULLIF(context ->> 'cluster_name', ''), '');
COMMENT ON FUNCTION almanac.report_title(jsonb) IS 'the title of a report';

CREATE FUNCTION almanac.report_when(context jsonb) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
	RETURN format('%s to %s (%s), PostgreSQL %s', almanac.report_moment(context -> 'from', context -> 'from', context -> 'to'), almanac.report_moment(context -> 'to', context -> 'from', context -> 'to'), context ->> 'time_zone', context ->> 'server_version');
COMMENT ON FUNCTION almanac.report_when(jsonb) IS 'what a report is of, below its title';

CREATE FUNCTION almanac.report_json(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN replace(almanac.plain_json(value::text), '</', '<\/');  -- which would end a script that the document is put into
COMMENT ON FUNCTION almanac.report_json(jsonb) IS 'a part of a report as JSON';

CREATE FUNCTION almanac.check_report_format(format text) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF format IS NULL OR format NOT IN ('text', 'markdown', 'html', 'json') THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no report in format %s', COALESCE(quote_literal(format), 'NULL')),
			HINT = 'Use text, markdown, html or json.';
	END IF;
	RETURN format;
END
$$;
COMMENT ON FUNCTION almanac.check_report_format(text) IS 'the format of a report, if there is such a one';

CREATE FUNCTION almanac.report_begin(context jsonb, format text) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	title CONSTANT text := almanac.report_title(context);
BEGIN
	CASE format
		WHEN 'text' THEN
			RETURN NEXT rtrim(almanac.fit_text(almanac.plain_text(title), 100));
			RETURN NEXT rtrim(almanac.fit_text(almanac.plain_text(almanac.report_when(context)), 100));
			RETURN NEXT '';
		WHEN 'markdown' THEN
			RETURN NEXT '# ' || almanac.report_markdown(title);
			RETURN NEXT '';
			RETURN NEXT almanac.report_markdown(almanac.report_when(context));
			RETURN NEXT '';
		WHEN 'html' THEN
			RETURN NEXT '<!DOCTYPE html>';
			RETURN NEXT '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="generator" content="pg_almanac">';
			RETURN NEXT format('<title>%s, %s</title>', almanac.report_html(title), almanac.report_value(context -> 'from', 'date'));
			RETURN NEXT '<style>' || almanac.report_style() || '</style></head><body>';
			RETURN NEXT format('<header><h1>%s</h1><p class="when">%s</p></header>', almanac.report_html(title), almanac.report_html(almanac.report_when(context)));
		WHEN 'json' THEN
			RETURN NEXT regexp_replace(almanac.report_json(context), '\}$', ',');
			RETURN NEXT '"sections": [';
	END CASE;
END
$$;
COMMENT ON FUNCTION almanac.report_begin(jsonb, text) IS 'the first lines of a report';

CREATE FUNCTION almanac.report_section_lines(context jsonb, format text, n integer, name text, title text) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	blocks CONSTANT jsonb := almanac.report_section(context, name);
	block jsonb;
BEGIN
	IF jsonb_array_length(blocks) = 0 AND format <> 'json' THEN
		RETURN;
	END IF;
	CASE format
		WHEN 'text' THEN
			IF title IS NOT NULL THEN
				RETURN NEXT title;
				RETURN NEXT repeat('=', length(title));
			END IF;
			RETURN QUERY SELECT t FROM jsonb_array_elements(blocks) WITH ORDINALITY AS b (b, n), LATERAL almanac.report_block_text(b.b, 100) AS t;
		WHEN 'markdown' THEN
			IF title IS NOT NULL THEN
				RETURN NEXT '## ' || title;
				RETURN NEXT '';
			END IF;
			RETURN QUERY SELECT t FROM jsonb_array_elements(blocks) WITH ORDINALITY AS b (b, n), LATERAL almanac.report_block_markdown(b.b) AS t;
		WHEN 'html' THEN
			RETURN NEXT format('<section id="%s">%s', name, COALESCE('<h2>' || title || '</h2>', ''));
			RETURN QUERY SELECT t FROM jsonb_array_elements(blocks) WITH ORDINALITY AS b (b, n), LATERAL almanac.report_block_html(b.b) AS t;
			RETURN NEXT '</section>';
		WHEN 'json' THEN
			RETURN NEXT CASE WHEN n > 1 THEN ', ' ELSE '' END || almanac.report_json(jsonb_build_object('name', name, 'blocks', blocks) || CASE WHEN title IS NOT NULL THEN jsonb_build_object('title', title) ELSE '{}' END);
	END CASE;
END
$$;
COMMENT ON FUNCTION almanac.report_section_lines(jsonb, text, integer, text, text) IS 'the lines of a section of a report';

CREATE FUNCTION almanac.report_lines(context jsonb, format text) RETURNS SETOF text
	LANGUAGE sql STABLE ROWS 1000 SET search_path = pg_catalog, pg_temp
AS $$
	SELECT b.line FROM almanac.report_begin(context, format) AS b (line)
	UNION ALL SELECT l.line FROM almanac.report_sections(context) s, LATERAL almanac.report_section_lines(context, format, s.n, s.name, s.title) AS l (line)
	UNION ALL SELECT e.line FROM unnest(CASE format WHEN 'html' THEN ARRAY['<footer>Made by pg_almanac at ' || almanac.report_value(context -> 'at', 'time') || '.</footer></body></html>'] WHEN 'json' THEN ARRAY[']}'] END) AS e (line)
$$;
COMMENT ON FUNCTION almanac.report_lines(jsonb, text) IS 'a report line by line';

CREATE FUNCTION almanac.report(period text DEFAULT 'weekly', format text DEFAULT 'text', at timestamptz DEFAULT now(), appendix boolean DEFAULT false) RETURNS SETOF text
	LANGUAGE sql STABLE ROWS 1000 SET search_path = pg_catalog, pg_temp
AS $$
	-- In the list of what is selected, and not in FROM, a function is asked for one row after the other.
	SELECT almanac.report_lines(c.context, f.format) FROM almanac.check_report_format(format) AS f (format), LATERAL almanac.report_context(CASE WHEN f.format IS NOT NULL THEN period END, at, appendix, true) AS c (context)
$$;
COMMENT ON FUNCTION almanac.report(text, text, timestamptz, boolean) IS 'the report of the last whole day, week, month or quarter before a time, line by line: text, markdown, html or json';
