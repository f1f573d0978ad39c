-- Metrics of users: definitions, values, history, ratios, and what is made of them. test/t/060_metrics.pl has the processes that run queries.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
\set VERBOSITY terse
SET timezone = 'UTC';
SET datestyle = ISO;
SET intervalstyle = postgres;
SET extra_float_digits = 0;

-- Definitions.
SELECT almanac.add_metric('orders', 'SELECT 42', unit => 'orders', direction => 'higher_is_better', every => '1 min');
SELECT almanac.add_metric('queue', unit => 'jobs', direction => 'lower_is_better', comment => 'jobs that wait');
SELECT almanac.add_metric('gas', kind => 'counter', unit => 'gwei');
SELECT almanac.add_metric('messages', kind => 'counter');
SELECT almanac.add_metric('cost', unit => 'EUR', comment => 'a month');
SELECT almanac.add_metric('queue');
SELECT almanac.add_metric('no name');
SELECT almanac.add_metric(NULL);
SELECT almanac.add_metric('x', kind => 'ratio');
SELECT almanac.add_metric('x', kind => 'summary');
SELECT almanac.add_metric('x', direction => 'up');
SELECT almanac.add_metric('x', ' ');
SELECT almanac.add_metric('x', 'SELECT 1', every => '1 s');
SELECT almanac.add_metric('x', 'SELECT 1', every => '1 month');
SELECT almanac.add_metric('x', 'SELECT 1', database => 'nowhere');
SELECT almanac.add_metric('x', 'SELECT 1', statement_timeout => '1 hour');
SELECT almanac.add_metric('x', 'SELECT 1', lock_timeout => '0');
SELECT almanac.add_metric('x', 'SELECT 1', max_rows => 0);
SELECT almanac.add_metric('x', expected => 'infinity');
SELECT almanac.alter_metric('queue', expected => 0, unit => 'jobs waiting');
SELECT almanac.alter_metric('queue', sql => 'SELECT 1');
SELECT almanac.alter_metric('orders', every => '2 min', sql => 'SELECT 43', enabled => false);
SELECT almanac.alter_metric('nothing');
SELECT name, kind, state, every, unit, direction, expected, sql, statement_timeout, lock_timeout, max_rows, comment FROM almanac.metrics;

-- Values that are pushed.
SELECT almanac.record_metric('queue', 1, '{"name": "mail"}', '2024-03-01 00:00+00');
SELECT almanac.record_metric('queue', 3, '{"name": "mail"}', '2024-03-01 00:20+00');
SELECT almanac.record_metric('queue', -0.5, '{"name": "mail"}', '2024-03-01 00:40+00');
SELECT almanac.record_metric('queue', 7, '{"b": 1, "a": true, "none": null}', '2024-03-01 00:00+00');
SELECT almanac.record_metric('queue', 9, '{"a": "true", "b": "1"}', '2024-03-01 00:20+00');
SELECT almanac.record_metric('gas', 100, at => '2024-03-01 00:00+00'), almanac.record_metric('gas', 160, at => '2024-03-01 00:01+00'),
	almanac.record_metric('gas', 40, at => '2024-03-01 00:02+00'), almanac.record_metric('gas', 41.5, at => '2024-03-01 01:02+00');
SELECT almanac.record_metric('queue', NULL);
SELECT almanac.record_metric('queue', 'NaN');
SELECT almanac.record_metric('queue', '-infinity');
SELECT almanac.record_metric('queue', 1, at => 'infinity');
SELECT almanac.record_metric('queue', 1, at => NULL);
SELECT almanac.record_metric('queue', 1, at => now() + interval '1 hour');
SELECT almanac.record_metric('queue', 1, at => '1960-01-01');
SELECT almanac.record_metric('queue', 1, '[1]');
SELECT almanac.record_metric('queue', 1, '{"a": {"b": 1}}');
SELECT almanac.record_metric('queue', 1, jsonb_build_object('a', repeat('x', 2000)));
SELECT almanac.record_metric('nothing', 1);
SELECT almanac.record_metric('orders', 1);
SELECT count(*) FROM almanac.metric_queue;
SELECT almanac.store_metric_values();
SELECT count(*) FROM almanac.metric_queue;
SELECT metric, labels, "time", duration, value, value_min, value_max, increase, per_second, almanac.flag_names(flags) AS flags FROM almanac.metric_history ORDER BY 1, 2, 3;

-- One that comes late, and the next in order: the sum of increases is exact, what it grew by then is not known.
SELECT almanac.record_metric('gas', 130, at => '2024-03-01 00:00:30+00'), almanac.record_metric('gas', 50, at => '2024-03-01 01:03+00');
SELECT almanac.store_metric_values();
SELECT "time", duration, value, increase, almanac.flag_names(flags) AS flags FROM almanac.metric_history WHERE metric = 'gas' ORDER BY 1;
SELECT name, state, holds, series, last_value, last_time FROM almanac.metrics WHERE name IN ('queue', 'gas');

-- Rolled up: means are of all values, of a counter the last stands and increases add up.
SELECT almanac.purge('2024-03-04') AS dropped;
SELECT (SELECT sum(samples) FROM almanac.metric_1h) AS hours, (SELECT sum(samples) FROM almanac.metric_1d) AS days;
SET pg_almanac.grain = '1h';
SELECT metric, labels, "time", value, value_min, value_max, increase, total, weight FROM almanac.metric_history ORDER BY 1, 2, 3;
SET pg_almanac.grain = '1d';
SELECT metric, labels, "time", value, value_min, value_max, increase, total, weight FROM almanac.metric_history ORDER BY 1, 2, 3;
RESET pg_almanac.grain;
SELECT k.metric, k.labels, t.value, t.total, t.weight, t.increase, t.samples
	FROM almanac.totals('metric') AS t (series_id integer, value double precision, total double precision, weight double precision, increase double precision, samples bigint) JOIN almanac.metric_keys k USING (series_id) ORDER BY 1, 2;

-- At most so many series of a metric.
SELECT almanac.record_metric('messages', 1, jsonb_build_object('n', n), '2024-03-01') IS NULL AS recorded FROM generate_series(1, 1005) n OFFSET 1004;
SELECT almanac.store_metric_values();
SELECT series, refused FROM almanac.metrics WHERE name = 'messages';

-- Ratios: sum by sum, not mean of ratios; of metrics, and of what is recorded anyway.
SELECT almanac.add_ratio('x', 'nothing', 'gas');
SELECT almanac.add_ratio('x', 'gas', 'database.nothing');
SELECT almanac.add_ratio('x', 'gas', 'database.xact_commit+size_bytes');
SELECT almanac.add_ratio('x', 'gas', 'system.wal_bytes', database => 'postgres');
SELECT almanac.add_ratio('x', 'gas', 'gas', every => '10 s');
SELECT almanac.add_ratio('x', 'gas', 'gas', numerator_per => '0');
SELECT almanac.add_ratio('queue', 'gas', 'gas');
INSERT INTO almanac.database_keys (series_id, dbid, datname) VALUES (101, 70001, 'shop'), (102, 70002, 'other');
INSERT INTO almanac.database_samples (series_id, "time", duration, xact_commit, xact_rollback)
	SELECT s, '2024-05-01'::timestamptz + h * interval '1 hour', '1 hour', (100 + 100 * (h % 2)) * (s - 100), h % 2 FROM generate_series(1, 48) h, generate_series(101, 102) s;
SELECT almanac.record_metric('cost', 720, at => '2024-05-01'::timestamptz + h * interval '1 hour') IS NULL AS recorded FROM generate_series(1, 48) h OFFSET 47;
SELECT almanac.store_metric_values();
SELECT almanac.add_ratio('cost_per_transaction', 'cost', 'database.xact_commit+xact_rollback', database => 'shop', numerator_per => '30 days', unit => 'EUR', direction => 'lower_is_better');
SELECT almanac.add_ratio('success_rate', 'database.xact_commit', 'database.xact_commit + xact_rollback', direction => 'higher_is_better');
SELECT almanac.evaluate_ratios('2024-05-03 00:00:30+00'), almanac.evaluate_ratios('2024-05-03 00:01+00'), almanac.evaluate_ratios('2024-05-03 00:01+00');
SELECT metric, "time", duration, value, total, weight FROM almanac.metric_history WHERE metric IN ('cost_per_transaction', 'success_rate') AND "time" <= '2024-05-01 03:00+00' AND "time" > '2024-05-01' ORDER BY 1, 2;
SELECT metric, count(*), sum(total) / sum(weight) AS ratio, avg(value) = sum(total) / sum(weight) AS is_mean_of_ratios FROM almanac.metric_history WHERE metric IN ('cost_per_transaction', 'success_rate') GROUP BY 1 ORDER BY 1;
SELECT name, state, last_value, numerator, denominator, runs, failures, series FROM almanac.metrics WHERE kind = 'ratio';

-- A metric of forty days by the hour that takes a step, in three directions; and one that grows.
SELECT almanac.add_metric('bad', direction => 'lower_is_better', unit => 'ms'), almanac.add_metric('good', direction => 'higher_is_better'), almanac.add_metric('neither'),
	almanac.add_metric('steady', direction => 'lower_is_better'), almanac.add_metric('grows', unit => 'rows'), almanac.add_metric('sent', kind => 'counter');
SELECT count(almanac.record_metric(m.name, CASE WHEN m.name = 'steady' OR h < 600 THEN 100 ELSE 150 END + 5 * sin(h * 12.9898) * cos(h * 4.1), at => '2024-06-01'::timestamptz + h * interval '1 hour'))
	FROM (VALUES ('bad'), ('good'), ('neither'), ('steady')) AS m (name), generate_series(1, 840) h;
SELECT count(almanac.record_metric('grows', 1000 + 24 * d, at => '2024-06-01'::timestamptz + d * interval '1 day')), count(almanac.record_metric('sent', 86400.0 * d, at => '2024-06-01'::timestamptz + d * interval '1 day'))
	FROM generate_series(1, 120) d;
SELECT almanac.store_metric_values();
SELECT almanac.analyze('2024-06-01', '2024-07-06', '1 hour');
SELECT query, metric, worse, state, abs(extract(epoch FROM started - '2024-06-26 00:00+00')) / 3600 <= 2 AS at_its_time, round(value_before) AS before, round(value_after) AS after, unit
	FROM almanac.change_stories WHERE stream = 'metric' ORDER BY 1;
SELECT split_part(almanac.explain_regression(id), ':', 2) FROM almanac.regressions WHERE query = 'bad';
SELECT round(expected) AS expected, lower < 100 AND upper > 100 AS holds FROM almanac.metric_keys k, almanac.baseline('metric', k.series_id, 'value', '2024-06-20') b WHERE k.metric = 'steady';

SELECT almanac.project('2024-09-29') > 0 AS projected;
SELECT name, metric, verdict, round("now") AS now, round(growth_per_day) AS per_day, round(in_3_months) AS in_3_months FROM almanac.projections WHERE kind = 'metric' AND name IN ('grows', 'sent') ORDER BY 1;
SELECT period, starts, name, metric, round(average) AS average, round(maximum) AS maximum, days
	FROM almanac.growth_periods('2024-09-29', '{month}') g JOIN almanac.series_names n USING (stream, series_id) WHERE stream = 'metric' AND name IN ('grows', 'sent') ORDER BY name, starts;
SELECT name, metric, round(this_month) AS this_month, round(last_month) AS last_month, round(month_over_month::numeric, 3) AS change
	FROM almanac.compare_months('2024-09-29') JOIN almanac.series_names n USING (stream, series_id) WHERE name IN ('grows', 'sent') ORDER BY name;

-- Who may what. Role metrics_user may add metrics, which are its own.
CREATE ROLE metrics_user;
CREATE ROLE metrics_other;
GRANT USAGE ON SCHEMA almanac TO metrics_user, metrics_other;
SET ROLE metrics_user;
SELECT almanac.add_metric('mine');
RESET ROLE;
GRANT EXECUTE ON FUNCTION almanac.add_metric, almanac.alter_metric, almanac.drop_metric, almanac.run_metric, almanac.record_metric, almanac.add_ratio TO metrics_user, metrics_other;
SET ROLE metrics_user;
SELECT almanac.add_metric('mine', 'SELECT 7');
SELECT almanac.run_metric('mine');
SELECT almanac.record_metric('queue', 1);
SELECT almanac.drop_metric('queue');
SELECT almanac.add_metric_as(10, 'not_mine', 'SELECT 1', '1 min', NULL, '', 'gauge', 'none', NULL, '1 s', '1 s', 10, NULL);
SELECT name FROM almanac.metrics;
SET ROLE metrics_other;
SELECT almanac.run_metric('mine');
SELECT almanac.alter_metric('mine', sql => 'SELECT 8');
SELECT almanac.drop_metric('mine');
RESET ROLE;
SELECT name, definer, runs, last_values FROM almanac.metrics WHERE name = 'mine';
GRANT pg_monitor TO metrics_other;
GRANT SELECT ON almanac.metrics TO metrics_user;
SELECT almanac.add_metric('secret', 'SELECT 8');
SET ROLE metrics_user;
SELECT name, sql FROM almanac.metrics WHERE name IN ('mine', 'secret');
SET ROLE metrics_other;
SELECT name, sql FROM almanac.metrics WHERE name IN ('mine', 'secret');
RESET ROLE;
-- What cannot be run.
SELECT almanac.run_metric('gas');
BEGIN READ ONLY;
SELECT almanac.run_metric('secret');
ROLLBACK;

-- Dropped, its history stays, and goes on if it is added again.
SELECT almanac.drop_metric('gas');
SELECT count(*) FROM almanac.metric_history WHERE metric = 'gas';
SELECT almanac.add_metric('gas', kind => 'counter');
SELECT almanac.record_metric('gas', 60, at => '2024-03-01 01:04+00');
SELECT almanac.store_metric_values();
SELECT "time", value, increase FROM almanac.metric_history WHERE metric = 'gas' ORDER BY 1 DESC LIMIT 1;

DROP OWNED BY metrics_user, metrics_other;
DROP ROLE metrics_user, metrics_other;
