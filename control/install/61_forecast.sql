-- Projections of anybody's own series. Everything here computes with what it is given and reads nothing else.

CREATE FUNCTION almanac.forecast(times timestamptz[], series double precision[], horizon timestamptz[], kind text DEFAULT 'auto')
	RETURNS TABLE ("time" timestamptz, value double precision, lower_80 double precision, upper_80 double precision,
		lower_95 double precision, upper_95 double precision, method text)
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100000 ROWS 12 SET search_path = pg_catalog, pg_temp
	AS 'MODULE_PATHNAME', 'almanac_forecast';
COMMENT ON FUNCTION almanac.forecast(timestamptz[], double precision[], timestamptz[], text) IS
	'what a series will be at later times, with intervals that hold it with 80 and 95 %; kind is growth, metric or auto';

CREATE FUNCTION almanac.time_to(times timestamptz[], series double precision[], threshold double precision)
	RETURNS TABLE (verdict text, earliest timestamptz, likely timestamptz, latest timestamptz)
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100000 ROWS 1 SET search_path = pg_catalog, pg_temp
	AS 'MODULE_PATHNAME', 'almanac_time_to';
COMMENT ON FUNCTION almanac.time_to(timestamptz[], double precision[], double precision) IS
	'when a series reaches a threshold: earliest and latest bound an interval of 80 %; or why there is no such time';
