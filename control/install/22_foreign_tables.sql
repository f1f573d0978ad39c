CREATE FOREIGN DATA WRAPPER almanac HANDLER almanac.samples_handler VALIDATOR almanac.samples_validator;
COMMENT ON FOREIGN DATA WRAPPER almanac IS 'packed history of pg_almanac';
CREATE SERVER almanac FOREIGN DATA WRAPPER almanac;
COMMENT ON SERVER almanac IS 'packed history of pg_almanac';

IMPORT FOREIGN SCHEMA samples FROM SERVER almanac INTO almanac;
