-- What HypoPG says of an index that is missing: the estimated cost of the dearest statement that wants it, without and with it. Asked where
-- threshold hypothetical says so, of databases with that extension, by a process that ends with the answer, as the role of the statement:
-- whatever planning executes, an immutable function for one, is then nobody else's.

-- One statement of text for SPI to run, then the answer. The plan is the generic one, without values, as for a prepared statement: PREPARE
-- finds the types. What pg_stat_statements made of interval '1 day' is no SQL until the type stands behind.
CREATE FUNCTION almanac.what_if_question(statement text, index text, schemas text) RETURNS text
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('DO %L; SELECT current_setting(''almanac.what_if'')', format($do$
DECLARE
	place text;
	answer jsonb;
	shown json;
	made text;
	statement CONSTANT text := %L;
	arguments text;
	cost_before float8;
BEGIN
	SELECT quote_ident(n.nspname) INTO place FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'hypopg';
	IF place IS NULL THEN
		answer := '{"error": "extension hypopg is not there"}';
	ELSE
		BEGIN
			EXECUTE format('SELECT %%s.hypopg_reset()', place);
			PERFORM set_config('plan_cache_mode', 'force_generic_plan', true), set_config('row_security', 'on', true), set_config('search_path', %L, true);
			EXECUTE 'PREPARE almanac_what_if AS ' || statement;
			SELECT '(' || string_agg('NULL', ', ') || ')' INTO arguments FROM pg_catalog.pg_prepared_statements p, unnest(p.parameter_types) WHERE p.name = 'almanac_what_if';
			EXECUTE 'EXPLAIN (FORMAT JSON) EXECUTE almanac_what_if' || COALESCE(arguments, '') INTO shown;
			cost_before := (shown -> 0 -> 'Plan' ->> 'Total Cost')::float8;
			DEALLOCATE almanac_what_if;
			EXECUTE format('SELECT indexname FROM %%s.hypopg_create_index(%%L)', place, %L) INTO made;
			EXECUTE 'PREPARE almanac_what_if AS ' || statement;
			EXECUTE 'EXPLAIN (FORMAT JSON) EXECUTE almanac_what_if' || COALESCE(arguments, '') INTO shown;
			answer := jsonb_build_object('cost_before', cost_before, 'cost_after', (shown -> 0 -> 'Plan' ->> 'Total Cost')::float8, 'used', strpos(shown::text, made) > 0);
		EXCEPTION WHEN OTHERS THEN
			answer := jsonb_build_object('error', SQLERRM);
		END;
	END IF;
	PERFORM set_config('almanac.what_if', answer::text, true);
END$do$, regexp_replace(statement, '\m(interval|date|time|timestamp|timestamptz)\s+(\$\d+)', '\2::\1', 'gi'), schemas, index))
$$;
COMMENT ON FUNCTION almanac.what_if_question(text, text, text) IS 'what HypoPG is asked about a statement and an index';

-- Those that were not asked for a day, some at a time.
CREATE FUNCTION almanac.what_if_questions() RETURNS TABLE (finding_id bigint, dbid oid, userid oid, question text)
	LANGUAGE sql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
AS $$
	SELECT l.finding_id, l.dbid, k.userid, almanac.what_if_question(t.query, regexp_replace(rtrim(l.sql, ';'), ' CONCURRENTLY ', ' '), p.schemas)
	FROM almanac.finding_log l
	JOIN almanac.statement_keys k ON k.series_id = l.series_id
	JOIN almanac.query_texts t ON t.fingerprint = k.fingerprint AND t.query ~* '^\s*(select|with|update|delete|insert)\M'
	CROSS JOIN LATERAL (SELECT COALESCE(string_agg(DISTINCT n.name, ', '), 'public') AS schemas FROM almanac.plan_keys q JOIN almanac.plan_texts x ON x.text_id = q.text_id
		CROSS JOIN LATERAL unnest(x.relations) r (relation) CROSS JOIN LATERAL quote_ident((parse_ident(r.relation))[1]) n (name)
		WHERE q.dbid = k.dbid AND q.userid = k.userid AND q.queryid = k.queryid AND q.server_id = 0) p
	WHERE almanac.finding_threshold('hypothetical') >= 1 AND l.kind = 'index_missing' AND l.state IN ('open', 'acknowledged') AND l.sql LIKE '% CONCURRENTLY %'
		AND ((l.evidence -> 'what_if' ->> 'asked')::timestamptz > now() - '1 day'::interval) IS NOT TRUE
	ORDER BY l.seconds_per_day DESC, l.finding_id LIMIT 20
$$;
COMMENT ON FUNCTION almanac.what_if_questions() IS 'what is to be asked about missing indexes, where, and as whom';

CREATE FUNCTION almanac.note_what_if(finding bigint, answer jsonb) RETURNS void
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	UPDATE almanac.finding_log l SET evidence = l.evidence || jsonb_build_object('what_if', note_what_if.answer || jsonb_build_object('asked', now())) WHERE l.finding_id = note_what_if.finding
$$;
COMMENT ON FUNCTION almanac.note_what_if(bigint, jsonb) IS 'keeps what HypoPG said of an index that is missing';
