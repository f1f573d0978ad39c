-- An error inside a guarded call, and a C++ exception, as SQL sees them.
CREATE FUNCTION diagnose(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text, OUT context text)
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
                          hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
  context := split_part(context, E'\n', 1);
END $$;

SELECT * FROM boundary_error_checks();

\x on
SELECT * FROM diagnose('SELECT boundary_raise()');
SELECT * FROM diagnose('SELECT boundary_fail()');
\x off
SELECT kind, (diagnose(format('SELECT boundary_throw(%L)', kind))).*
FROM unnest(ARRAY['bad_alloc', 'bad_alloc from a context', 'invalid_argument', 'length_error', 'CorruptChunk',
                  'runtime_error', 'logic_error', 'int']) AS kind;
SELECT boundary_throw(NULL);
SELECT boundary_fail();
SELECT boundary_live();
SELECT boundary_report();
