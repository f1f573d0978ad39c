# All that the system catalogs say of the extension's objects, to compare installations of it.
package Almanac::Catalog;

use strict;
use warnings;

use Almanac::Server;
use Exporter 'import';

our @EXPORT = qw(catalog differences);

# Each gives key and value. Without partitions, which are made as history needs them, and without what counts on (OIDs).
# Some builds of PostgreSQL give every column an option pg_attver that differs from table to table: left out too.
# Where columns of a table were added, they are last: columns are compared by name; so are elements of lists.
my $member = <<'SQL';
WITH member AS (
	SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
	LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
	WHERE e.extname = 'pg_almanac' AND c.relispartition IS NOT TRUE
		AND NOT EXISTS (SELECT FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem JOIN pg_class p ON p.oid IN (t.typrelid, e.typrelid)
			WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND p.relispartition)
), relation AS (SELECT c.* FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND m.objid = c.oid)
SQL
my %queries = (
	member => q(SELECT pg_describe_object(classid, objid, 0), '' FROM member),
	relation => <<'SQL',
SELECT c.oid::regclass::text, concat_ws(' ', c.relkind, c.relpersistence, pg_get_userbyid(c.relowner), c.relreplident, c.relrowsecurity,
	(SELECT array_agg(o ORDER BY o) FROM unnest(c.reloptions) o), (SELECT t.reloptions FROM pg_class t WHERE t.oid = c.reltoastrelid),
	pg_get_partkeydef(c.oid), (SELECT f.ftoptions FROM pg_foreign_table f WHERE f.ftrelid = c.oid), c.relnatts)
FROM relation c
SQL
	column => <<'SQL',
SELECT c.oid::regclass || '.' || a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attstorage, a.attidentity,
	a.attgenerated, a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid),
	(SELECT array_agg(o ORDER BY o) FROM unnest(a.attoptions) o WHERE o !~ '^pg_attver='), a.attfdwoptions,
	CASE WHEN c.relkind <> 'f' THEN a.attnum END)
FROM relation c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
SQL
	dropped => q(SELECT c.oid::regclass::text, count(*) FROM relation c JOIN pg_attribute a ON a.attrelid = c.oid WHERE a.attisdropped GROUP BY 1),
	constraint => q(SELECT n.conrelid::regclass || ' ' || n.conname, pg_get_constraintdef(n.oid) FROM relation c JOIN pg_constraint n ON n.conrelid = c.oid),
	index => <<'SQL',
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) || ' ' || i.indisprimary FROM relation c JOIN pg_index i ON i.indrelid = c.oid
SQL
	sequence => q(SELECT c.oid::regclass::text, to_jsonb(s) - 'seqrelid' FROM relation c JOIN pg_sequence s ON s.seqrelid = c.oid),
	trigger => q(SELECT c.oid::regclass || ' ' || t.tgname, pg_get_triggerdef(t.oid) FROM relation c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal),
	view => q(SELECT c.oid::regclass::text, pg_get_viewdef(c.oid) FROM relation c WHERE c.relkind = 'v'),
	function => <<'SQL',
SELECT p.oid::regprocedure::text, concat_ws(' ', pg_get_function_identity_arguments(p.oid), pg_get_function_arguments(p.oid), pg_get_function_result(p.oid),
	p.prokind, l.lanname, p.prosrc, p.probin, pg_get_function_sqlbody(p.oid), p.provolatile, p.proisstrict, p.prosecdef, p.proleakproof, p.proparallel, p.procost,
	p.prorows, p.prosupport, p.proconfig, p.proretset, p.provariadic, pg_get_userbyid(p.proowner))
FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid JOIN pg_language l ON l.oid = p.prolang
SQL
	aggregate => <<'SQL',
SELECT p.oid::regprocedure::text, concat_ws(' ', a.aggkind, a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn,
	a.aggmfinalfn, a.aggfinalextra, a.aggtranstype::regtype, a.aggtransspace, a.aggmtranstype::regtype, a.aggmtransspace, a.agginitval)
FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid JOIN pg_aggregate a ON a.aggfnoid = p.oid
SQL
	type => <<'SQL',
SELECT t.oid::regtype::text, concat_ws(' ', t.typlen, t.typbyval, t.typtype, t.typcategory, t.typispreferred, t.typdelim, t.typinput, t.typoutput, t.typreceive, t.typsend,
	t.typalign, t.typstorage, t.typnotnull, t.typdefault)
FROM member m JOIN pg_type t ON m.classid = 'pg_type'::regclass AND m.objid = t.oid
SQL
	operator => <<'SQL',
SELECT o.oid::regoperator::text, concat_ws(' ', o.oprcanmerge, o.oprcanhash, o.oprresult::regtype, o.oprcom::regoperator, o.oprnegate::regoperator, o.oprcode, o.oprrest, o.oprjoin)
FROM member m JOIN pg_operator o ON m.classid = 'pg_operator'::regclass AND m.objid = o.oid
SQL
	cast => <<'SQL',
SELECT c.castsource::regtype || ' ' || c.casttarget::regtype, concat_ws(' ', c.castfunc::regprocedure, c.castcontext, c.castmethod)
FROM member m JOIN pg_cast c ON m.classid = 'pg_cast'::regclass AND m.objid = c.oid
SQL
	wrapper => q(SELECT w.fdwname, concat_ws(' ', w.fdwhandler::regproc, w.fdwvalidator::regproc, w.fdwoptions) FROM member m JOIN pg_foreign_data_wrapper w ON m.classid = 'pg_foreign_data_wrapper'::regclass AND m.objid = w.oid),
	server => q(SELECT s.srvname, concat_ws(' ', s.srvtype, s.srvversion, s.srvoptions) FROM member m JOIN pg_foreign_server s ON m.classid = 'pg_foreign_server'::regclass AND m.objid = s.oid),
	comment => <<'SQL',
SELECT pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description FROM member m JOIN pg_description d ON d.classoid = m.classid AND d.objoid = m.objid
SQL
	privileges => <<'SQL',
SELECT pg_describe_object(m.classid, m.objid, 0), (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(COALESCE(
	(SELECT relacl FROM pg_class c WHERE m.classid = 'pg_class'::regclass AND c.oid = m.objid), (SELECT proacl FROM pg_proc c WHERE m.classid = 'pg_proc'::regclass AND c.oid = m.objid),
	(SELECT nspacl FROM pg_namespace c WHERE m.classid = 'pg_namespace'::regclass AND c.oid = m.objid), (SELECT typacl FROM pg_type c WHERE m.classid = 'pg_type'::regclass AND c.oid = m.objid),
	(SELECT fdwacl FROM pg_foreign_data_wrapper c WHERE m.classid = 'pg_foreign_data_wrapper'::regclass AND c.oid = m.objid),
	(SELECT srvacl FROM pg_foreign_server c WHERE m.classid = 'pg_foreign_server'::regclass AND c.oid = m.objid))) x)
FROM member m
SQL
	column_privileges => q(SELECT c.oid::regclass || '.' || a.attname, a.attacl FROM relation c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL),
	initial_privileges => <<'SQL',
SELECT pg_describe_object(i.classoid, i.objoid, i.objsubid), i.privtype::text || ' ' || (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(i.initprivs) x)::text
FROM member m JOIN pg_init_privs i ON i.classoid = m.classid AND i.objoid = m.objid
SQL
	orphan => <<'SQL',
SELECT i.classoid || ' ' || i.objoid, i.initprivs FROM pg_init_privs i WHERE i.classoid = 'pg_class'::regclass AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = i.objoid)
SQL
	stranger => <<'SQL',
SELECT c.oid::regclass::text, c.relkind FROM pg_class c WHERE (c.relnamespace = 'almanac'::regnamespace OR c.relname ~ 'almanac') AND NOT c.relispartition
	AND c.relkind NOT IN ('i', 'I', 't') AND NOT EXISTS (SELECT FROM relation r WHERE r.oid = c.oid)
SQL
	schema => q(SELECT nspname, '' FROM pg_namespace WHERE nspname ~ 'almanac'),
	dumped => <<'SQL',
SELECT x.relation::regclass::text, x.condition FROM pg_extension e, unnest(e.extconfig, e.extcondition) AS x (relation, condition) WHERE e.extname = 'pg_almanac'
SQL
	extension => q(SELECT extname, concat_ws(' ', extversion, extrelocatable, extnamespace::regnamespace) FROM pg_extension WHERE extname = 'pg_almanac'),
);

# The catalog of the extension in database postgres: a hash of texts.
sub catalog
{
	my ($node) = @_;
	my %found;
	for my $what (sort keys %queries)
	{
		my $text = $node->safe_psql('postgres', "$member$queries{$what}", extra_params => [ '--record-separator', "\x1e", '--field-separator', "\x1f" ]);
		for my $record (split /\x1e/, $text)
		{
			my ($key, $value) = split /\x1f/, $record;
			$found{"$what $key"} = $value // '';
		}
	}
	return \%found;
}

# How the second catalog differs from the first, a line for each. Without those whose keys match.
sub differences
{
	my ($first, $second, $except) = @_;
	my %keys = (%$first, %$second);
	return [
		map { "$_: " . ($first->{$_} // 'not there') . ' <> ' . ($second->{$_} // 'not there') }
		grep { !defined $except || !/$except/ }
		grep { !defined $first->{$_} || !defined $second->{$_} || $first->{$_} ne $second->{$_} } sort keys %keys ];
}

1;
