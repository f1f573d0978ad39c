-- What is done here for users is not the extension's.
CREATE FUNCTION almanac.upgrade_run(command text, as_user oid) RETURNS void LANGUAGE C AS 'MODULE_PATHNAME', 'almanac_upgrade_run';

-- Views of users use what was made anew; what was put aside for them goes.
DO $$
DECLARE
	command text;
BEGIN
	FOR command IN
		SELECT pg_catalog.format('CREATE OR REPLACE VIEW %s %s AS %s', u.objid::regclass, 'WITH (' || pg_catalog.array_to_string(u.options, ', ') || ')', u.definition)
		FROM pg_temp.almanac_users_views u
	LOOP
		PERFORM almanac.upgrade_run(command, NULL);
	END LOOP;
	DELETE FROM pg_temp.almanac_users_views;
	PERFORM almanac.upgrade_drop();
END
$$;
DROP SCHEMA almanac_former;

-- The grants of users again, so that pg_dump writes them. An object that has other
-- arguments now is recognized by its name; what no longer exists is left out.
DO $$
DECLARE
	g record;
	object text;
BEGIN
	FOR g IN SELECT * FROM pg_temp.almanac_grants ORDER BY revoked, NOT by_owner, NOT grantable LOOP
		IF g.kind = 'ROUTINE' THEN
			object := COALESCE(pg_catalog.to_regprocedure(g.name)::text, (SELECT pg_catalog.min(p.oid::regprocedure::text)
				FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
				WHERE pg_catalog.format('%I.%I', n.nspname, p.proname) = pg_catalog.split_part(g.name, '(', 1) HAVING pg_catalog.count(*) = 1));
		ELSIF g.kind IN ('TABLE', 'SEQUENCE') THEN
			object := pg_catalog.to_regclass(g.name)::text;
			CONTINUE WHEN g.attname IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
				WHERE a.attrelid = pg_catalog.to_regclass(g.name) AND a.attname = g.attname AND NOT a.attisdropped);
		ELSE
			object := g.name;
		END IF;
		CONTINUE WHEN object IS NULL;
		IF g.revoked THEN
			PERFORM almanac.upgrade_run(pg_catalog.format('REVOKE %s ON %s %s FROM %s', g.privilege, g.kind, object, g.grantee), NULL);
			CONTINUE;
		END IF;
		PERFORM almanac.upgrade_run(pg_catalog.format('GRANT %s ON %s %s TO %s%s', g.privilege, g.kind, object, g.grantee,
			CASE WHEN g.grantable THEN ' WITH GRANT OPTION' END), CASE WHEN NOT g.by_owner THEN g.grantor END);
	END LOOP;
END
$$;
DROP TABLE pg_temp.almanac_grants, pg_temp.almanac_needs, pg_temp.almanac_replaced, pg_temp.almanac_users_views;
DROP FUNCTION almanac.upgrade_check(), almanac.upgrade_drop(), almanac.upgrade_run(text, oid);
