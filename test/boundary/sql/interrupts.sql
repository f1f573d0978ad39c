-- After errors with lightweight locks held, a session can still be cancelled.
SELECT * FROM boundary_lock_checks();
SELECT boundary_raise_with_lock();
SELECT boundary_raise_with_lock();

SET statement_timeout = '200ms';
SELECT pg_sleep(30);
SELECT boundary_wait();
RESET statement_timeout;
SELECT pg_cancel_backend(pg_backend_pid()) AND pg_sleep(30) IS NULL;
SELECT boundary_live();
