-- Distributions of durations: questions and aggregates.

-- Questions

CREATE FUNCTION almanac.calls(histogram almanac.histogram) RETURNS bigint
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_calls';
COMMENT ON FUNCTION almanac.calls(almanac.histogram) IS 'number of calls';

CREATE FUNCTION almanac.total_ms(histogram almanac.histogram) RETURNS double precision
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_total_ms';
COMMENT ON FUNCTION almanac.total_ms(almanac.histogram) IS 'sum of all durations in milliseconds, within 3.03 %';

CREATE FUNCTION almanac.quantile(histogram almanac.histogram, q double precision) RETURNS double precision
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_quantile';
COMMENT ON FUNCTION almanac.quantile(almanac.histogram, double precision) IS
	'the duration in milliseconds that a share q of the calls does not exceed, within 3.03 % of percentile_disc(q)';

CREATE FUNCTION almanac.quantiles(histogram almanac.histogram, q double precision[]) RETURNS double precision[]
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_quantiles';
COMMENT ON FUNCTION almanac.quantiles(almanac.histogram, double precision[]) IS 'several quantiles at once, in the order of the array';

CREATE FUNCTION almanac.quantile_range(histogram almanac.histogram, q double precision,
		OUT lower_ms double precision, OUT upper_ms double precision)
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_quantile_range';
COMMENT ON FUNCTION almanac.quantile_range(almanac.histogram, double precision) IS
	'where the quantile lies with a probability of 95 % if these calls are a sample: wide when there are few, open above when there are too few';

CREATE FUNCTION almanac.share_above(histogram almanac.histogram, ms double precision) RETURNS double precision
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_share_above';
COMMENT ON FUNCTION almanac.share_above(almanac.histogram, double precision) IS
	'the share of calls, from 0 to 1, that took at least so many milliseconds';

CREATE FUNCTION almanac.share_above_range(histogram almanac.histogram, ms double precision,
		OUT lower double precision, OUT upper double precision)
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_share_above_range';
COMMENT ON FUNCTION almanac.share_above_range(almanac.histogram, double precision) IS
	'what share_above() is at least and at most: they differ by the calls of the bucket that the threshold lies in';

CREATE FUNCTION almanac.buckets(histogram almanac.histogram, per_octave integer DEFAULT 16)
	RETURNS TABLE (lower_ms double precision, upper_ms double precision, calls bigint)
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 50 AS 'MODULE_PATHNAME', 'almanac_histogram_buckets';
COMMENT ON FUNCTION almanac.buckets(almanac.histogram, integer) IS
	'the buckets that have calls, in ascending order; 1, 2, 4, 8 or 16 of them from a duration to its double';

-- Aggregates. As moving aggregates they subtract what leaves the window.

CREATE FUNCTION almanac.histogram_merge_step(internal, almanac.histogram) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_merge_step';
COMMENT ON FUNCTION almanac.histogram_merge_step(internal, almanac.histogram) IS 'aggregate transition function';
CREATE FUNCTION almanac.histogram_merge_unstep(internal, almanac.histogram) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_merge_unstep';
COMMENT ON FUNCTION almanac.histogram_merge_unstep(internal, almanac.histogram) IS 'aggregate transition function';
CREATE FUNCTION almanac.histogram_value_step(internal, double precision) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_value_step';
COMMENT ON FUNCTION almanac.histogram_value_step(internal, double precision) IS 'aggregate transition function';
CREATE FUNCTION almanac.histogram_value_unstep(internal, double precision) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_value_unstep';
COMMENT ON FUNCTION almanac.histogram_value_unstep(internal, double precision) IS 'aggregate transition function';
CREATE FUNCTION almanac.histogram_combine(internal, internal) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_combine';
COMMENT ON FUNCTION almanac.histogram_combine(internal, internal) IS 'aggregate combine function';
CREATE FUNCTION almanac.histogram_serialize(internal) RETURNS bytea
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_serialize';
COMMENT ON FUNCTION almanac.histogram_serialize(internal) IS 'aggregate serial function';
CREATE FUNCTION almanac.histogram_deserialize(bytea, internal) RETURNS internal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_deserialize';
COMMENT ON FUNCTION almanac.histogram_deserialize(bytea, internal) IS 'aggregate deserial function';
CREATE FUNCTION almanac.histogram_final(internal) RETURNS almanac.histogram
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_final';
COMMENT ON FUNCTION almanac.histogram_final(internal) IS 'aggregate final function';

CREATE AGGREGATE almanac.merge(almanac.histogram) (
	SFUNC = almanac.histogram_merge_step, STYPE = internal, SSPACE = 1024, FINALFUNC = almanac.histogram_final,
	COMBINEFUNC = almanac.histogram_combine, SERIALFUNC = almanac.histogram_serialize, DESERIALFUNC = almanac.histogram_deserialize,
	MSFUNC = almanac.histogram_merge_step, MINVFUNC = almanac.histogram_merge_unstep, MSTYPE = internal, MSSPACE = 1024,
	MFINALFUNC = almanac.histogram_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE almanac.merge(almanac.histogram) IS 'the calls of all';

CREATE AGGREGATE almanac.histogram_agg(ms double precision) (
	SFUNC = almanac.histogram_value_step, STYPE = internal, SSPACE = 1024, FINALFUNC = almanac.histogram_final,
	COMBINEFUNC = almanac.histogram_combine, SERIALFUNC = almanac.histogram_serialize, DESERIALFUNC = almanac.histogram_deserialize,
	MSFUNC = almanac.histogram_value_step, MINVFUNC = almanac.histogram_value_unstep, MSTYPE = internal, MSSPACE = 1024,
	MFINALFUNC = almanac.histogram_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE almanac.histogram_agg(double precision) IS 'the distribution of durations in milliseconds, or of anything from 0.001 to 4 million';
