CREATE SCHEMA almanac;
COMMENT ON SCHEMA almanac IS 'pg_almanac: history and forecast of this server';

-- One row per server whose history is kept here; 0 is the server itself.
CREATE TABLE almanac.servers (
	server_id integer PRIMARY KEY CHECK (server_id >= 0),
	name text NOT NULL UNIQUE,
	system_identifier bigint,
	timeline integer
);
INSERT INTO almanac.servers (server_id, name) VALUES (0, 'this server');
COMMENT ON TABLE almanac.servers IS 'servers whose history is kept here; 0 is this one';

-- The recorder's own state, one row: locked by whoever takes a snapshot or seals, so that there is one at a time.
CREATE TABLE almanac.recorder (
	server_id integer PRIMARY KEY REFERENCES almanac.servers,
	snapshot_id bigint NOT NULL,
	"time" timestamptz,
	boot timestamptz,
	started timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	calls bigint,
	calls_with_latency bigint
) WITH (fillfactor = 50);
INSERT INTO almanac.recorder (server_id, snapshot_id) VALUES (0, 0);
COMMENT ON TABLE almanac.recorder IS 'state of the recorder: last snapshot and the start of the server it was taken in';

-- One row per source of samples: a stream, and for tables and indexes a database.
CREATE TABLE almanac.sources (
	server_id integer NOT NULL,
	stream smallint NOT NULL,
	source oid NOT NULL,
	snapshot_id bigint NOT NULL,
	"time" timestamptz NOT NULL,
	epoch bigint[] NOT NULL,
	PRIMARY KEY (server_id, stream, source)
) WITH (fillfactor = 50);
COMMENT ON TABLE almanac.sources IS 'last successful look at each source of samples';

CREATE TABLE almanac.source_errors (
	server_id integer NOT NULL,
	stream smallint NOT NULL,
	source oid NOT NULL,
	"time" timestamptz NOT NULL,
	errors bigint NOT NULL,
	sqlstate text NOT NULL,
	message text NOT NULL,
	PRIMARY KEY (server_id, stream, source)
);
COMMENT ON TABLE almanac.source_errors IS 'last error of each source of samples, and how many there were';

-- One row per source and snapshot that found a change: the samples of all changed series, packed. In TOAST a payload would
-- take a row, with an index entry, for every 2 kB.
CREATE TABLE almanac.journal (
	snapshot_id bigint NOT NULL,
	"time" timestamptz NOT NULL,
	duration_us bigint,
	source oid NOT NULL,
	server_id integer NOT NULL,
	samples integer NOT NULL,
	stream smallint NOT NULL,
	payload bytea NOT NULL,
	histograms bytea,
	PRIMARY KEY (snapshot_id, stream, source)
) WITH (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, toast.autovacuum_vacuum_scale_factor = 0,
	toast.autovacuum_vacuum_threshold = 2000);
ALTER TABLE almanac.journal ALTER COLUMN payload SET STORAGE EXTERNAL;
ALTER TABLE almanac.journal ALTER COLUMN histograms SET STORAGE EXTERNAL;
COMMENT ON TABLE almanac.journal IS 'packed samples not yet sealed into the archive';

-- Counters as of a snapshot, packed. Reference + journal since = what the recorder last saw.
CREATE TABLE almanac.reference (
	server_id integer NOT NULL,
	stream smallint NOT NULL,
	source oid NOT NULL,
	snapshot_id bigint NOT NULL,
	"time" timestamptz NOT NULL,
	payload bytea NOT NULL,
	PRIMARY KEY (server_id, stream, source)
);
ALTER TABLE almanac.reference ALTER COLUMN payload SET STORAGE EXTERNAL;
COMMENT ON TABLE almanac.reference IS 'packed counters as of a snapshot, from which the recorder continues after a restart';

-- Sums over all sealed history, packed, so that lifetime totals need not read it; outlive the history itself. A row has
-- 256 series: those whose series_id / 256 is series_block.
CREATE TABLE almanac.totals (
	stream smallint NOT NULL,
	series_block integer NOT NULL,
	payload bytea NOT NULL,
	histograms bytea,
	PRIMARY KEY (stream, series_block)
);
ALTER TABLE almanac.totals ALTER COLUMN payload SET STORAGE EXTERNAL;
ALTER TABLE almanac.totals ALTER COLUMN histograms SET STORAGE EXTERNAL;
COMMENT ON TABLE almanac.totals IS 'packed sums over all sealed samples of each series';

-- How far sealing has come, one row per stream: of the journal up to snapshot_id, samples of series below series_id are
-- in the archive already. Without snapshot_id none are. Locked by whoever adds to the archive and the totals.
CREATE TABLE almanac.sealing (
	stream smallint PRIMARY KEY,
	snapshot_id bigint,
	series_id integer
) WITH (fillfactor = 50);
COMMENT ON TABLE almanac.sealing IS 'which part of the journal is in the archive already, while it is being sealed';

CREATE TABLE almanac.query_texts (
	fingerprint bigint PRIMARY KEY,
	last_used date NOT NULL,
	query text NOT NULL
);
COMMENT ON TABLE almanac.query_texts IS 'query texts, once each, by fingerprint; texts that may hold secrets are withheld';

CREATE TABLE almanac.roles (
	server_id integer NOT NULL,
	userid oid NOT NULL,
	rolname name NOT NULL,
	PRIMARY KEY (server_id, userid)
);
COMMENT ON TABLE almanac.roles IS 'last known names of the roles that executed statements';

-- Dictionaries: what a series is. The name sorts before that of the samples, so that pg_dump restores it first.
CREATE TABLE almanac.statement_keys (
	series_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	server_id integer NOT NULL DEFAULT 0,
	dbid oid NOT NULL,
	userid oid NOT NULL,
	queryid bigint NOT NULL,
	toplevel boolean NOT NULL,
	fingerprint bigint,
	first_seen timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (queryid, dbid, userid, toplevel, server_id)
);
COMMENT ON TABLE almanac.statement_keys IS 'statements that have a history';

CREATE TABLE almanac.table_keys (
	series_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	server_id integer NOT NULL DEFAULT 0,
	dbid oid NOT NULL,
	relid oid NOT NULL,
	schemaname name NOT NULL,
	relname name NOT NULL,
	first_seen timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (relid, dbid, server_id)
);
CREATE INDEX ON almanac.table_keys (relname);
COMMENT ON TABLE almanac.table_keys IS 'tables and materialized views that have a history';

CREATE TABLE almanac.index_keys (
	series_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	server_id integer NOT NULL DEFAULT 0,
	dbid oid NOT NULL,
	indexrelid oid NOT NULL,
	relid oid NOT NULL,
	schemaname name NOT NULL,
	relname name NOT NULL,
	indexrelname name NOT NULL,
	first_seen timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (indexrelid, dbid, server_id)
);
CREATE INDEX ON almanac.index_keys (indexrelname);
COMMENT ON TABLE almanac.index_keys IS 'indexes that have a history';

CREATE TABLE almanac.database_keys (
	series_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	server_id integer NOT NULL DEFAULT 0,
	dbid oid NOT NULL,
	datname name,
	first_seen timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (dbid, server_id)
);
COMMENT ON TABLE almanac.database_keys IS 'databases that have a history; dbid 0 stands for shared objects';

CREATE TABLE almanac.system_keys (
	series_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	server_id integer NOT NULL DEFAULT 0,
	first_seen timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (server_id)
);
COMMENT ON TABLE almanac.system_keys IS 'servers that have a history';

CREATE TABLE almanac.io_keys (
	series_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	server_id integer NOT NULL DEFAULT 0,
	backend_type text NOT NULL,
	object text NOT NULL,
	context text NOT NULL,
	first_seen timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (backend_type, object, context, server_id)
);
COMMENT ON TABLE almanac.io_keys IS 'kinds of I/O that have a history';

CREATE TABLE almanac.replication_keys (
	series_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	server_id integer NOT NULL DEFAULT 0,
	kind text NOT NULL,
	name text NOT NULL,
	first_seen timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (kind, name, server_id)
);
COMMENT ON TABLE almanac.replication_keys IS 'replication slots and standbys that have a history';

CREATE TABLE almanac.snapshot_keys (
	series_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	server_id integer NOT NULL DEFAULT 0,
	stream text NOT NULL,
	dbid oid NOT NULL,
	first_seen timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (stream, dbid, server_id)
);
COMMENT ON TABLE almanac.snapshot_keys IS 'sources of samples';

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

CREATE TABLE almanac.plan_texts (
	text_id bigint PRIMARY KEY,
	last_used date NOT NULL,
	plan text NOT NULL,
	relations text[] NOT NULL,
	indexes text[] NOT NULL
);
COMMENT ON TABLE almanac.plan_texts IS 'texts of plans without constants, and the tables and indexes in them';

CREATE TABLE almanac.plan_keys (
	series_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	server_id integer NOT NULL DEFAULT 0,
	dbid oid NOT NULL,
	userid oid NOT NULL,
	queryid bigint NOT NULL,
	toplevel boolean NOT NULL,
	plan_id bigint NOT NULL,
	text_id bigint,
	first_seen timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (queryid, dbid, userid, toplevel, plan_id, server_id)
);
CREATE INDEX ON almanac.plan_keys (text_id);
COMMENT ON TABLE almanac.plan_keys IS 'statements, each with the plans that it ran with';

CREATE TABLE almanac.volume_keys (
	series_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	server_id integer NOT NULL DEFAULT 0,
	kind text NOT NULL,
	spcoid oid NOT NULL,
	name name NOT NULL,
	device name NOT NULL,
	first_seen timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (kind, spcoid, server_id)
);
COMMENT ON TABLE almanac.volume_keys IS 'places where the server keeps data, with the volume of each';

CREATE TABLE almanac.sequence_keys (
	series_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	server_id integer NOT NULL DEFAULT 0,
	dbid oid NOT NULL,
	seqrelid oid NOT NULL,
	schemaname name NOT NULL,
	sequencename name NOT NULL,
	keyschema name NOT NULL,
	keytable name NOT NULL,
	keycolumn name NOT NULL,
	first_seen timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (dbid, seqrelid, server_id)
);
COMMENT ON TABLE almanac.sequence_keys IS 'sequences that have used up some of their range, with the column that sets the limit';

CREATE TABLE almanac.metric_keys (
	series_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	server_id integer NOT NULL DEFAULT 0,
	metric text NOT NULL,
	labels text NOT NULL DEFAULT '{}',
	first_seen timestamptz NOT NULL DEFAULT pg_catalog.now(),
	UNIQUE (metric, labels, server_id)
);
COMMENT ON TABLE almanac.metric_keys IS 'metrics of users that have a history, with each set of labels';

-- How far each stream's history reaches in each tier; see src/store/tiers.hpp.
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

-- How long history is kept where that is not the default; edited by almanac.set_retention().
CREATE TABLE almanac.retention_settings (
	stream text NOT NULL,
	tier text NOT NULL,
	keep interval,
	PRIMARY KEY (stream, tier)
);
COMMENT ON TABLE almanac.retention_settings IS 'how long history is kept where that is not the default, see view retention';

-- As of when history was last taken to expire, one row; lags behind the clock where that seems to be wrong: core::aged().
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
	worth double precision NOT NULL,
	part_id bigint,
	incident_id bigint,
	common text,
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
	causes jsonb,
	causes_until timestamptz
);
CREATE INDEX ON almanac.changes (stream, series_id, metric, started);
CREATE INDEX ON almanac.changes (started);
COMMENT ON TABLE almanac.changes IS 'lasting changes of what is watched, as analyze() found them; see views regressions and improvements';

-- Up to when the worker has looked for changes, by groups of 64 series.
CREATE TABLE almanac.analysis_state (
	stream text,
	series_group integer,
	analyzed_until timestamptz NOT NULL,
	PRIMARY KEY (stream, series_group)
);
COMMENT ON TABLE almanac.analysis_state IS 'up to when the worker has looked for changes in history';

-- What happened, as found by the recorder; event_id is even here and odd in almanac.marks, so that view events has each once.
CREATE TABLE almanac.event_log (
	event_id bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 2 INCREMENT BY 2) PRIMARY KEY,
	server_id integer NOT NULL DEFAULT 0,
	"time" timestamptz NOT NULL,
	not_before timestamptz,
	last_time timestamptz,
	occurrences integer NOT NULL DEFAULT 1,
	kind text NOT NULL,
	label text NOT NULL,
	dbid oid,
	datname name,
	schemaname name,
	objname name,
	objid oid,
	relid oid,
	relname name,
	rolname name,
	old_value text,
	new_value text,
	source text NOT NULL,
	details jsonb
);
CREATE INDEX ON almanac.event_log ("time");
COMMENT ON TABLE almanac.event_log IS 'what happened to the server and its databases, as the recorder found it; see view events';

CREATE TABLE almanac.marks (
	event_id bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 1 INCREMENT BY 2) PRIMARY KEY,
	"time" timestamptz NOT NULL,
	kind text NOT NULL,
	label text NOT NULL,
	rolname name NOT NULL,
	created timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
COMMENT ON TABLE almanac.marks IS 'what people noted; edited by almanac.mark() and almanac.remove_mark()';

-- What the recorder last saw of settings, extensions and resets, to tell what has changed.
CREATE TABLE almanac.facts (
	server_id integer NOT NULL,
	kind text NOT NULL,
	dbid oid NOT NULL,
	roleid oid NOT NULL,
	name text NOT NULL,
	value text NOT NULL,
	origin text NOT NULL,
	PRIMARY KEY (kind, dbid, roleid, name, server_id)
);
COMMENT ON TABLE almanac.facts IS 'settings, extensions and times of resets as of the last snapshot; secrets are not kept';

-- Windows of time that are compared with, one current per name; edited by almanac.set_baseline() and almanac.drop_baseline().
CREATE TABLE almanac.pinned_baselines (
	baseline_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	name text NOT NULL,
	from_time timestamptz NOT NULL,
	to_time timestamptz NOT NULL,
	comment text,
	rolname name NOT NULL,
	valid_from timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	valid_to timestamptz,
	CHECK (from_time < to_time)
);
CREATE UNIQUE INDEX ON almanac.pinned_baselines (name) WHERE valid_to IS NULL;
COMMENT ON TABLE almanac.pinned_baselines IS 'pinned baselines, also replaced ones; see view baselines';

-- Which kinds of events begin a new baseline, where that is not the default; edited by almanac.set_baseline_cut().
CREATE TABLE almanac.baseline_cuts (
	kind text PRIMARY KEY,
	cuts boolean NOT NULL
);
COMMENT ON TABLE almanac.baseline_cuts IS 'kinds of events that begin a new rolling baseline, or do not, where that is not the default';

-- What view projections shows, as project() left it. A row belongs to the round of a UTC day.
CREATE TABLE almanac.projected (
	stream text NOT NULL,
	series_id integer NOT NULL,
	metric text NOT NULL,
	round timestamptz NOT NULL,
	computed_at timestamptz,
	history_days integer,
	verdict text,
	value double precision,
	growth_per_day double precision,
	at_3_months double precision[],
	at_6_months double precision[],
	at_12_months double precision[],
	method text,
	backtest_days integer,
	backtest_error double precision,
	backtest_within_80 double precision,
	PRIMARY KEY (stream, series_id, metric)
);
COMMENT ON TABLE almanac.projected IS 'projections of sizes and rates, see view projections; of each horizon the value, lower_80, upper_80, lower_95, upper_95';

-- Shares of a limit from which a resource counts as short, where that is not the default.
CREATE TABLE almanac.threshold_settings (
	resource text PRIMARY KEY,
	threshold double precision NOT NULL CHECK (threshold > 0 AND threshold <= 1)
);
COMMENT ON TABLE almanac.threshold_settings IS 'thresholds of resources that are not the default, see view capacity';

CREATE TABLE almanac.measured_capacity (
	resource text NOT NULL,
	name text NOT NULL,
	computed_at timestamptz NOT NULL,
	unit text NOT NULL,
	used double precision NOT NULL,
	"limit" double precision NOT NULL,
	threshold double precision NOT NULL,
	growth_per_day double precision,
	verdict text NOT NULL,
	threshold_earliest timestamptz,
	threshold_likely timestamptz,
	threshold_latest timestamptz,
	limit_earliest timestamptz,
	limit_likely timestamptz,
	limit_latest timestamptz,
	PRIMARY KEY (resource, name)
);
COMMENT ON TABLE almanac.measured_capacity IS 'resources and when they run out, see view capacity';

-- What users measure, count and divide; edited by almanac.add_metric() and its like. The definer is whom the query runs as.
CREATE TABLE almanac.metric_definitions (
	metric_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	name text NOT NULL UNIQUE,
	kind text NOT NULL CHECK (kind IN ('gauge', 'counter', 'ratio')),
	definer regrole NOT NULL,
	sql text,
	every interval,
	datname name,
	unit text NOT NULL,
	direction text NOT NULL CHECK (direction IN ('lower_is_better', 'higher_is_better', 'none')),
	expected double precision,
	statement_timeout interval,
	lock_timeout interval,
	max_rows integer,
	numerator text,
	denominator text,
	numerator_per interval,
	denominator_per interval,
	enabled boolean NOT NULL DEFAULT true,
	comment text,
	created timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
COMMENT ON TABLE almanac.metric_definitions IS 'metrics of users: queries, pushed values, ratios; see view metrics';

CREATE TABLE almanac.metric_state (
	metric_id integer PRIMARY KEY REFERENCES almanac.metric_definitions ON DELETE CASCADE,
	next_run timestamptz NOT NULL,
	evaluated_until timestamptz,
	runs bigint NOT NULL DEFAULT 0,
	failures bigint NOT NULL DEFAULT 0,
	failures_in_a_row integer NOT NULL DEFAULT 0,
	last_run timestamptz,
	last_success timestamptz,
	last_elapsed_ms double precision,
	last_values integer,
	last_nulls integer,
	refused bigint NOT NULL DEFAULT 0,
	error_time timestamptz,
	sqlstate text,
	message text
) WITH (fillfactor = 50);
COMMENT ON TABLE almanac.metric_state IS 'when metrics run next, and how they did';

-- The last value of each series: what counters and intervals go on from.
CREATE TABLE almanac.metric_last (
	series_id integer PRIMARY KEY,
	"time" timestamptz NOT NULL,
	value double precision NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE almanac.metric_last IS 'last value of each series of metrics';

-- Values on their way into the history. Without an index, and nobody locks a row of it but who takes it out, so that to add one
-- waits for nobody.
CREATE TABLE almanac.metric_queue (
	metric_id integer NOT NULL,
	"time" timestamptz NOT NULL,
	labels text NOT NULL,
	value double precision NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
COMMENT ON TABLE almanac.metric_queue IS 'values of metrics that are not in the history yet';

-- Facts from the catalogs of each database, as of the last look there: what findings are judged from. data has names and figures;
-- noted is since when it holds, look after look.
CREATE TABLE almanac.catalog_facts (
	dbid oid NOT NULL,
	kind text NOT NULL,
	key text NOT NULL,
	objid oid NOT NULL,
	relid oid,
	data jsonb NOT NULL,
	noted timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	PRIMARY KEY (dbid, kind, key)
);
COMMENT ON TABLE almanac.catalog_facts IS 'what the catalogs of each database had to say about findings at the last look';

CREATE TABLE almanac.catalog_looks (
	dbid oid PRIMARY KEY,
	"time" timestamptz,
	elapsed_ms double precision,
	facts integer,
	error_time timestamptz,
	error text
);
COMMENT ON TABLE almanac.catalog_looks IS 'last look at the catalogs of each database, and the last error since';

-- What was found and what became of it; see view findings. A thing found again after it had ended goes on in its row.
-- last_seen of what has not ended is that of the last look for its kind (finding_checks.succeeded), if that is later.
CREATE TABLE almanac.finding_log (
	finding_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	kind text NOT NULL,
	dbid oid NOT NULL,
	key text NOT NULL,
	state text NOT NULL CHECK (state IN ('open', 'acknowledged', 'applied', 'validated', 'resolved')),
	severity smallint NOT NULL CHECK (severity BETWEEN 0 AND 3),
	schemaname name,
	relname name,
	object text,
	objid oid,
	relid oid,
	series_id integer,
	seconds_per_day double precision,
	bytes bigint,
	message text NOT NULL,
	benefit text,
	sql text,
	locks text,
	effort text NOT NULL CHECK (effort IN ('low', 'medium', 'high')),
	evidence jsonb NOT NULL,
	first_seen timestamptz NOT NULL,
	opened timestamptz NOT NULL,
	last_seen timestamptz NOT NULL,
	times_opened integer NOT NULL DEFAULT 1,
	acknowledged timestamptz,
	acknowledged_by name,
	muted_until timestamptz,
	muted_by name,
	ended timestamptz,
	validated timestamptz,
	verdict text CHECK (verdict IN ('improved', 'no change', 'worse', 'unknown')),
	measure text,
	value_before double precision,
	value_after double precision,
	UNIQUE (kind, dbid, key)
);
CREATE INDEX ON almanac.finding_log (severity) WHERE state IN ('open', 'acknowledged');
COMMENT ON TABLE almanac.finding_log IS 'things found to act on, and what became of them; see view findings';

CREATE TABLE almanac.finding_checks (
	kind text PRIMARY KEY,
	"time" timestamptz NOT NULL,
	elapsed_ms double precision NOT NULL,
	found integer,
	error text,
	succeeded timestamptz
);
COMMENT ON TABLE almanac.finding_checks IS 'when each kind of finding was last looked for, how long that took, and what failed';

-- A row stays when the default is restored: it tells since when it holds.
CREATE TABLE almanac.finding_threshold_settings (
	name text PRIMARY KEY,
	value double precision CHECK (value >= 0),
	changed timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
COMMENT ON TABLE almanac.finding_threshold_settings IS 'thresholds of findings that are not the default, see view finding_thresholds';

-- Objectives, edited by almanac.set_objective() and almanac.drop_objective(). may_miss: share of the time that may miss the target; of
-- what is counted the target itself says that.
CREATE TABLE almanac.objective_definitions (
	objective_id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	name text NOT NULL UNIQUE,
	metric text NOT NULL,
	datname name,
	rolname name,
	queryid bigint,
	comparison text NOT NULL CHECK (comparison IN ('<=', '<', '>=', '>')),
	target double precision NOT NULL,
	"window" interval NOT NULL,
	may_miss double precision,
	comment text,
	set_by name NOT NULL,
	created timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
COMMENT ON TABLE almanac.objective_definitions IS 'objectives; see view objectives';

CREATE TABLE almanac.objective_state (
	objective_id integer PRIMARY KEY REFERENCES almanac.objective_definitions ON DELETE CASCADE,
	evaluated_until timestamptz,
	next_run timestamptz NOT NULL,
	met boolean,
	since timestamptz,
	error_time timestamptz,
	error text
) WITH (fillfactor = 50);
COMMENT ON TABLE almanac.objective_state IS 'how far objectives have been evaluated, and whether they are met since when';

-- What each objective was in each interval of minutes or hours: of what is counted good and all, else the value, for total seconds.
CREATE TABLE almanac.objective_steps (
	objective_id integer NOT NULL,
	"time" timestamptz NOT NULL,
	seconds double precision NOT NULL,
	good double precision,
	total double precision NOT NULL,
	value double precision,
	PRIMARY KEY (objective_id, "time")
);
COMMENT ON TABLE almanac.objective_steps IS 'objectives over time, as they were evaluated';

-- Reports that are made by themselves, one of a period and format, and those that were made.
CREATE TABLE almanac.report_schedules (
	schedule_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	period text NOT NULL CHECK (period IN ('daily', 'weekly', 'monthly', 'quarterly')),
	format text NOT NULL CHECK (format IN ('text', 'markdown', 'html', 'json')),
	time_zone text NOT NULL,
	appendix boolean NOT NULL,
	texts boolean NOT NULL,
	keep interval NOT NULL,
	scheduled timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	scheduled_by name NOT NULL DEFAULT SESSION_USER,
	made_until timestamptz NOT NULL DEFAULT '-infinity',
	failures integer NOT NULL DEFAULT 0,
	error_time timestamptz,
	error text,
	UNIQUE (period, format)
);
COMMENT ON TABLE almanac.report_schedules IS 'reports that are made when their period is over; see schedule_report()';

CREATE TABLE almanac.report_log (
	report_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	period text NOT NULL,
	format text NOT NULL,
	from_time timestamptz NOT NULL,
	to_time timestamptz NOT NULL,
	time_zone text NOT NULL,
	made timestamptz NOT NULL,
	elapsed_ms double precision NOT NULL,
	texts boolean NOT NULL,
	status text NOT NULL,
	verdict text NOT NULL,
	body text NOT NULL
);
COMMENT ON TABLE almanac.report_log IS 'reports that were made by themselves; see view reports';

-- Optimizations: what was done to make something faster or smaller, and what came of it. The figures stay when the history behind them is
-- gone. Edited by almanac.begin_optimization(), almanac.finish_optimization() and almanac.withdraw_optimization().
CREATE TABLE almanac.optimization_log (
	optimization_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	title text NOT NULL,
	state text NOT NULL CHECK (state IN ('running', 'finished', 'withdrawn')),
	origin text NOT NULL CHECK (origin IN ('manual', 'finding')),
	finding_id bigint,
	hypothesis text,
	expected text,
	effort_hours double precision,
	started timestamptz NOT NULL,
	finished timestamptz,
	withdrawn timestamptz,
	event_id bigint,
	set_by name NOT NULL,
	created timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	measured timestamptz,
	final boolean NOT NULL DEFAULT false,
	before_from timestamptz,
	before_to timestamptz,
	after_from timestamptz,
	after_to timestamptz,
	mean_before_ms double precision,
	mean_after_ms double precision,
	p95_before_ms double precision,
	p95_after_ms double precision,
	calls_per_day_before double precision,
	calls_per_day_after double precision,
	seconds_per_day_before double precision,
	seconds_per_day_after double precision,
	bytes_before double precision,
	bytes_after double precision,
	p_value double precision,
	verdict text CHECK (verdict IN ('improved', 'no change', 'worse', 'too early', 'unknown')),
	saved_seconds_per_day double precision,
	saved_seconds_total double precision,
	error text
);
CREATE INDEX ON almanac.optimization_log (finding_id);
COMMENT ON TABLE almanac.optimization_log IS 'optimizations and what came of them; see view optimizations';

-- What an optimization is about: a statement or a table. None: the server.
CREATE TABLE almanac.optimization_parts (
	optimization_id bigint NOT NULL,
	queryid bigint,
	datname name,
	schemaname name,
	relname name
);
CREATE INDEX ON almanac.optimization_parts (optimization_id);
COMMENT ON TABLE almanac.optimization_parts IS 'statements and tables that optimizations are about';

CREATE TABLE almanac.optimization_results (
	optimization_id bigint NOT NULL,
	stream text NOT NULL,
	series_id integer NOT NULL,
	metric text NOT NULL,
	unit text NOT NULL,
	object text NOT NULL,
	datname name,
	before double precision,
	after double precision,
	p_value double precision,
	significant boolean,
	PRIMARY KEY (optimization_id, stream, series_id, metric)
);
COMMENT ON TABLE almanac.optimization_results IS 'what each statement and table of optimizations took before and after';

-- Rules of alerts where they are not the default; edited by almanac.set_alert_rule() and almanac.reset_alert_rule().
CREATE TABLE almanac.alert_rule_settings (
	name text PRIMARY KEY,
	raise_at double precision,
	clear_at double precision,
	urgent_at double precision,
	lasting interval,
	severity smallint CHECK (severity BETWEEN 0 AND 3),
	enabled boolean
);
COMMENT ON TABLE almanac.alert_rule_settings IS 'rules of alerts that are not the default, see view alert_rules';

-- What is beyond the level of its rule, or was and is not yet below the other for long enough. An alert is made of those of one cause.
CREATE TABLE almanac.alert_signals (
	rule text NOT NULL,
	key text NOT NULL,
	state text NOT NULL CHECK (state IN ('rising', 'firing', 'falling')),
	since timestamptz NOT NULL,
	cause text NOT NULL,
	area text NOT NULL,
	raises boolean NOT NULL,
	severity smallint NOT NULL,
	value double precision,
	title text NOT NULL,
	message text NOT NULL,
	finding_id bigint,
	evidence jsonb NOT NULL,
	PRIMARY KEY (rule, key)
) WITH (fillfactor = 50);
COMMENT ON TABLE almanac.alert_signals IS 'what alerts are made of: conditions and findings beyond the level of their rule';

-- One row per cause while it fires and within the window of flapping; told_* is what listeners have been told last.
CREATE TABLE almanac.alert_log (
	alert_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	cause text NOT NULL,
	kind text NOT NULL,
	area text NOT NULL,
	state text NOT NULL CHECK (state IN ('firing', 'cleared')),
	severity smallint NOT NULL CHECK (severity BETWEEN 0 AND 3),
	title text NOT NULL,
	message text NOT NULL,
	members integer NOT NULL,
	first_raised timestamptz NOT NULL,
	raised timestamptz NOT NULL,
	cleared timestamptz,
	quiet_since timestamptz,
	last_change timestamptz NOT NULL,
	times_raised integer NOT NULL DEFAULT 1,
	acknowledged timestamptz,
	acknowledged_by name,
	finding_ids bigint[] NOT NULL,
	evidence jsonb NOT NULL,
	told text,
	told_severity smallint,
	told_members integer
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX ON almanac.alert_log (cause) WHERE state = 'firing';
CREATE INDEX ON almanac.alert_log (cause, cleared);
CREATE INDEX ON almanac.alert_log (alert_id) WHERE told = 'raised';
COMMENT ON TABLE almanac.alert_log IS 'alerts that fire, and that did; see view alerts';

CREATE TABLE almanac.alert_changes (
	alert_id bigint NOT NULL REFERENCES almanac.alert_log ON DELETE CASCADE,
	"time" timestamptz NOT NULL,
	event text NOT NULL CHECK (event IN ('raised', 'cleared', 'changed', 'acknowledged')),
	severity smallint NOT NULL,
	members integer NOT NULL,
	title text NOT NULL,
	minutes double precision
);
CREATE INDEX ON almanac.alert_changes ("time");
CREATE INDEX ON almanac.alert_changes (alert_id);
COMMENT ON TABLE almanac.alert_changes IS 'when alerts were raised, cleared, acknowledged, and changed their severity; minutes that one fired where it was cleared';

-- Of causes, not of alerts: what comes back after long is another alert, and as muted as the one before.
CREATE TABLE almanac.alert_mutes (
	cause text PRIMARY KEY,
	severity smallint NOT NULL CHECK (severity BETWEEN 0 AND 3),
	until timestamptz NOT NULL,
	muted_by name NOT NULL
);
COMMENT ON TABLE almanac.alert_mutes IS 'causes of alerts that nobody wants to hear of until a time, unless they become more urgent than they were when they were muted';

-- Only what failed at the last time.
CREATE TABLE almanac.alert_failures (
	source text PRIMARY KEY,
	"time" timestamptz NOT NULL,
	error text NOT NULL
);
COMMENT ON TABLE almanac.alert_failures IS 'sources of alerts that cannot be looked at, and why; notify: why nobody is notified';

-- The archive: one root per stream and tier, partitioned by UTC days; a row holds consecutive series over a stretch of time:
-- those of series_group (series_id / 64) whose bit is set in members. See src/store/README.md.
DO $$
DECLARE
	stream text;
	tier record;
BEGIN
	FOREACH stream IN ARRAY ARRAY['statement', 'table', 'index', 'database', 'system', 'io', 'replication', 'snapshot', 'wait', 'plan', 'volume', 'metric', 'sequence'] LOOP
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
			$sql$, stream || '_' || tier.column1, 'archive of the ' || stream || ' stream ' || tier.column2 || ', packed');
	END LOOP;
	END LOOP;
END
$$;
