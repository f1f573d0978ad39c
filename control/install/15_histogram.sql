-- Distributions of durations: the type, its operators and casts. Everything computes with what it is given and reads
-- nothing else.

CREATE TYPE almanac.histogram;

CREATE FUNCTION almanac.histogram_in(cstring) RETURNS almanac.histogram
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_in';
COMMENT ON FUNCTION almanac.histogram_in(cstring) IS 'I/O';
CREATE FUNCTION almanac.histogram_out(almanac.histogram) RETURNS cstring
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_out';
COMMENT ON FUNCTION almanac.histogram_out(almanac.histogram) IS 'I/O';
CREATE FUNCTION almanac.histogram_recv(internal) RETURNS almanac.histogram
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_recv';
COMMENT ON FUNCTION almanac.histogram_recv(internal) IS 'I/O';
CREATE FUNCTION almanac.histogram_send(almanac.histogram) RETURNS bytea
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_send';
COMMENT ON FUNCTION almanac.histogram_send(almanac.histogram) IS 'I/O';

CREATE TYPE almanac.histogram (
	INPUT = almanac.histogram_in,
	OUTPUT = almanac.histogram_out,
	RECEIVE = almanac.histogram_recv,
	SEND = almanac.histogram_send,
	INTERNALLENGTH = VARIABLE,
	STORAGE = extended
);
COMMENT ON TYPE almanac.histogram IS
	'how many calls took how long: a distribution of durations whose quantiles are within 3.03 % and which merges without loss';

-- For transport, and to see how long it is.

CREATE FUNCTION almanac.histogram(bytea) RETURNS almanac.histogram
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_from_bytea';
COMMENT ON FUNCTION almanac.histogram(bytea) IS 'the histogram that histogram_send() made these bytes of';

CREATE CAST (bytea AS almanac.histogram) WITH FUNCTION almanac.histogram(bytea);
COMMENT ON CAST (bytea AS almanac.histogram) IS 'the histogram that histogram_send() made these bytes of';
CREATE CAST (almanac.histogram AS bytea) WITH FUNCTION almanac.histogram_send(almanac.histogram);
COMMENT ON CAST (almanac.histogram AS bytea) IS 'the binary form';

-- Operators

CREATE FUNCTION almanac.histogram_add(almanac.histogram, almanac.histogram) RETURNS almanac.histogram
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_add';
COMMENT ON FUNCTION almanac.histogram_add(almanac.histogram, almanac.histogram) IS 'implementation of + operator';
CREATE FUNCTION almanac.histogram_subtract(almanac.histogram, almanac.histogram) RETURNS almanac.histogram
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_subtract';
COMMENT ON FUNCTION almanac.histogram_subtract(almanac.histogram, almanac.histogram) IS 'implementation of - operator';
CREATE FUNCTION almanac.histogram_eq(almanac.histogram, almanac.histogram) RETURNS boolean
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_eq';
COMMENT ON FUNCTION almanac.histogram_eq(almanac.histogram, almanac.histogram) IS 'implementation of = operator';
CREATE FUNCTION almanac.histogram_ne(almanac.histogram, almanac.histogram) RETURNS boolean
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_ne';
COMMENT ON FUNCTION almanac.histogram_ne(almanac.histogram, almanac.histogram) IS 'implementation of <> operator';
CREATE FUNCTION almanac.histogram_hash(almanac.histogram) RETURNS integer
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'almanac_histogram_hash';
COMMENT ON FUNCTION almanac.histogram_hash(almanac.histogram) IS 'hash';

CREATE OPERATOR almanac.+ (FUNCTION = almanac.histogram_add, LEFTARG = almanac.histogram, RIGHTARG = almanac.histogram,
	COMMUTATOR = OPERATOR(almanac.+));
COMMENT ON OPERATOR almanac.+ (almanac.histogram, almanac.histogram) IS 'the calls of both';
CREATE OPERATOR almanac.- (FUNCTION = almanac.histogram_subtract, LEFTARG = almanac.histogram, RIGHTARG = almanac.histogram);
COMMENT ON OPERATOR almanac.- (almanac.histogram, almanac.histogram) IS 'the calls of the first without those of the second';
CREATE OPERATOR almanac.= (FUNCTION = almanac.histogram_eq, LEFTARG = almanac.histogram, RIGHTARG = almanac.histogram,
	COMMUTATOR = OPERATOR(almanac.=), NEGATOR = OPERATOR(almanac.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
COMMENT ON OPERATOR almanac.= (almanac.histogram, almanac.histogram) IS 'equal';
CREATE OPERATOR almanac.<> (FUNCTION = almanac.histogram_ne, LEFTARG = almanac.histogram, RIGHTARG = almanac.histogram,
	COMMUTATOR = OPERATOR(almanac.<>), NEGATOR = OPERATOR(almanac.=), RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR almanac.<> (almanac.histogram, almanac.histogram) IS 'not equal';

CREATE OPERATOR CLASS almanac.histogram_ops DEFAULT FOR TYPE almanac.histogram USING hash AS
	OPERATOR 1 almanac.= (almanac.histogram, almanac.histogram),
	FUNCTION 1 almanac.histogram_hash(almanac.histogram);
COMMENT ON OPERATOR CLASS almanac.histogram_ops USING hash IS 'for DISTINCT, UNION and GROUP BY';
COMMENT ON OPERATOR FAMILY almanac.histogram_ops USING hash IS 'for DISTINCT, UNION and GROUP BY';
