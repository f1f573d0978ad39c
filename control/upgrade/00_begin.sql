-- Upgrades keep what holds data. Views and functions hold none: they are dropped here, and made anew as in a fresh
-- installation. Those that views of users need are put aside until these views can use the new ones; those that other
-- things of users need stay and are replaced in place. Grants of users are kept.

CREATE FUNCTION almanac.upgrade_check() RETURNS void LANGUAGE C AS 'MODULE_PATHNAME', 'almanac_upgrade_check';
SELECT almanac.upgrade_check();

-- Grants that are not the extension's own, and what was revoked of those.
CREATE TEMPORARY TABLE almanac_grants ON COMMIT DROP AS
	WITH member AS (
		SELECT d.classid, d.objid
		FROM pg_catalog.pg_depend d
		JOIN pg_catalog.pg_extension e ON d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
		WHERE e.extname = 'pg_almanac'
	), object AS (
		SELECT m.classid, m.objid, 0 AS objsubid, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
			c.oid::regclass::text AS name, NULL AS attname, c.relowner AS owner, c.relacl AS acl,
			pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner) AS standard
		FROM member m JOIN pg_catalog.pg_class c ON m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid
		WHERE c.relkind NOT IN ('i', 'I', 'c', 't')
		UNION ALL
		SELECT m.classid, m.objid, a.attnum, 'TABLE', c.oid::regclass::text, a.attname, c.relowner, a.attacl, NULL::aclitem[]
		FROM member m JOIN pg_catalog.pg_class c ON m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid
		JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL
		UNION ALL
		SELECT m.classid, m.objid, 0, 'ROUTINE', p.oid::regprocedure::text, NULL, p.proowner, p.proacl, pg_catalog.acldefault('f', p.proowner)
		FROM member m JOIN pg_catalog.pg_proc p ON m.classid = 'pg_catalog.pg_proc'::regclass AND m.objid = p.oid
		UNION ALL
		SELECT m.classid, m.objid, 0, 'TYPE', t.oid::regtype::text, NULL, t.typowner, t.typacl, pg_catalog.acldefault('T', t.typowner)
		FROM member m JOIN pg_catalog.pg_type t ON m.classid = 'pg_catalog.pg_type'::regclass AND m.objid = t.oid
		WHERE t.typrelid = 0 AND t.typcategory <> 'A'
		UNION ALL
		SELECT m.classid, m.objid, 0, 'SCHEMA', n.oid::regnamespace::text, NULL, n.nspowner, n.nspacl, pg_catalog.acldefault('n', n.nspowner)
		FROM member m JOIN pg_catalog.pg_namespace n ON m.classid = 'pg_catalog.pg_namespace'::regclass AND m.objid = n.oid
		UNION ALL
		SELECT m.classid, m.objid, 0, 'FOREIGN DATA WRAPPER', pg_catalog.quote_ident(w.fdwname), NULL, w.fdwowner, w.fdwacl,
			pg_catalog.acldefault('F', w.fdwowner)
		FROM member m JOIN pg_catalog.pg_foreign_data_wrapper w ON m.classid = 'pg_catalog.pg_foreign_data_wrapper'::regclass AND m.objid = w.oid
		UNION ALL
		SELECT m.classid, m.objid, 0, 'FOREIGN SERVER', pg_catalog.quote_ident(s.srvname), NULL, s.srvowner, s.srvacl,
			pg_catalog.acldefault('S', s.srvowner)
		FROM member m JOIN pg_catalog.pg_foreign_server s ON m.classid = 'pg_catalog.pg_foreign_server'::regclass AND m.objid = s.oid
	), item AS (
		SELECT o.kind, o.name, o.attname, false AS initial, x.grantor, x.grantee, x.privilege_type, x.is_grantable, x.grantor = o.owner AS by_owner
		FROM object o, pg_catalog.aclexplode(COALESCE(o.acl, o.standard)) x
		WHERE x.grantee <> o.owner
		UNION ALL
		SELECT o.kind, o.name, o.attname, true, x.grantor, x.grantee, x.privilege_type, x.is_grantable, true
		FROM object o
		LEFT JOIN pg_catalog.pg_init_privs i ON i.classoid = o.classid AND i.objoid = o.objid AND i.objsubid = o.objsubid,
			pg_catalog.aclexplode(COALESCE(i.initprivs, o.standard)) x
		WHERE x.grantee <> x.grantor AND x.grantee <> o.owner
	)
	SELECT i.kind, i.name, i.attname, i.initial AS revoked, i.by_owner, i.is_grantable AS grantable,
		g.oid AS grantor, COALESCE(pg_catalog.quote_ident(r.rolname), 'PUBLIC') AS grantee,
		i.privilege_type || COALESCE(' (' || pg_catalog.quote_ident(i.attname) || ')', '') AS privilege
	FROM item i
	LEFT JOIN pg_catalog.pg_roles g ON g.oid = i.grantor
	LEFT JOIN pg_catalog.pg_roles r ON r.oid = i.grantee
	WHERE (i.grantee = 0 OR r.oid IS NOT NULL) AND NOT EXISTS (
		SELECT FROM item j
		WHERE (j.kind, j.name, j.grantee, j.privilege_type) = (i.kind, i.name, i.grantee, i.privilege_type)
			AND j.attname IS NOT DISTINCT FROM i.attname AND j.initial <> i.initial AND (i.initial OR j.is_grantable = i.is_grantable));

-- What is granted from here on is the extension's own.
DO $$
DECLARE
	g record;
BEGIN
	FOR g IN SELECT DISTINCT kind, name, privilege, grantee FROM pg_temp.almanac_grants WHERE NOT revoked LOOP
		EXECUTE pg_catalog.format('REVOKE %s ON %s %s FROM %s CASCADE', g.privilege, g.kind, g.name, g.grantee);
	END LOOP;
END
$$;

-- Who needs whom; a view's rule and row type stand for the view.
CREATE TEMPORARY TABLE almanac_needs ON COMMIT DROP AS
	WITH edge AS (
		SELECT CASE WHEN rw.oid IS NOT NULL OR t.typrelid <> 0 OR e.typrelid <> 0 THEN 'pg_catalog.pg_class'::regclass::oid ELSE d.classid END AS classid,
			COALESCE(rw.ev_class, NULLIF(t.typrelid, 0), NULLIF(e.typrelid, 0), d.objid) AS objid,
			CASE WHEN rt.typrelid <> 0 OR re.typrelid <> 0 THEN 'pg_catalog.pg_class'::regclass::oid ELSE d.refclassid END AS refclassid,
			COALESCE(NULLIF(rt.typrelid, 0), NULLIF(re.typrelid, 0), d.refobjid) AS refobjid
		FROM pg_catalog.pg_depend d
		LEFT JOIN pg_catalog.pg_rewrite rw ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = rw.oid
		LEFT JOIN pg_catalog.pg_type t ON d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid
		LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem
		LEFT JOIN pg_catalog.pg_type rt ON d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid = rt.oid
		LEFT JOIN pg_catalog.pg_type re ON re.oid = rt.typelem
	)
	SELECT DISTINCT * FROM edge WHERE (classid, objid) <> (refclassid, refobjid);

-- What is made anew.
CREATE TEMPORARY TABLE almanac_replaced ON COMMIT DROP AS
	SELECT d.classid, d.objid
	FROM pg_catalog.pg_depend d
	JOIN pg_catalog.pg_extension e ON d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
	LEFT JOIN pg_catalog.pg_class c ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
	WHERE e.extname = 'pg_almanac' AND (c.relkind = 'v'
		OR d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid <> 'almanac.upgrade_check()'::regprocedure);

-- Views of users that need it.
CREATE TEMPORARY TABLE almanac_users_views ON COMMIT DROP AS
	SELECT DISTINCT n.classid, n.objid, pg_catalog.pg_get_viewdef(c.oid) AS definition, c.reloptions AS options
	FROM pg_temp.almanac_needs n
	JOIN pg_temp.almanac_replaced r ON (n.refclassid, n.refobjid) = (r.classid, r.objid)
	JOIN pg_catalog.pg_class c ON n.classid = 'pg_catalog.pg_class'::regclass AND n.objid = c.oid AND c.relkind = 'v'
	WHERE NOT EXISTS (SELECT FROM pg_temp.almanac_replaced o WHERE (o.classid, o.objid) = (n.classid, n.objid));

-- Drops all that nothing needs.
CREATE FUNCTION almanac.upgrade_drop() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	command text;
BEGIN
	LOOP
		FOR command IN
			DELETE FROM pg_temp.almanac_replaced r
			WHERE NOT EXISTS (SELECT FROM pg_temp.almanac_needs n
				JOIN (SELECT o.classid, o.objid FROM pg_temp.almanac_replaced o UNION ALL SELECT u.classid, u.objid FROM pg_temp.almanac_users_views u) o
					ON (o.classid, o.objid) = (n.classid, n.objid)
				WHERE (n.refclassid, n.refobjid) = (r.classid, r.objid))
			RETURNING CASE WHEN r.classid = 'pg_catalog.pg_class'::regclass THEN 'DROP VIEW ' || r.objid::regclass
				ELSE 'DROP ROUTINE ' || r.objid::regprocedure END
		LOOP
			EXECUTE command;
		END LOOP;
		EXIT WHEN NOT FOUND;
	END LOOP;
END
$$;

CREATE SCHEMA almanac_former;
DO $$
DECLARE
	command text;
BEGIN
	-- What others need stays, and so does what that needs.
	LOOP
		DELETE FROM pg_temp.almanac_replaced r
		WHERE EXISTS (SELECT FROM pg_temp.almanac_needs n
			WHERE (n.refclassid, n.refobjid) = (r.classid, r.objid)
				AND NOT EXISTS (SELECT FROM pg_temp.almanac_replaced o WHERE (o.classid, o.objid) = (n.classid, n.objid))
				AND NOT EXISTS (SELECT FROM pg_temp.almanac_users_views u WHERE (u.classid, u.objid) = (n.classid, n.objid)));
		EXIT WHEN NOT FOUND;
	END LOOP;
	PERFORM almanac.upgrade_drop();
	FOR command IN
		SELECT CASE WHEN r.classid = 'pg_catalog.pg_class'::regclass THEN 'VIEW ' || r.objid::regclass ELSE 'ROUTINE ' || r.objid::regprocedure END
		FROM pg_temp.almanac_replaced r
	LOOP
		EXECUTE 'ALTER ' || command || ' SET SCHEMA almanac_former';
	END LOOP;
END
$$;
