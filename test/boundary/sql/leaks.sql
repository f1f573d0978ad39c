-- Nothing leaks over 10,000 errors in each direction: neither memory contexts nor the C++ heap. What is allowed for is
-- less than the smallest chunk for each of them.
CREATE FUNCTION usage(OUT contexts bigint, OUT resident_kb bigint) LANGUAGE sql AS
  'SELECT sum(used_bytes), boundary_resident_kb() FROM pg_backend_memory_contexts';
SELECT boundary_churn(true, 1000), boundary_churn(false, 1000), usage() IS NOT NULL;

SELECT * FROM usage() \gset before_
SELECT * FROM usage() \gset before_
SELECT boundary_churn(true, 10000), boundary_churn(false, 10000);
SELECT contexts - :before_contexts < 65536 AS contexts_flat, resident_kb - :before_resident_kb < 512 AS process_flat FROM usage();

-- The same through SQL, each error in a subtransaction of its own.
CREATE PROCEDURE provoke(n int) LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1..n LOOP
    BEGIN
      CASE i % 3
        WHEN 0 THEN PERFORM boundary_raise();
        WHEN 1 THEN PERFORM boundary_fail();
        ELSE PERFORM boundary_throw('runtime_error');
      END CASE;
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
    IF i % 100 = 0 THEN COMMIT; END IF;
  END LOOP;
END $$;
CALL provoke(1000);
SELECT * FROM usage() \gset before_
CALL provoke(10000);
SELECT contexts - :before_contexts < 65536 AS contexts_flat, resident_kb - :before_resident_kb < 256 AS process_flat FROM usage();
SELECT boundary_live();
