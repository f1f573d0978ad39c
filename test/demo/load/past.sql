\set account random_zipfian(1, 100000, 1.1)
SELECT id, amount FROM orders WHERE account = :account ORDER BY created DESC LIMIT 5;
