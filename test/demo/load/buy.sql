\set account random(1, 100000)
\set items random(5, 25)
BEGIN;
INSERT INTO orders (account, product, amount, remark)
  SELECT :account, random() * 50, random() * 100, repeat('as usual, please ', 20) FROM generate_series(1, :items);
UPDATE pgbench_accounts SET abalance = abalance - :items WHERE aid = :account;
COMMIT;
