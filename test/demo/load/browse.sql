\set account random_zipfian(1, 100000, 1.1)
SELECT abalance FROM pgbench_accounts WHERE aid = :account;
