-- Settings, for the functions that look for findings.

-- As the server has it: the process that looks for findings has some settings of its own, and who asks may have others, for the role or
-- database. Then what the files say, else what is built in.
CREATE FUNCTION almanac.server_setting(setting text) RETURNS text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN s.vartype = 'bool' THEN CASE WHEN x.value::boolean THEN 'on' ELSE 'off' END WHEN s.unit IS NULL OR x.bytes IS NULL THEN x.value WHEN x.bytes <= 0 THEN '0' WHEN x.bytes % 1099511627776 = 0 THEN x.bytes / 1099511627776 || 'TB' WHEN x.bytes % 1073741824 = 0 THEN x.bytes / 1073741824 || 'GB'
			WHEN x.bytes % 1048576 = 0 THEN x.bytes / 1048576 || 'MB' WHEN x.bytes % 1024 = 0 THEN x.bytes / 1024 || 'kB' ELSE x.bytes || 'B' END
	FROM pg_settings s
	CROSS JOIN LATERAL (SELECT CASE WHEN s.source NOT IN ('override', 'database', 'user', 'database user', 'session', 'client', 'interactive') OR s.context IN ('postmaster', 'internal') THEN current_setting(s.name)
		ELSE COALESCE((SELECT f.setting FROM pg_file_settings f WHERE f.name = s.name AND f.error IS NULL ORDER BY f.seqno DESC LIMIT 1), s.boot_val) END AS value) v
	CROSS JOIN LATERAL (SELECT v.value, CASE WHEN s.unit ~ 'B$' AND v.value ~ '^\d+$' THEN v.value::bigint * CASE WHEN s.unit = 'B' THEN 1 ELSE pg_size_bytes(CASE WHEN s.unit ~ '^\d' THEN s.unit ELSE '1' || s.unit END) END
		WHEN s.unit ~ 'B$' AND v.value ~ '^\d+ ?[kMGT]?B$' THEN pg_size_bytes(v.value) END AS bytes) x
	WHERE s.name = server_setting.setting
$$;
COMMENT ON FUNCTION almanac.server_setting(text) IS 'a setting as the server has it, whatever this session has; not of a role or database';

CREATE FUNCTION almanac.setting_bytes(setting text) RETURNS double precision
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
	RETURN pg_catalog.pg_size_bytes(almanac.server_setting(setting));
COMMENT ON FUNCTION almanac.setting_bytes(text) IS 'a setting of a size, in bytes';
