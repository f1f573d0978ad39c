-- Damaged segments: the series and range are named, or left out with a warning; all else is read.
SET client_min_messages = error;
DROP EXTENSION IF EXISTS pg_almanac CASCADE;
CREATE EXTENSION pg_almanac;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = ISO;

INSERT INTO almanac.io_keys (series_id, backend_type, object, context) SELECT n, n, 'o', 'c' FROM generate_series(1, 200) n;
INSERT INTO almanac.io_samples (series_id, "time", duration, reads)
	SELECT s, '2024-07-01'::timestamptz + t * interval '6 hours', '6 hours', s * t FROM generate_series(1, 200) s, generate_series(1, 8) t;
SELECT series_group, first_time, samples FROM almanac.io_raw ORDER BY 2, 1;
CREATE TABLE intact AS SELECT * FROM almanac.io_raw;

-- One bit of the payload.
UPDATE almanac.io_raw SET data = set_bit(data, 100, 1 - get_bit(data, 100)) WHERE series_group = 1 AND first_time < '2024-07-02';
SELECT count(*), sum(reads) FROM almanac.io_samples;
SELECT count(*), sum(reads) FROM almanac.io_samples WHERE "time" >= '2024-07-02';
SELECT count(*), sum(reads) FROM almanac.io_samples WHERE series_id = 5;
SELECT count(*), sum(reads) FROM almanac.io_samples WHERE series_id = 70;
SELECT series_id, reads FROM almanac.sums('io', NULL, NULL) AS s (series_id int, reads bigint);
SET pg_almanac.skip_corrupt_chunks = on;
SELECT count(*), sum(reads) FROM almanac.io_samples;
SELECT count(*), sum(reads) FROM almanac.io_samples WHERE series_id = 70;
SELECT count(*), sum(reads) FROM almanac.sums('io', NULL, NULL) AS s (series_id int, reads bigint);
SET pg_almanac.skip_corrupt_chunks = off;

-- Every bit, and every length: always found, never a crash.
CREATE FUNCTION damaged(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE statement;
	SELECT sum(reads) INTO n FROM almanac.io_samples WHERE series_id BETWEEN 64 AND 127 AND "time" < '2024-07-02';
	RAISE EXCEPTION 'read %', n USING ERRCODE = 'P0002';
EXCEPTION WHEN data_corrupted OR no_data_found THEN
	RETURN SQLSTATE;
END
$$;
UPDATE almanac.io_raw r SET data = i.data FROM intact i WHERE (r.series_group, r.first_time) = (i.series_group, i.first_time);
SELECT damaged(format('UPDATE almanac.io_raw SET data = set_bit(data, %s, 1 - get_bit(data, %s)) WHERE series_group = 1 AND first_time < ''2024-07-02''', bit, bit)) AS state, count(*) = max(length(data)) * 8 AS all
	FROM intact, generate_series(0, length(data) * 8 - 1) bit WHERE series_group = 1 AND first_time < '2024-07-02' GROUP BY 1;
SELECT damaged(format('UPDATE almanac.io_raw SET data = substr(data, 1, %s) WHERE series_group = 1 AND first_time < ''2024-07-02''', size)) AS state, count(*) = max(length(data)) AS all
	FROM intact, generate_series(0, length(data) - 1) size WHERE series_group = 1 AND first_time < '2024-07-02' GROUP BY 1;
SELECT damaged($$UPDATE almanac.io_raw SET data = data || '\x00' WHERE series_group = 1$$);
-- Whole segments in the wrong place: of other series, another time, with other numbers.
SELECT damaged($$UPDATE almanac.io_raw SET data = (SELECT data FROM intact WHERE series_group = 2 AND first_time < '2024-07-02') WHERE series_group = 1$$);
SELECT damaged($$UPDATE almanac.io_raw SET data = (SELECT data FROM intact WHERE series_group = 1 AND first_time >= '2024-07-03') WHERE series_group = 1$$);
SELECT damaged($$UPDATE almanac.io_raw SET samples = samples + 1 WHERE series_group = 1$$);
SELECT damaged($$UPDATE almanac.io_raw SET members = members - 1 WHERE series_group = 1$$);
SELECT damaged($$UPDATE almanac.io_raw SET first_time = first_time + interval '1 us' WHERE series_group = 1$$);
SELECT damaged($$UPDATE almanac.io_raw SET last_time = last_time - interval '1 us' WHERE series_group = 1$$);
SELECT damaged($$SELECT$$);

-- Journal rows and totals.
INSERT INTO almanac.journal (snapshot_id, "time", source, server_id, samples, stream, payload) VALUES (1, '2024-07-05', 0, 0, 1, 6, '\x0102030405060708');
SELECT count(*) FROM almanac.io_samples WHERE "time" >= '2024-07-04';
SET pg_almanac.skip_corrupt_chunks = on;
SELECT count(*) FROM almanac.io_samples WHERE "time" >= '2024-07-04';
SET pg_almanac.skip_corrupt_chunks = off;
DELETE FROM almanac.journal;
UPDATE almanac.totals SET payload = substr(payload, 1, length(payload) - 1) WHERE stream = 6;
SELECT count(*) FROM almanac.totals('io') AS t (series_id int);
INSERT INTO almanac.io_samples (series_id, "time") VALUES (1, '2024-07-06');
SET pg_almanac.skip_corrupt_chunks = on;
SELECT count(*) FROM almanac.totals('io') AS t (series_id int);
SET pg_almanac.skip_corrupt_chunks = off;
SELECT count(*) FROM almanac.io_samples WHERE "time" >= '2024-07-05';
DELETE FROM almanac.totals WHERE stream = 6;
INSERT INTO almanac.io_samples (series_id, "time", reads) VALUES (1, '2024-07-06', 3);
SELECT series_id, reads FROM almanac.totals('io') AS t (series_id int, reads bigint);

DROP TABLE intact;
DROP FUNCTION damaged(text);
DROP EXTENSION pg_almanac;
