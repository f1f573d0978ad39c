-- The mathematics, for anyone's own series. Everything here computes with what it is given and reads nothing else.

CREATE FUNCTION almanac.changepoints(series double precision[], weights double precision[] DEFAULT NULL, period integer DEFAULT NULL,
		min_effect double precision DEFAULT 0.05, log boolean DEFAULT true)
	RETURNS TABLE (at integer, earliest integer, latest integer, level_before double precision, level_after double precision,
		change double precision, p_value double precision)
	LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000 ROWS 2 AS 'MODULE_PATHNAME', 'almanac_changepoints';
COMMENT ON FUNCTION almanac.changepoints(double precision[], double precision[], integer, double precision, boolean) IS
	'when the level of a series changed for good, by how much, and between which elements that is certain; weights are calls per element, NULL elements gaps';

CREATE FUNCTION almanac.compare_series(series1 double precision[], weights1 double precision[], series2 double precision[], weights2 double precision[])
	RETURNS double precision LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'almanac_compare_series';
COMMENT ON FUNCTION almanac.compare_series(double precision[], double precision[], double precision[], double precision[]) IS
	'how likely the levels of two series differ as much by chance as they do; weights are calls per element, NULL elements gaps; NULL: too few to tell';

-- What it draws with depends on the encoding of the client.
CREATE FUNCTION almanac.sparkline(series double precision[]) RETURNS text
	LANGUAGE C STABLE STRICT PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'almanac_sparkline';
COMMENT ON FUNCTION almanac.sparkline(double precision[]) IS
	'a series as a line of text: eight heights from the least to the greatest value, a space for NULL';
