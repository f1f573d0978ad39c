-- Values of each type between C++ and SQL.
CREATE TABLE long_text AS SELECT repeat('x', 3000000) AS t;
CREATE TABLE long_array AS SELECT array_agg(i::int8 ORDER BY i) AS a FROM generate_series(0, 199999) AS i;

SELECT * FROM boundary_type_checks();
SELECT * FROM boundary_spi_checks();
SELECT * FROM boundary_name_checks('"''' || repeat('ö', 28) || ' \"%.');

SET timezone = 'UTC';
SET bytea_output = 'hex';
SELECT * FROM boundary_echo(-5, 'ö', '\x00ff', '2026-02-03 04:05:06.789+00', '{1.5,NaN}', '{a,NULL,""}');
SELECT * FROM boundary_echo(NULL, NULL, NULL, NULL, NULL, NULL);
SELECT * FROM boundary_echo(1, '', '', 'infinity', '{}', '{}');
SELECT boundary_echo(1, '', '', 'infinity', '{1,NULL}', '{}');
SELECT * FROM boundary_other_row('type');
SELECT * FROM boundary_other_row('fewer');
SELECT * FROM boundary_other_row('more');
SELECT * FROM boundary_other_row(NULL);
