-- The functions of the test module. Expected output of the other files stands or falls with these.
\set ECHO none
SELECT format('CREATE FUNCTION %s AS ''almanac_boundary'' LANGUAGE C', declaration)
FROM (VALUES
  ('boundary_raise() RETURNS void'),
  ('boundary_fail() RETURNS void'),
  ('boundary_throw(kind text) RETURNS void'),
  ('boundary_live() RETURNS int'),
  ('boundary_resident_kb() RETURNS bigint'),
  ('boundary_error_checks() RETURNS TABLE (what text, ok boolean)'),
  ('boundary_churn(inwards boolean, n int) RETURNS int'),
  ('boundary_lock_checks() RETURNS TABLE (what text, ok boolean)'),
  ('boundary_raise_with_lock() RETURNS void'),
  ('boundary_wait() RETURNS void'),
  ('boundary_report() RETURNS void'),
  ('boundary_subtransaction_checks() RETURNS TABLE (what text, ok boolean)'),
  ('boundary_worker(database oid) RETURNS boolean'),
  ('boundary_memory_checks() RETURNS TABLE (what text, ok boolean)'),
  ('boundary_spi_checks() RETURNS TABLE (what text, ok boolean)'),
  ('boundary_type_checks() RETURNS TABLE (what text, ok boolean)'),
  ('boundary_name_checks(name text) RETURNS TABLE (what text, ok boolean)'),
  ('boundary_echo(int8, text, bytea, timestamptz, float8[], text[])
    RETURNS TABLE (a int8, b text, c bytea, d timestamptz, e float8[], f text[])'),
  ('boundary_other_row(kind text) RETURNS TABLE (a int8, b text)')
) AS functions (declaration) \gexec
