-- The machine: where its figures come from.

CREATE FUNCTION almanac.host_sources(OUT figures text, OUT source text, OUT note text)
	RETURNS SETOF record LANGUAGE C STRICT VOLATILE ROWS 7 SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'almanac_host_sources';
COMMENT ON FUNCTION almanac.host_sources() IS
	'where figures of the machine and of volumes are read, as of now; note tells what cannot be read, and is NULL if all is well';

CREATE FUNCTION almanac.volumes_now(OUT kind text, OUT name text, OUT device text, OUT total_bytes bigint, OUT used_bytes bigint)
	RETURNS SETOF record LANGUAGE C STRICT VOLATILE ROWS 3 SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'almanac_volumes_now';
COMMENT ON FUNCTION almanac.volumes_now() IS 'how full the volumes are that the data directory, the WAL and tablespaces lie on, as of now';
