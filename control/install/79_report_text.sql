-- Reports as text for terminals, at most 100 columns wide, and as markdown.

-- A table as lines: columns as wide as their widest cell, numbers at the right; a line under the row for what is "below". Text columns give way if the line is too long.
CREATE FUNCTION almanac.report_table_text(block jsonb, width integer) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	keys text[] := '{}';
	types text[] := '{}';
	titles text[] := '{}';
	widths integer[] := '{}';
	wide integer;
	widest integer;
	"column" jsonb;
	"row" jsonb;
	line text;
	part text;
	i integer;
	words boolean;
BEGIN
	FOR "column" IN SELECT c FROM jsonb_array_elements(block -> 'columns') AS c WHERE c -> 'below' IS NULL LOOP
		wide := (SELECT max(almanac.text_width(almanac.plain_text(almanac.report_value(r -> ("column" ->> 'key'), CASE "column" ->> 'type' WHEN 'unit' THEN r ->> 'unit' ELSE "column" ->> 'type' END))))
			FROM jsonb_array_elements(block -> 'rows') AS r);
		CONTINUE WHEN wide = 0;
		keys := keys || ("column" ->> 'key');
		types := types || ("column" ->> 'type');
		titles := titles || COALESCE("column" ->> 'title', '');
		widths := widths || greatest(wide, almanac.text_width(COALESCE("column" ->> 'title', '')));
	END LOOP;
	-- The widest text gives way first.
	WHILE (SELECT sum(w) + 2 * count(*) FROM unnest(widths) AS w) > width + 2 LOOP
		widest := (SELECT w.n FROM unnest(widths) WITH ORDINALITY AS w (w, n) WHERE types[w.n] IN ('text', 'code') ORDER BY w.w DESC, w.n DESC LIMIT 1);
		EXIT WHEN widest IS NULL OR widths[widest] <= 8;
		widths[widest] := widths[widest] - 1;
	END LOOP;
	IF cardinality(keys) > 0 AND EXISTS (SELECT FROM unnest(titles) AS t WHERE t <> '') THEN
		line := '';
		FOR i IN 1 .. cardinality(keys) LOOP
			line := line || CASE WHEN i > 1 THEN '  ' ELSE '' END || almanac.fit_text(titles[i], widths[i], types[i] NOT IN ('text', 'code', 'time', 'date'));
		END LOOP;
		RETURN NEXT left(rtrim(line), width);
		RETURN NEXT left((SELECT string_agg(repeat('-', w), '  ' ORDER BY n) FROM unnest(widths) WITH ORDINALITY AS w (w, n)), width);
	END IF;
	FOR "row" IN SELECT r FROM jsonb_array_elements(block -> 'rows') AS r LOOP
		line := '';
		FOR i IN 1 .. cardinality(keys) LOOP
			words := types[i] IN ('text', 'code', 'time', 'date');
			part := almanac.plain_text(almanac.report_value("row" -> keys[i], CASE types[i] WHEN 'unit' THEN "row" ->> 'unit' ELSE types[i] END));
			line := line || CASE WHEN i > 1 THEN '  ' ELSE '' END || almanac.fit_text(part, widths[i], NOT words);
		END LOOP;
		RETURN NEXT rtrim(line);
		-- What is short in a line, and in lines of its own what has to be run, or was.
		RETURN QUERY SELECT l.line FROM (
				SELECT b.place, w.n, '    ' || w.line || CASE WHEN w.n = 3 AND cardinality(b.lines) > 3 THEN ' ...' ELSE '' END AS line
				FROM (SELECT p.place, almanac.wrap_text(string_agg(p.part, '  ' ORDER BY p.n), width - 8) AS lines
					FROM (SELECT c.n, almanac.plain_text(almanac.report_value("row" -> (c.c ->> 'key'), c.c ->> 'type')) AS part, CASE WHEN c.c ->> 'type' = 'code' AND c.n = jsonb_array_length(block -> 'columns') THEN 2 ELSE 1 END AS place
						FROM jsonb_array_elements(block -> 'columns') WITH ORDINALITY AS c (c, n) WHERE (c.c ->> 'below')::boolean) p
					WHERE p.part <> '' GROUP BY p.place) b, unnest(b.lines) WITH ORDINALITY AS w (line, n)) l
			WHERE l.n <= 3 ORDER BY l.place, l.n;
	END LOOP;
END
$$;
COMMENT ON FUNCTION almanac.report_table_text(jsonb, integer) IS 'a table of a report as lines of text';

-- A time line in a row of characters, with what it goes from and to.
CREATE FUNCTION almanac.report_chart_text(chart jsonb, width integer) RETURNS text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT rtrim(almanac.fit_text(format('%s %s  %s to %s, last %s', almanac.fit_text(chart ->> 'title', 37), almanac.sparkline(p.heights), almanac.report_value(to_jsonb(p.low), chart ->> 'type'),
		almanac.report_value(to_jsonb(p.high), chart ->> 'type'), almanac.report_value(to_jsonb(p.last), chart ->> 'type')), width))
	FROM (SELECT array_agg(b.value ORDER BY b.bucket) AS heights, min(b.low) AS low, max(b.high) AS high, (array_agg(b.last ORDER BY b.bucket DESC))[1] AS last
		FROM (SELECT v.n * least(28, v.of) / v.of AS bucket, avg(v.value) AS value, min(v.value) AS low, max(v.value) AS high, (array_agg(v.value ORDER BY v.n DESC))[1] AS last
			FROM (SELECT (p.p ->> 1)::float8 AS value, p.n - 1 AS n, count(*) OVER () AS of FROM jsonb_array_elements(chart -> 'points') WITH ORDINALITY AS p (p, n)) v GROUP BY 1) b) p
$$;
COMMENT ON FUNCTION almanac.report_chart_text(jsonb, integer) IS 'a time line of a report as a line of text';

CREATE FUNCTION almanac.report_block_text(block jsonb, width integer) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	item jsonb;
BEGIN
	IF block ->> 'kind' <> 'verdict' AND block ->> 'title' <> '' THEN
		RETURN NEXT (block ->> 'title') || ':';
	END IF;
	CASE block ->> 'kind'
		WHEN 'verdict' THEN
			RETURN QUERY SELECT w.line FROM unnest(almanac.wrap_text(almanac.plain_text((block ->> 'status') || ': ' || (block ->> 'text')), width)) WITH ORDINALITY AS w (line, n) ORDER BY w.n;
		WHEN 'text' THEN
			RETURN QUERY SELECT w.line FROM unnest(almanac.wrap_text(almanac.plain_text(block ->> 'text'), width)) WITH ORDINALITY AS w (line, n) ORDER BY w.n;
		WHEN 'list' THEN
			FOR item IN SELECT i FROM jsonb_array_elements(block -> 'items') AS i LOOP
				RETURN QUERY SELECT CASE WHEN w.n = 1 THEN '  - ' ELSE '    ' END || w.line FROM unnest(almanac.wrap_text(almanac.plain_text(item ->> 'text'), width - 4)) WITH ORDINALITY AS w (line, n) ORDER BY w.n;
				RETURN QUERY SELECT '      ' || w.line FROM unnest(almanac.wrap_text(almanac.plain_text(item ->> 'code'), width - 6)) WITH ORDINALITY AS w (line, n) ORDER BY w.n;
			END LOOP;
		WHEN 'table' THEN
			RETURN QUERY SELECT t FROM almanac.report_table_text(block, width) AS t;
			RETURN QUERY SELECT w.line FROM unnest(almanac.wrap_text(almanac.plain_text('(' || (block ->> 'note') || ')'), width)) WITH ORDINALITY AS w (line, n) ORDER BY w.n;
		WHEN 'charts' THEN
			RETURN QUERY SELECT almanac.report_chart_text(c, width) FROM jsonb_array_elements(block -> 'charts') AS c;
		ELSE
	END CASE;
	RETURN NEXT '';
END
$$;
COMMENT ON FUNCTION almanac.report_block_text(jsonb, integer) IS 'a block of a report as lines of text';

-- Markdown: what has a meaning is escaped. In code only what ends it is, and there it is written as an entity.
CREATE FUNCTION almanac.report_markdown(value text, code boolean DEFAULT false) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN CASE WHEN value = '' OR value IS NULL THEN '' WHEN NOT code THEN
			regexp_replace(regexp_replace(regexp_replace(almanac.plain_text(value), '([][\\`*_<>|~&$])', '\\\1', 'g'), '^(\s*)([-+=#]+)(?=\s|$)', '\1\\\2'), '^(\s*\d+)([.)])(?=\s|$)', '\1\\\2')
		WHEN value !~ '[`|\\]' THEN '`' || almanac.plain_text(value) || '`'
		ELSE '<code>' || replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(almanac.plain_text(value), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '`', '&#96;'), '|', '&#124;'), '\', '&#92;'),
			'*', '&#42;'), '_', '&#95;'), '[', '&#91;'), ']', '&#93;'), '~', '&#126;'), '$', '&#36;') || '</code>' END;
COMMENT ON FUNCTION almanac.report_markdown(text, boolean) IS 'a text as it has to be written in markdown';

CREATE FUNCTION almanac.report_block_markdown(block jsonb) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	item jsonb;
	columns jsonb;
BEGIN
	IF block ->> 'kind' <> 'verdict' AND block ->> 'title' <> '' THEN
		RETURN NEXT '### ' || almanac.report_markdown(block ->> 'title');
		RETURN NEXT '';
	END IF;
	CASE block ->> 'kind'
		WHEN 'verdict' THEN
			RETURN NEXT '**' || (block ->> 'status') || '**: ' || almanac.report_markdown(block ->> 'text');
		WHEN 'text' THEN
			RETURN NEXT almanac.report_markdown(block ->> 'text');
		WHEN 'list' THEN
			RETURN QUERY SELECT '- ' || almanac.report_markdown(i ->> 'text') || CASE WHEN i ->> 'code' <> '' THEN ' ' || almanac.report_markdown(regexp_replace(i ->> 'code', '\s+', ' ', 'g'), true) ELSE '' END
				FROM jsonb_array_elements(block -> 'items') WITH ORDINALITY AS i (i, n) ORDER BY n;
		WHEN 'table' THEN
			columns := (SELECT jsonb_agg(c ORDER BY n) FROM jsonb_array_elements(block -> 'columns') WITH ORDINALITY AS c (c, n)
				WHERE EXISTS (SELECT FROM jsonb_array_elements(block -> 'rows') AS r WHERE r -> (c ->> 'key') <> 'null'));
			RETURN NEXT (SELECT '| ' || string_agg(almanac.report_markdown(COALESCE(c ->> 'title', '')), ' | ' ORDER BY n) || ' |' FROM jsonb_array_elements(columns) WITH ORDINALITY AS c (c, n));
			RETURN NEXT (SELECT '|' || string_agg(CASE WHEN c ->> 'type' IN ('text', 'code', 'time', 'date') THEN '---|' ELSE '---:|' END, '' ORDER BY n) FROM jsonb_array_elements(columns) WITH ORDINALITY AS c (c, n));
			RETURN QUERY SELECT (SELECT '| ' || string_agg(almanac.report_markdown(regexp_replace(almanac.report_value(r.r -> (c ->> 'key'), CASE c ->> 'type' WHEN 'unit' THEN r.r ->> 'unit' ELSE c ->> 'type' END), '\s+', ' ', 'g'),
					c ->> 'type' = 'code'), ' | ' ORDER BY n) || ' |' FROM jsonb_array_elements(columns) WITH ORDINALITY AS c (c, n))
				FROM jsonb_array_elements(block -> 'rows') WITH ORDINALITY AS r (r, n) ORDER BY r.n;
			IF block ->> 'note' <> '' THEN
				RETURN NEXT '';
				RETURN NEXT almanac.report_markdown(block ->> 'note');
			END IF;
		WHEN 'charts' THEN
			RETURN NEXT '```text';
			RETURN QUERY SELECT almanac.report_chart_text(c, 100) FROM jsonb_array_elements(block -> 'charts') AS c;
			RETURN NEXT '```';
		ELSE
	END CASE;
	RETURN NEXT '';
END
$$;
COMMENT ON FUNCTION almanac.report_block_markdown(jsonb) IS 'a block of a report as lines of markdown';
