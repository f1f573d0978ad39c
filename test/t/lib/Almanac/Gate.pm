# Stops snapshots at their end, where all is written and nothing committed: a trigger on the recorder's table waits for
# a lock that a session of the test holds. The worker gives up after its own lock timeout.
package Almanac::Gate;

use strict;
use warnings;

use Almanac::Server qw(value);

sub new
{
	my ($class, $node) = @_;
	value($node, <<'SQL');
CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	PERFORM pg_catalog.pg_advisory_xact_lock_shared(4711);
	RETURN NEW;
END $$;
CREATE TRIGGER gate BEFORE UPDATE ON almanac.recorder FOR EACH ROW EXECUTE FUNCTION public.gate();
SQL
	return bless { node => $node }, $class;
}

# Closes the gate, asks for a snapshot, and returns the pid of the worker that stands before it.
sub wait_for_worker
{
	my ($self) = @_;
	my $node = $self->{node};
	$self->{holder} = $node->background_psql('postgres');
	$self->{holder}->query_safe('SELECT pg_advisory_lock(4711)');
	$self->{asker} = $node->background_psql('postgres', on_error_stop => 0);
	$self->{asker}->query_until(qr/asked/, "\\echo asked\nSELECT almanac.take_snapshot();\n");
	$node->poll_query_until('postgres', <<'SQL') or die 'no worker comes to the gate';
SELECT count(*) = 1 FROM pg_stat_activity
WHERE backend_type = 'pg_almanac repository' AND wait_event_type = 'Lock' AND wait_event = 'advisory'
SQL
	return value($node, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'pg_almanac repository'");
}

# Lets it through, if it is there still, and all that come.
sub open
{
	my ($self) = @_;
	eval { $_->quit } for grep { $_ } delete @$self{qw(holder asker)};
	return;
}

1;
