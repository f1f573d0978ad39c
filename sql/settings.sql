-- Every setting: its default, bounds and who may change it; what is wrong is refused.
SELECT name, setting, unit, vartype, min_val, max_val, context
	FROM pg_settings WHERE name LIKE 'pg\_almanac.%' AND name <> 'pg_almanac.enabled' ORDER BY name COLLATE "C";
SELECT boot_val FROM pg_settings WHERE name = 'pg_almanac.enabled';
SELECT name FROM pg_settings WHERE name LIKE 'pg\_almanac.%' AND (short_desc = '' OR short_desc NOT LIKE '%.');

\set VERBOSITY terse
SET pg_almanac.interval = 1;
SET pg_almanac.database = 'other';
SET pg_almanac.enabled = off;
SET pg_almanac.no_such_setting = 1;
-- What is out of range is told in other words by other versions.
\set VERBOSITY sqlstate
ALTER SYSTEM SET pg_almanac.interval = 0;
ALTER SYSTEM SET pg_almanac.interval = '25h';
ALTER SYSTEM SET pg_almanac.interval = '500ms';
ALTER SYSTEM SET pg_almanac.relation_interval = '2d';
ALTER SYSTEM SET pg_almanac.max_query_length = 10;
ALTER SYSTEM SET pg_almanac.analysis_interval = '2d';
ALTER SYSTEM SET pg_almanac.wait_interval = -1;
ALTER SYSTEM SET pg_almanac.wait_interval = '2min';
\set VERBOSITY terse
ALTER SYSTEM SET pg_almanac.exclude_databases = 'a b';
ALTER SYSTEM SET pg_almanac.include_databases = 'a,,b';
ALTER SYSTEM SET pg_almanac.enabled = 'perhaps';
SELECT count(*) FROM pg_file_settings WHERE name LIKE 'pg\_almanac.%' AND sourcefile LIKE '%auto.conf';

-- What is right is taken.
ALTER SYSTEM SET pg_almanac.exclude_databases = 'one, "With ""Quotes"" and, comma"';
ALTER SYSTEM SET pg_almanac.relation_interval = '10min';
SELECT name, setting, error FROM pg_file_settings WHERE name LIKE 'pg\_almanac.%' AND sourcefile LIKE '%auto.conf' ORDER BY name;
ALTER SYSTEM RESET pg_almanac.exclude_databases;
ALTER SYSTEM RESET pg_almanac.relation_interval;

-- Anybody may set what concerns their own session only.
CREATE ROLE almanac_anybody;
SET ROLE almanac_anybody;
SET pg_almanac.skip_corrupt_chunks = on;
SET pg_almanac.dump_history = on;
ALTER SYSTEM SET pg_almanac.interval = 10;
RESET ROLE;
RESET pg_almanac.skip_corrupt_chunks;
RESET pg_almanac.dump_history;
DROP ROLE almanac_anybody;
