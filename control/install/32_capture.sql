CREATE FUNCTION almanac.capture_slots(OUT dbid oid, OUT userid oid, OUT queryid bigint, OUT toplevel boolean, OUT calls bigint,
		OUT errors bigint, OUT cancels bigint, OUT timeouts bigint, OUT total_ms double precision, OUT first_use timestamptz,
		OUT last_use timestamptz, OUT latency bytea)
	RETURNS SETOF record LANGUAGE C STRICT VOLATILE AS 'MODULE_PATHNAME', 'almanac_capture_slots';
COMMENT ON FUNCTION almanac.capture_slots() IS 'what capture() reads';

CREATE FUNCTION almanac.capture()
	RETURNS TABLE (dbid oid, userid oid, queryid bigint, toplevel boolean, calls bigint, errors bigint, cancels bigint, timeouts bigint,
		total_ms double precision, first_use timestamptz, last_use timestamptz, latency almanac.histogram)
	LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT s.dbid, s.userid, s.queryid, s.toplevel, s.calls, s.errors, s.cancels, s.timeouts, s.total_ms, s.first_use, s.last_use,
		almanac.histogram(s.latency)
	FROM almanac.capture_slots() s
$$;
COMMENT ON FUNCTION almanac.capture() IS 'what is counted of each statement now, with its latencies; queryid is NULL for all that have no slot of their own';

CREATE FUNCTION almanac.capture_errors(OUT dbid oid, OUT userid oid, OUT queryid bigint, OUT toplevel boolean, OUT sqlstate_class text,
		OUT errors bigint)
	RETURNS SETOF record LANGUAGE C STRICT VOLATILE AS 'MODULE_PATHNAME', 'almanac_capture_errors';
COMMENT ON FUNCTION almanac.capture_errors() IS 'errors of each statement now, by the class of their SQLSTATE';

CREATE FUNCTION almanac.capture_status(OUT slots integer, OUT used integer, OUT reclaimed bigint, OUT unplaced bigint, OUT other_calls bigint,
		OUT shared_bytes bigint)
	RETURNS SETOF record LANGUAGE C STRICT VOLATILE ROWS 1 AS 'MODULE_PATHNAME', 'almanac_capture_status';
COMMENT ON FUNCTION almanac.capture_status() IS 'the table that statements are counted in';
