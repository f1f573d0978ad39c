-- Foreign tables get the columns that they would have if they were made now, at their end; new streams their table.
CREATE SCHEMA almanac_upgrade;
IMPORT FOREIGN SCHEMA samples FROM SERVER almanac INTO almanac_upgrade;
DO $$
DECLARE
	wanted record;
	lacking record;
BEGIN
	FOR wanted IN
		SELECT c.oid, c.relname, pg_catalog.to_regclass(pg_catalog.format('almanac.%I', c.relname)) AS found
		FROM pg_catalog.pg_class c WHERE c.relnamespace = 'almanac_upgrade'::regnamespace AND c.relkind = 'f'
	LOOP
		IF wanted.found IS NULL THEN
			EXECUTE pg_catalog.format('IMPORT FOREIGN SCHEMA samples LIMIT TO (%I) FROM SERVER almanac INTO almanac', wanted.relname);
			CONTINUE;
		END IF;
		FOR lacking IN
			SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull
			FROM pg_catalog.pg_attribute a
			WHERE a.attrelid = wanted.oid AND a.attnum > 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute b
				WHERE b.attrelid = wanted.found AND b.attname = a.attname AND NOT b.attisdropped)
			ORDER BY a.attnum
		LOOP
			EXECUTE pg_catalog.format('ALTER FOREIGN TABLE %s ADD COLUMN %I %s %s', wanted.found, lacking.attname, lacking.type,
				CASE WHEN lacking.attnotnull THEN 'NOT NULL' END);
		END LOOP;
	END LOOP;
END
$$;
DROP SCHEMA almanac_upgrade CASCADE;
