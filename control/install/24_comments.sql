-- What foreign tables and their columns are.
DO $$
DECLARE
	c record;
BEGIN
	FOR c IN SELECT * FROM almanac.stream_columns() LOOP
		EXECUTE pg_catalog.format('COMMENT ON COLUMN almanac.%I.%I IS %L', c.stream || '_samples', c.column_name, c.comment);
		IF c.kind IN ('gauge', 'real') THEN
			EXECUTE pg_catalog.format('COMMENT ON COLUMN almanac.%I.%I IS %L', c.stream || '_samples', c.column_name || '_min',
				'least value within the interval of: ' || c.comment);
			EXECUTE pg_catalog.format('COMMENT ON COLUMN almanac.%I.%I IS %L', c.stream || '_samples', c.column_name || '_max',
				'greatest value within the interval of: ' || c.comment);
		END IF;
	END LOOP;
	FOR c IN SELECT DISTINCT stream FROM almanac.stream_columns() LOOP
		EXECUTE pg_catalog.format('COMMENT ON FOREIGN TABLE almanac.%I IS %L', c.stream || '_samples',
			'samples of the ' || c.stream || ' stream: one row per series and interval with activity');
		EXECUTE pg_catalog.format('COMMENT ON COLUMN almanac.%I.%I IS %L', c.stream || '_samples', 'series_id',
			'series, see ' || c.stream || '_keys');
		EXECUTE pg_catalog.format('COMMENT ON COLUMN almanac.%I."time" IS %L', c.stream || '_samples', 'end of the interval');
		EXECUTE pg_catalog.format('COMMENT ON COLUMN almanac.%I.duration IS %L', c.stream || '_samples', 'length of the interval');
		EXECUTE pg_catalog.format('COMMENT ON COLUMN almanac.%I.flags IS %L', c.stream || '_samples',
			'how far the sample can be trusted, see flag_names()');
	END LOOP;
END
$$;
