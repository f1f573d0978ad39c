-- Reports as HTML: one file without script, fonts or anything else from elsewhere, for screens of any width, light and dark, and for paper.

CREATE FUNCTION almanac.report_html(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN COALESCE(replace(replace(replace(replace(replace(almanac.plain_text(value), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;'), '');
COMMENT ON FUNCTION almanac.report_html(text) IS 'a text as it has to be written in HTML, in attributes too';

CREATE FUNCTION almanac.report_style() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN $css$
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1c2128; --faint: #57606a; --rule: #d5dbe1; --soft: #f5f7f9; --line: #0a5bc4; --fill: #0a5bc41f; --before: #8b949e;
  --good: #116329; --good-paper: #e3f5e8; --fair: #704700; --fair-paper: #fff3d1; --bad: #a40e26; --bad-paper: #ffe9e7; --none: #424a53; --none-paper: #eceff2; }
@media (prefers-color-scheme: dark) { :root { --paper: #0f141a; --ink: #e4e9ee; --faint: #9da7b3; --rule: #303a45; --soft: #171d25; --line: #6cb0ff; --fill: #6cb0ff2b; --before: #76818d;
  --good: #7ddb9b; --good-paper: #10291a; --fair: #f0cb69; --fair-paper: #2c2310; --bad: #ffa198; --bad-paper: #35191b; --none: #c3ccd6; --none-paper: #222a33; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 62rem; background: var(--paper); color: var(--ink); font: 0.9375rem/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; letter-spacing: -0.015em; font-weight: 650; }
h2 { font-size: 1.1875rem; margin: 2.75rem 0 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--rule); font-weight: 650; }
h3 { font-size: 0.8125rem; margin: 1.5rem 0 0.375rem; font-weight: 600; color: var(--faint); text-transform: uppercase; letter-spacing: 0.05em; }
p { margin: 0.5rem 0; max-width: 46rem; }
.when, .note { color: var(--faint); }
.when { margin: 0.375rem 0 1.5rem; }
.note { font-size: 0.8125rem; }
.verdict { display: flex; gap: 0.875rem; align-items: baseline; padding: 0.875rem 1rem; border-radius: 0.5rem; max-width: none; font-size: 1.0625rem; background: var(--none-paper); color: var(--none); }
.verdict b { font-size: 0.8125rem; letter-spacing: 0.06em; }
.verdict.green { background: var(--good-paper); color: var(--good); }
.verdict.yellow { background: var(--fair-paper); color: var(--fair); }
.verdict.red { background: var(--bad-paper); color: var(--bad); }
ul { margin: 0.375rem 0; padding-left: 1.125rem; max-width: 52rem; }
li { margin: 0.25rem 0; overflow-wrap: anywhere; }
li::marker { color: var(--faint); }
code { font: 0.8125rem/1.45 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; unicode-bidi: isolate; }
li code { display: block; margin-top: 0.125rem; padding: 0.25rem 0.5rem; border-radius: 0.25rem; background: var(--soft); }
bdi { overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3125rem 0 0.3125rem 1rem; text-align: right; vertical-align: baseline; white-space: nowrap; }
th { font-weight: 500; font-size: 0.8125rem; color: var(--faint); border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child { padding-left: 0; }
th.text, td.text { text-align: left; }
td.text { white-space: normal; overflow-wrap: anywhere; }
td.text:first-child { min-width: 6.5rem; overflow-wrap: break-word; }
td.text:first-child bdi { overflow-wrap: break-word; }
tbody tr:first-child td { border-top: 0; }
tbody td { border-top: 1px solid var(--rule); }
tr.below td { border-top: 0; padding: 0 0 0.5rem; text-align: left; white-space: normal; color: var(--faint); }
tr.below div { position: sticky; left: 0; max-width: min(100%, calc(100vw - 2rem)); }
tr.below code { color: var(--ink); }
tr.below span, tr.below code { margin-right: 0.75rem; }
tr.below code:last-child { display: block; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); gap: 1.25rem 1.75rem; }
figure { margin: 0; }
figcaption b { font-weight: 600; }
figcaption { font-size: 0.8125rem; display: flex; justify-content: space-between; gap: 0.75rem; align-items: baseline; }
figcaption span { color: var(--faint); white-space: nowrap; font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; height: auto; overflow: hidden; }
svg text { font: 10px system-ui, "Liberation Sans", sans-serif; fill: var(--faint); font-variant-numeric: tabular-nums; }
svg .axis { stroke: var(--rule); stroke-width: 1; }
svg .now { fill: none; stroke: var(--line); stroke-width: 1.5; stroke-linejoin: round; stroke-linecap: round; }
svg .area { fill: var(--fill); stroke: none; }
svg .before { fill: none; stroke: var(--before); stroke-width: 1; stroke-dasharray: 2 2; }
svg .mark { stroke: var(--bad); stroke-width: 1; stroke-dasharray: 3 2; }
footer { margin-top: 3rem; font-size: 0.8125rem; color: var(--faint); }
@media (max-width: 40rem) { body { padding: 1.25rem 1rem 2.5rem; } h1 { font-size: 1.4375rem; } .verdict { display: block; } .verdict b { display: block; } th, td { padding-left: 0.625rem; } table { font-size: 0.8125rem; } th { font-size: 0.75rem; }
  th.text:first-child, td.text:first-child { position: sticky; left: 0; background: var(--paper); } }
@media print { :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --faint: #444444; --rule: #bbbbbb; --soft: #f5f5f5; --line: #0a5bc4; --fill: #0a5bc41f; --before: #777777;
    --good: #116329; --good-paper: #ffffff; --fair: #704700; --fair-paper: #ffffff; --bad: #a40e26; --bad-paper: #ffffff; --none: #424a53; --none-paper: #ffffff; }
  @page { margin: 16mm; } body { padding: 0; max-width: none; font-size: 9.5pt; } .verdict { border: 1px solid currentColor; } .scroll { overflow: visible; } table, li code, code { font-size: 8.5pt; } th, h3, .note, figcaption { font-size: 8pt; } .verdict { font-size: 11pt; } th, td { padding-top: 2pt; padding-bottom: 2pt; }
  h2, h3 { break-after: avoid; } tr, li, figure { break-inside: avoid; } thead { display: table-header-group; } .charts { grid-template-columns: repeat(2, 1fr); } td.text, td code { white-space: normal; } }
$css$;
COMMENT ON FUNCTION almanac.report_style() IS 'the style sheet of reports';

-- Points as the path of a line; where nobody looked there is a gap. The drawing is 320 by 104 units, the plot lies between 12 and 86.
CREATE FUNCTION almanac.report_path(points jsonb, "from" timestamptz, "to" timestamptz, step_seconds double precision, low double precision, high double precision, area boolean) RETURNS text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH p AS (
		SELECT (p ->> 0)::timestamptz AS "time", (p ->> 1)::float8 AS value FROM jsonb_array_elements(points) AS p WHERE p ->> 1 IS NOT NULL
	), xy AS (
		SELECT p."time", round((320 * least(1, greatest(0, extract(epoch FROM p."time" - "from") / extract(epoch FROM "to" - "from"))))::numeric, 1) AS x,
			round((86 - 74 * CASE WHEN high > low THEN (p.value - low) / (high - low) ELSE 0 END)::numeric, 1) AS y,
			COALESCE(extract(epoch FROM p."time" - lag(p."time") OVER (ORDER BY p."time")) > 1.6 * step_seconds, true) AS apart
		FROM p
	), piece AS (
		SELECT xy.*, count(*) FILTER (WHERE xy.apart) OVER (ORDER BY xy."time") AS piece FROM xy
	)
	SELECT string_agg(i.path, '' ORDER BY i.piece) FROM (
		SELECT c.piece, CASE WHEN area THEN 'M' || min(c.x) || ' 86L' ELSE 'M' END || string_agg(c.x || ' ' || c.y, 'L' ORDER BY c."time")
			|| CASE WHEN area THEN 'L' || max(c.x) || ' 86Z' WHEN count(*) = 1 THEN 'h0.1' ELSE '' END AS path
		FROM piece c GROUP BY c.piece) i
$$;
COMMENT ON FUNCTION almanac.report_path(jsonb, timestamptz, timestamptz, double precision, double precision, double precision, boolean) IS 'a line of a chart as an SVG path';

CREATE FUNCTION almanac.report_chart_html(chart jsonb, marks jsonb) RETURNS text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('<figure><figcaption><b>%s</b><span>%s</span></figcaption><svg viewBox="0 0 320 104" role="img" aria-label="%s">', almanac.report_html(chart ->> 'title'),
			almanac.report_html(almanac.report_value(to_jsonb(r.last), chart ->> 'type')),
			almanac.report_html(format('%s, from %s to %s, between %s and %s', chart ->> 'title', almanac.report_moment(chart -> 'from', chart -> 'from', chart -> 'to'), almanac.report_moment(chart -> 'to', chart -> 'from', chart -> 'to'),
				almanac.report_value(to_jsonb(r.low), chart ->> 'type'), almanac.report_value(to_jsonb(r.high), chart ->> 'type'))))
		|| '<line class="axis" x1="0" y1="86.5" x2="320" y2="86.5"/><line class="axis" x1="0" y1="12" x2="320" y2="12" stroke-dasharray="1 3"/>'
		|| COALESCE(format('<path class="before" d="%s"/>', almanac.report_path(chart -> 'before', x."from", x."to", x.step, r.base, r.top, false)), '')
		|| format('<path class="area" d="%s"/><path class="now" d="%s"/>', almanac.report_path(chart -> 'points', x."from", x."to", x.step, r.base, r.top, true),
			almanac.report_path(chart -> 'points', x."from", x."to", x.step, r.base, r.top, false))
		|| COALESCE((SELECT string_agg(format('<line class="mark" x1="%1$s" y1="12" x2="%1$s" y2="86"><title>%2$s</title></line>',
			round((320 * extract(epoch FROM (m ->> 'time')::timestamptz - x."from") / extract(epoch FROM x."to" - x."from"))::numeric, 1), almanac.report_html(m ->> 'label')), '') FROM jsonb_array_elements(marks) AS m), '')
		|| format('<text x="0" y="9">%s</text><text x="0" y="99">%s</text><text x="320" y="99" text-anchor="end">%s</text>%s</svg></figure>', almanac.report_html(almanac.report_value(to_jsonb(r.top), chart ->> 'type')),
			almanac.report_moment(chart -> 'from', chart -> 'from', chart -> 'to'), almanac.report_moment(chart -> 'to', chart -> 'from', chart -> 'to'),
			CASE WHEN r.base > 0 THEN format('<text x="320" y="9" text-anchor="end">axis begins at %s</text>', almanac.report_html(almanac.report_value(to_jsonb(r.base), chart ->> 'type'))) ELSE '' END)
	FROM (SELECT (chart ->> 'from')::timestamptz AS "from", (chart ->> 'to')::timestamptz AS "to", (chart ->> 'step_seconds')::float8 AS step) x
	CROSS JOIN (SELECT v.*, CASE WHEN v.low > 0.6 * v.high AND v.high > v.low THEN v.low - 0.2 * (v.high - v.low) ELSE least(0, v.low) END AS base, CASE WHEN v.high > v.low OR v.high > 0 THEN v.high ELSE v.high + 1 END AS top
		FROM (SELECT min(p.value) AS low, max(p.value) AS high, (array_agg(p.value ORDER BY p."time" DESC) FILTER (WHERE p.now))[1] AS last
			FROM (SELECT (p ->> 0)::timestamptz AS "time", (p ->> 1)::float8 AS value, true AS now FROM jsonb_array_elements(chart -> 'points') AS p
				UNION ALL SELECT (p ->> 0)::timestamptz, (p ->> 1)::float8, false FROM jsonb_array_elements(chart -> 'before') AS p) p) v) r
$$;
COMMENT ON FUNCTION almanac.report_chart_html(jsonb, jsonb) IS 'a time line of a report as a figure';

CREATE FUNCTION almanac.report_cell_html("row" jsonb, "column" jsonb) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	RETURN (SELECT CASE WHEN v.value = '' THEN '' WHEN "column" ->> 'type' = 'code' THEN '<code>' || v.value || '</code>' WHEN "column" ->> 'type' = 'text' THEN '<bdi>' || v.value || '</bdi>' ELSE v.value END
		FROM (SELECT almanac.report_html(almanac.report_value("row" -> ("column" ->> 'key'), CASE "column" ->> 'type' WHEN 'unit' THEN "row" ->> 'unit' ELSE "column" ->> 'type' END)) AS value) v);
COMMENT ON FUNCTION almanac.report_cell_html(jsonb, jsonb) IS 'a cell of a report''s table';

CREATE FUNCTION almanac.report_block_html(block jsonb) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	columns jsonb;
	"row" jsonb;
	below text;
BEGIN
	IF block ->> 'kind' <> 'verdict' AND block ->> 'title' <> '' THEN
		RETURN NEXT format('<h3>%s</h3>', almanac.report_html(block ->> 'title'));
	END IF;
	CASE block ->> 'kind'
		WHEN 'verdict' THEN
			RETURN NEXT format('<p class="verdict %s"><b>%s</b><span>%s</span></p>', lower(block ->> 'status'), almanac.report_html(block ->> 'status'), almanac.report_html(block ->> 'text'));
		WHEN 'text' THEN
			RETURN NEXT format('<p>%s</p>', almanac.report_html(block ->> 'text'));
		WHEN 'list' THEN
			RETURN NEXT '<ul>';
			RETURN QUERY SELECT format('<li><bdi>%s</bdi>%s</li>', almanac.report_html(i ->> 'text'), CASE WHEN i ->> 'code' <> '' THEN '<code>' || almanac.report_html(regexp_replace(i ->> 'code', '\s+', ' ', 'g')) || '</code>' ELSE '' END)
				FROM jsonb_array_elements(block -> 'items') WITH ORDINALITY AS i (i, n) ORDER BY i.n;
			RETURN NEXT '</ul>';
		WHEN 'table' THEN
			columns := (SELECT jsonb_agg(c.c ORDER BY c.n) FROM jsonb_array_elements(block -> 'columns') WITH ORDINALITY AS c (c, n)
				WHERE c.c -> 'below' IS NULL AND EXISTS (SELECT FROM jsonb_array_elements(block -> 'rows') AS r WHERE r -> (c.c ->> 'key') <> 'null'));
			RETURN NEXT '<div class="scroll"><table><thead><tr>' || (SELECT string_agg(format('<th%s>%s</th>', CASE WHEN c.c ->> 'type' IN ('text', 'code', 'time', 'date') THEN ' class="text"' ELSE '' END,
				almanac.report_html(c.c ->> 'title')), '' ORDER BY c.n) FROM jsonb_array_elements(columns) WITH ORDINALITY AS c (c, n)) || '</tr></thead><tbody>';
			FOR "row" IN SELECT r.r FROM jsonb_array_elements(block -> 'rows') WITH ORDINALITY AS r (r, n) ORDER BY r.n LOOP
				RETURN NEXT '<tr>' || (SELECT string_agg(format('<td%s>%s</td>', CASE WHEN c.c ->> 'type' IN ('text', 'code', 'time', 'date') THEN ' class="text"' ELSE '' END, almanac.report_cell_html("row", c.c)), '' ORDER BY c.n)
					FROM jsonb_array_elements(columns) WITH ORDINALITY AS c (c, n)) || '</tr>';
				below := (SELECT string_agg(CASE WHEN c.c ->> 'type' = 'code' THEN almanac.report_cell_html("row", c.c) ELSE format('<span>%s</span>', almanac.report_cell_html("row", c.c)) END, ' ' ORDER BY c.n)
					FROM jsonb_array_elements(block -> 'columns') WITH ORDINALITY AS c (c, n) WHERE (c.c ->> 'below')::boolean AND COALESCE("row" ->> (c.c ->> 'key'), '') <> '');
				IF below <> '' THEN
					RETURN NEXT format('<tr class="below"><td colspan="%s"><div>%s</div></td></tr>', jsonb_array_length(columns), below);
				END IF;
			END LOOP;
			RETURN NEXT '</tbody></table></div>';
			IF block ->> 'note' <> '' THEN
				RETURN NEXT format('<p class="note">%s</p>', almanac.report_html(block ->> 'note'));
			END IF;
		WHEN 'charts' THEN
			RETURN NEXT '<div class="charts">';
			RETURN QUERY SELECT almanac.report_chart_html(c.c, block -> 'marks') FROM jsonb_array_elements(block -> 'charts') WITH ORDINALITY AS c (c, n) ORDER BY c.n;
			RETURN NEXT '</div>';
			IF EXISTS (SELECT FROM jsonb_array_elements(block -> 'charts') AS c WHERE c ? 'before') OR jsonb_array_length(block -> 'marks') > 0 THEN
				RETURN NEXT format('<p class="note">%s</p>', concat_ws(' ', CASE WHEN EXISTS (SELECT FROM jsonb_array_elements(block -> 'charts') AS c WHERE c ? 'before') THEN 'Dotted: the period before.' END,
					CASE WHEN jsonb_array_length(block -> 'marks') > 0 THEN 'Vertical lines: '
						|| (SELECT string_agg(format('%s %s', almanac.report_value(m.m -> 'time', 'time'), almanac.report_html(m.m ->> 'label')), ', ' ORDER BY m.n) FROM jsonb_array_elements(block -> 'marks') WITH ORDINALITY AS m (m, n)) || '.' END));
			END IF;
		ELSE
	END CASE;
END
$$;
COMMENT ON FUNCTION almanac.report_block_html(jsonb) IS 'a block of a report as lines of HTML';
