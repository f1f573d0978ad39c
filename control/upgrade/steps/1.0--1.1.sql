-- 1.1: tiers, retention, sealing in runs.

ALTER TABLE almanac.journal SET (toast_tuple_target = 8160);
ALTER TABLE almanac.journal ADD COLUMN histograms bytea;
ALTER TABLE almanac.journal ALTER COLUMN histograms SET STORAGE EXTERNAL;
ALTER TABLE almanac.reference ALTER COLUMN payload SET STORAGE EXTERNAL;

-- Totals had one row per stream.
ALTER TABLE almanac.totals RENAME TO totals_1_0;
ALTER TABLE almanac.totals_1_0 RENAME CONSTRAINT totals_pkey TO totals_1_0_pkey;
CREATE TABLE almanac.totals (
	stream smallint NOT NULL,
	series_block integer NOT NULL,
	payload bytea NOT NULL,
	PRIMARY KEY (stream, series_block)
);
ALTER TABLE almanac.totals ALTER COLUMN payload SET STORAGE EXTERNAL;
COMMENT ON TABLE almanac.totals IS 'packed sums over all sealed samples of each series';

CREATE TABLE almanac.sealing (
	stream smallint PRIMARY KEY,
	snapshot_id bigint,
	series_id integer
) WITH (fillfactor = 50);
COMMENT ON TABLE almanac.sealing IS 'which part of the journal is in the archive already, while it is being sealed';

CREATE FUNCTION almanac.upgrade_totals(stream smallint, payload bytea) RETURNS void
	LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'almanac_upgrade_totals_1_0';
SELECT almanac.upgrade_totals(stream, payload) FROM almanac.totals_1_0;
DROP FUNCTION almanac.upgrade_totals(smallint, bytea);
DROP TABLE almanac.totals_1_0;

CREATE TABLE almanac.tier_state (
	stream smallint PRIMARY KEY,
	rolled_until timestamptz NOT NULL DEFAULT '-infinity',
	rolled_series bigint NOT NULL DEFAULT 0,
	since_raw timestamptz NOT NULL DEFAULT '-infinity',
	since_10min timestamptz NOT NULL DEFAULT '-infinity',
	since_1h timestamptz NOT NULL DEFAULT '-infinity',
	since_1d timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 50);
COMMENT ON TABLE almanac.tier_state IS 'how far the history of each stream reaches in each tier';

CREATE TABLE almanac.retention_settings (
	stream text NOT NULL,
	tier text NOT NULL,
	keep interval,
	PRIMARY KEY (stream, tier)
);
COMMENT ON TABLE almanac.retention_settings IS 'how long history is kept where that is not the default, see view retention';

CREATE TABLE almanac.age (settled timestamptz) WITH (fillfactor = 50);
INSERT INTO almanac.age VALUES (NULL);
COMMENT ON TABLE almanac.age IS 'as of when history was last taken to expire';

CREATE TABLE almanac.drops (
	"time" timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	stream text NOT NULL,
	tier text NOT NULL,
	from_time timestamptz NOT NULL,
	to_time timestamptz NOT NULL,
	bytes bigint NOT NULL,
	reason text NOT NULL
);
COMMENT ON TABLE almanac.drops IS 'history that was dropped: which, when and why (retention or max_size)';

CREATE TABLE almanac.changes (
	change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	stream text NOT NULL,
	series_id integer NOT NULL,
	metric text NOT NULL,
	worse boolean NOT NULL,
	status text NOT NULL CHECK (status IN ('watch', 'open', 'resolved', 'withdrawn')),
	minor boolean NOT NULL,
	incident_id bigint,
	started timestamptz NOT NULL,
	earliest timestamptz NOT NULL,
	latest timestamptz NOT NULL,
	ended timestamptz,
	value_before double precision NOT NULL,
	value_after double precision NOT NULL,
	p_value double precision,
	calls_per_day double precision,
	extra_per_day double precision,
	seconds_per_day double precision,
	step interval NOT NULL,
	missed smallint NOT NULL DEFAULT 0,
	analyzed_from timestamptz NOT NULL,
	analyzed_until timestamptz NOT NULL,
	first_found timestamptz NOT NULL,
	last_found timestamptz NOT NULL,
	causes jsonb
);
CREATE INDEX ON almanac.changes (stream, series_id, metric, started);
CREATE INDEX ON almanac.changes (started);
COMMENT ON TABLE almanac.changes IS 'lasting changes of what is watched, as analyze() found them; see views regressions and improvements';

DO $$
DECLARE
	stream text;
	tier record;
BEGIN
	FOREACH stream IN ARRAY ARRAY['statement', 'table', 'index', 'database', 'system', 'io', 'replication', 'snapshot'] LOOP
	FOR tier IN VALUES ('10min', 'in intervals of 10 minutes'), ('1h', 'in intervals of an hour'),
			('1d', 'in intervals of a UTC day') LOOP
		EXECUTE pg_catalog.format($sql$
			CREATE TABLE almanac.%1$I (
				first_time timestamptz NOT NULL,
				last_time timestamptz NOT NULL,
				series_group integer NOT NULL,
				samples integer NOT NULL,
				members bigint NOT NULL,
				data bytea NOT NULL,
				histograms bytea
			) PARTITION BY RANGE (first_time);
			ALTER TABLE almanac.%1$I ALTER COLUMN data SET STORAGE EXTERNAL;
			ALTER TABLE almanac.%1$I ALTER COLUMN histograms SET STORAGE EXTERNAL;
			CREATE INDEX ON almanac.%1$I (series_group, last_time);
			COMMENT ON TABLE almanac.%1$I IS %2$L;
			$sql$, stream || '_' || tier.column1, 'archive of the ' || stream || ' stream ' || tier.column2 || ', packed');
	END LOOP;
		EXECUTE pg_catalog.format('ALTER TABLE almanac.%I ADD COLUMN histograms bytea', stream || '_raw');
		EXECUTE pg_catalog.format('ALTER TABLE almanac.%I ALTER COLUMN histograms SET STORAGE EXTERNAL', stream || '_raw');
	END LOOP;
END
$$;

CREATE TABLE almanac.wait_keys (
	series_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	server_id integer NOT NULL DEFAULT 0,
	dbid oid NOT NULL,
	userid oid NOT NULL,
	queryid bigint NOT NULL,
	backend_type text NOT NULL,
	state text NOT NULL,
	wait_event_type text NOT NULL,
	wait_event text NOT NULL,
	first_seen timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (queryid, dbid, userid, wait_event, wait_event_type, backend_type, state, server_id)
);
COMMENT ON TABLE almanac.wait_keys IS 'what sessions were seen doing: statements and the events they wait for';

DO $$
DECLARE
	tier record;
BEGIN
	FOR tier IN VALUES ('raw', 'at full resolution'), ('10min', 'in intervals of 10 minutes'), ('1h', 'in intervals of an hour'),
			('1d', 'in intervals of a UTC day') LOOP
		EXECUTE pg_catalog.format($sql$
			CREATE TABLE almanac.%1$I (
				first_time timestamptz NOT NULL,
				last_time timestamptz NOT NULL,
				series_group integer NOT NULL,
				samples integer NOT NULL,
				members bigint NOT NULL,
				data bytea NOT NULL,
				histograms bytea
			) PARTITION BY RANGE (first_time);
			ALTER TABLE almanac.%1$I ALTER COLUMN data SET STORAGE EXTERNAL;
			ALTER TABLE almanac.%1$I ALTER COLUMN histograms SET STORAGE EXTERNAL;
			CREATE INDEX ON almanac.%1$I (series_group, last_time);
			COMMENT ON TABLE almanac.%1$I IS %2$L;
			$sql$, 'wait_' || tier.column1, 'archive of the wait stream ' || tier.column2 || ', packed');
	END LOOP;
END
$$;
