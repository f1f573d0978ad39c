-- Transactions, subtransactions and memory contexts as C++ scopes.
CREATE TABLE scopes (number int);
CREATE TABLE worker_checks (id serial, what text, ok boolean);
CREATE TABLE referenced (id int PRIMARY KEY);
CREATE TABLE deferred (id int REFERENCES referenced DEFERRABLE INITIALLY DEFERRED);

SELECT * FROM boundary_subtransaction_checks();
SELECT * FROM scopes ORDER BY number;
SELECT * FROM boundary_memory_checks();
SELECT boundary_live();
SELECT boundary_worker(oid) FROM pg_database WHERE datname = current_database();
SELECT what, ok FROM worker_checks ORDER BY id;
