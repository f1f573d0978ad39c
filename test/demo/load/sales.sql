SELECT product, count(*), sum(amount) FROM orders GROUP BY product ORDER BY sum(amount) DESC LIMIT 10;
