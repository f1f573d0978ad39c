CREATE FUNCTION almanac.take_snapshot() RETURNS bigint
	LANGUAGE C VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS 'MODULE_PATHNAME', 'almanac_take_snapshot';
COMMENT ON FUNCTION almanac.take_snapshot() IS 'takes a snapshot now and returns its number';

CREATE FUNCTION almanac.seal() RETURNS bigint
	LANGUAGE C VOLATILE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS 'MODULE_PATHNAME', 'almanac_seal';
COMMENT ON FUNCTION almanac.seal() IS 'moves the journal into the archive now and returns the number of journal rows moved';

CREATE FUNCTION almanac.purge(at timestamptz DEFAULT NULL) RETURNS bigint
	LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
	AS 'MODULE_PATHNAME', 'almanac_purge';
COMMENT ON FUNCTION almanac.purge(timestamptz) IS
	'rolls up complete days, drops what is expired or too much, and returns the number of partitions dropped; as of now, or of another time';

CREATE FUNCTION almanac.worker_status(OUT preloaded boolean, OUT state text, OUT database text, OUT launcher_pid integer,
		OUT worker_pid integer, OUT worker_started timestamptz, OUT worker_memory_bytes bigint, OUT worker_cpu_ms double precision,
		OUT cpu_percent double precision, OUT snapshot_interval double precision, OUT relation_interval double precision,
		OUT upkeep_cpu_ms double precision, OUT upkeep_wal_bytes bigint, OUT free_bytes bigint)
	RETURNS SETOF record LANGUAGE C STRICT VOLATILE ROWS 1 AS 'MODULE_PATHNAME', 'almanac_worker_status';
COMMENT ON FUNCTION almanac.worker_status() IS 'the background workers of pg_almanac; see view almanac.status';

-- Text of a statement for whoever may see it: as in pg_stat_statements, the user who ran it and pg_read_all_stats.
CREATE FUNCTION almanac.visible_query(userid oid, query text) RETURNS text
	LANGUAGE sql STABLE PARALLEL SAFE
	RETURN CASE WHEN pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
			OR userid OPERATOR(pg_catalog.=) (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.=) CURRENT_USER)
		THEN query ELSE '<insufficient privilege>' END;
COMMENT ON FUNCTION almanac.visible_query(oid, text) IS 'the text, if the caller may see statements of that user';
