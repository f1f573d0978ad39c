-- The table that grows in the demo.
CREATE TABLE orders (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	account integer NOT NULL,
	product integer NOT NULL,
	amount numeric(8, 2) NOT NULL,
	remark text NOT NULL,
	created timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON orders (account);
