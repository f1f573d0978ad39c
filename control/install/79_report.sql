-- What reports are made of: a document of blocks, which four formats draw. A block is an object with "kind":
--   text     "text"
--   list     "title", "items": objects with "text", and where there is something to run "code"
--   table    "title", "columns": objects with "key", "title", "type" (see report_value()) and "below" (has a line of its own under the row), "rows": objects by key, "note"
--   charts   "charts": objects with "title", "type", "from", "to", "step_seconds", "points" (pairs of time and value), "before" (the same of the period before, moved to these times); "marks"
--   verdict  "status", "text"
-- Nothing in it is escaped: that is for the format to do, because each has other things that it obeys.

CREATE FUNCTION almanac.plain_text(value text) RETURNS text LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_plain_text';
COMMENT ON FUNCTION almanac.plain_text(text) IS 'a text without what terminals obey: control characters and those that change the direction of text are spelled out';

CREATE FUNCTION almanac.plain_json(value text) RETURNS text LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_plain_json';
COMMENT ON FUNCTION almanac.plain_json(text) IS 'a JSON document with the same written as escapes: it says the same as before';

CREATE FUNCTION almanac.text_width(value text) RETURNS integer LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_text_width';
COMMENT ON FUNCTION almanac.text_width(text) IS 'how many columns of a terminal a plain text takes';

CREATE FUNCTION almanac.fit_text(value text, width integer, "right" boolean DEFAULT false) RETURNS text LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'almanac_fit_text';
COMMENT ON FUNCTION almanac.fit_text(text, integer, boolean) IS 'a plain text, cut or filled with blanks, in so many columns of a terminal';

CREATE FUNCTION almanac.wrap_text(value text, width integer) RETURNS text[] LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_wrap_text';
COMMENT ON FUNCTION almanac.wrap_text(text, integer) IS 'a plain text in lines of at most so many columns of a terminal';

-- Three digits that say something.
CREATE FUNCTION almanac.report_digits(value double precision) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN CASE WHEN abs(value) >= 99.95 OR value = 0 THEN to_char(value, 'FM999999999999999990') WHEN abs(value) >= 9.995 THEN to_char(value, 'FM990.0')
		WHEN abs(value) >= 0.0995 THEN to_char(value, 'FM990.00') ELSE to_char(value, 'FM990.0000') END;
COMMENT ON FUNCTION almanac.report_digits(double precision) IS 'a number with three digits that say something';

CREATE FUNCTION almanac.report_number(value double precision) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN CASE WHEN abs(value) >= 999.5e6 THEN almanac.report_digits(value / 1e9) || ' G' WHEN abs(value) >= 999.5e3 THEN almanac.report_digits(value / 1e6) || ' M'
		WHEN abs(value) >= 99950 THEN almanac.report_digits(value / 1e3) || ' k' WHEN value = floor(value) OR abs(value) >= 999.5 THEN to_char(value, 'FM99,990') ELSE almanac.report_digits(value) END;
COMMENT ON FUNCTION almanac.report_number(double precision) IS 'a number for people';

CREATE FUNCTION almanac.report_time(ms double precision) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN CASE WHEN abs(ms) >= 172800e3 THEN almanac.report_digits(ms / 86400e3) || ' d' WHEN abs(ms) >= 3600e3 THEN almanac.report_digits(ms / 3600e3) || ' h'
		WHEN abs(ms) >= 60e3 THEN almanac.report_digits(ms / 60e3) || ' min' WHEN abs(ms) >= 999.5 THEN almanac.report_digits(ms / 1e3) || ' s'
		WHEN abs(ms) >= 0.9995 OR ms = 0 THEN almanac.report_digits(ms) || ' ms' ELSE to_char(ms, 'FM990.000') || ' ms' END;
COMMENT ON FUNCTION almanac.report_time(double precision) IS 'milliseconds for people';

CREATE FUNCTION almanac.report_bytes(bytes double precision) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN CASE WHEN abs(bytes) >= 1099511627776 THEN almanac.report_digits(bytes / 1099511627776) || ' TB' WHEN abs(bytes) >= 1073741824 THEN almanac.report_digits(bytes / 1073741824) || ' GB'
		WHEN abs(bytes) >= 1048576 THEN almanac.report_digits(bytes / 1048576) || ' MB' WHEN abs(bytes) >= 1024 THEN almanac.report_digits(bytes / 1024) || ' kB' ELSE to_char(bytes, 'FM9990') || ' B' END;
COMMENT ON FUNCTION almanac.report_bytes(double precision) IS 'bytes for people, in powers of 1024 as PostgreSQL has them';

CREATE FUNCTION almanac.report_change(change double precision) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN CASE WHEN change >= 9.995 THEN 'x ' || almanac.report_digits(change + 1) WHEN abs(change) < 0.0005 THEN '0 %' WHEN abs(change) < 0.0995 THEN to_char(100 * change, 'FMSG990.0') || ' %'
		ELSE to_char(100 * change, 'FMSG999990') || ' %' END;
COMMENT ON FUNCTION almanac.report_change(double precision) IS 'a change as a share of what was, for people: 0.25 is +25 %';

CREATE FUNCTION almanac.report_value(value jsonb, type text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN CASE WHEN value IS NULL OR value = 'null' THEN '' ELSE CASE type
		WHEN 'number' THEN almanac.report_number((value #>> '{}')::double precision)
		WHEN 'ms' THEN almanac.report_time((value #>> '{}')::double precision)
		WHEN 'seconds' THEN almanac.report_time(1000 * (value #>> '{}')::double precision)
		WHEN 'bytes' THEN almanac.report_bytes((value #>> '{}')::double precision)
		WHEN 'share' THEN CASE WHEN abs((value #>> '{}')::double precision) BETWEEN 1e-9 AND 0.0005 THEN '< 0.1 %' ELSE to_char(100 * (value #>> '{}')::double precision, 'FM999990.0') || ' %' END
		WHEN 'change' THEN almanac.report_change((value #>> '{}')::double precision)
		WHEN 'time' THEN to_char((value #>> '{}')::timestamptz, 'YYYY-MM-DD HH24:MI')
		WHEN 'second' THEN to_char((value #>> '{}')::timestamptz, 'YYYY-MM-DD HH24:MI:SS')
		WHEN 'date' THEN to_char((value #>> '{}')::timestamptz, 'YYYY-MM-DD')
		ELSE value #>> '{}' END END;
COMMENT ON FUNCTION almanac.report_value(jsonb, text) IS 'a value of a report for people: number, ms, seconds, bytes, share, change, time, second, date, text, code';

-- Of a short time seconds matter.
CREATE FUNCTION almanac.report_moment(value jsonb, window_from jsonb, window_to jsonb) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN almanac.report_value(value, CASE WHEN (window_to #>> '{}')::timestamptz - (window_from #>> '{}')::timestamptz < '1 hour'::interval THEN 'second' ELSE 'time' END);
COMMENT ON FUNCTION almanac.report_moment(jsonb, jsonb, jsonb) IS 'begin or end of the window of a report, for people';

-- 'key|title|type' or 'key|title|type|below', one a line.
CREATE FUNCTION almanac.report_table(title text, columns text, rows jsonb, note text DEFAULT NULL) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN CASE WHEN jsonb_array_length(rows) > 0 THEN jsonb_strip_nulls(jsonb_build_object('kind', 'table', 'title', title, 'note', note,
			'columns', (SELECT jsonb_agg(jsonb_build_object('key', p.part[1], 'title', p.part[2], 'type', p.part[3], 'below', CASE WHEN p.part[4] = 'below' THEN true END) ORDER BY p.n)
				FROM (SELECT string_to_array(btrim(l.line), '|') AS part, l.n FROM regexp_split_to_table(btrim(columns, E' \t\n'), '\s*\n\s*') WITH ORDINALITY AS l (line, n)) p)))
		|| jsonb_build_object('rows', rows) END;
COMMENT ON FUNCTION almanac.report_table(text, text, jsonb, text) IS 'a table of a report; NULL without rows';

CREATE FUNCTION almanac.report_list(title text, items jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN CASE WHEN jsonb_array_length(items) > 0 THEN jsonb_build_object('kind', 'list', 'title', title, 'items', items) END;
COMMENT ON FUNCTION almanac.report_list(text, jsonb) IS 'a list of a report; NULL without items';

CREATE FUNCTION almanac.report_paragraph(text text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN CASE WHEN text <> '' THEN jsonb_build_object('kind', 'text', 'text', text) END;
COMMENT ON FUNCTION almanac.report_paragraph(text) IS 'a paragraph of a report; NULL without text';

CREATE FUNCTION almanac.report_blocks(VARIADIC blocks jsonb[]) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN COALESCE((SELECT jsonb_agg(b.block ORDER BY b.n) FROM unnest(blocks) WITH ORDINALITY AS b (block, n) WHERE b.block IS NOT NULL), '[]');
COMMENT ON FUNCTION almanac.report_blocks(jsonb[]) IS 'those blocks that are there';

-- A statement in one line. What is longer than anybody reads is cut.
CREATE FUNCTION almanac.report_statement(query text, texts boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN CASE WHEN texts THEN (SELECT CASE WHEN length(q.line) > 400 THEN left(q.line, 400) || ' ...' ELSE q.line END
		FROM (SELECT btrim(regexp_replace(left(query, 2000), '\s+', ' ', 'g')) AS line) q) END;
COMMENT ON FUNCTION almanac.report_statement(text, boolean) IS 'the text of a statement as reports have it, NULL if they are made without';
