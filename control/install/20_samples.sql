CREATE FUNCTION almanac.samples_handler() RETURNS fdw_handler
	LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'almanac_samples_handler';
COMMENT ON FUNCTION almanac.samples_handler() IS 'foreign-data wrapper that reads and writes the packed history';

CREATE FUNCTION almanac.samples_validator(text[], oid) RETURNS void
	LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'almanac_samples_validator';
COMMENT ON FUNCTION almanac.samples_validator(text[], oid) IS 'checks the options of foreign tables over the history';

CREATE FUNCTION almanac.stream_columns(OUT stream text, OUT ordinal integer, OUT column_name text, OUT kind text, OUT comment text,
		OUT stream_id smallint)
	RETURNS SETOF record LANGUAGE C STRICT STABLE AS 'MODULE_PATHNAME', 'almanac_stream_columns';
COMMENT ON FUNCTION almanac.stream_columns() IS 'what is recorded: the value columns of every stream';

CREATE FUNCTION almanac.sums_rows(internal) RETURNS internal
	LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'almanac_sums_rows';
COMMENT ON FUNCTION almanac.sums_rows(internal) IS 'tells the planner how many rows sums() and totals() return';

CREATE FUNCTION almanac.sums(stream text, "from" timestamptz, "to" timestamptz, series integer[] DEFAULT NULL)
	RETURNS SETOF record LANGUAGE C STABLE ROWS 5000 SUPPORT almanac.sums_rows AS 'MODULE_PATHNAME', 'almanac_sums';
COMMENT ON FUNCTION almanac.sums(text, timestamptz, timestamptz, integer[]) IS
	'sums of the samples of each series that ended after "from" and no later than "to"; the caller names the columns';

CREATE FUNCTION almanac.step_sums(stream text, "from" timestamptz, "to" timestamptz, step interval, series integer[] DEFAULT NULL, groups integer[] DEFAULT NULL)
	RETURNS SETOF record LANGUAGE C STABLE ROWS 500 AS 'MODULE_PATHNAME', 'almanac_step_sums';
COMMENT ON FUNCTION almanac.step_sums(text, timestamptz, timestamptz, interval, integer[], integer[]) IS
	'what the samples of all series, or of groups of some, add up to in each of even steps; columns of the result are named by the caller';

CREATE FUNCTION almanac.totals(stream text)
	RETURNS SETOF record LANGUAGE C STABLE STRICT ROWS 5000 SUPPORT almanac.sums_rows AS 'MODULE_PATHNAME', 'almanac_totals';
COMMENT ON FUNCTION almanac.totals(text) IS
	'sums of the samples of each series since recording began; the caller names the columns';

CREATE FUNCTION almanac.flag_names(flags integer) RETURNS text[]
	LANGUAGE C STRICT IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_flag_names';
COMMENT ON FUNCTION almanac.flag_names(integer) IS 'names of the flags of a sample';
