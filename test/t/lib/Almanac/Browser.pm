# A page as a browser has it: headless Chromium without a driver. It is given a copy of the page with a script at the end that measures and writes what it found into the document, which is printed.
package Almanac::Browser;

use strict;
use warnings;

use File::Temp ();
use IPC::Run ();
use JSON::PP ();
use MIME::Base64 ();
use PostgreSQL::Test::Utils;

# The whole of what is measured. Text that a table scrolls to is not outside of the page.
my $measure = <<'JS';
function parts(c) { const m = c.match(/[\d.]+/g).map(Number); return m.length > 3 ? m : [...m, 1]; }
function luminance(c) { const l = c.slice(0, 3).map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); }); return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2]; }
function over(top, below) { return [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat([1]); }
function ground(e) { let layers = []; for (; e && e.nodeType === 1; e = e.parentElement) { layers.push(parts(getComputedStyle(e).backgroundColor)); }
  return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]); }
const seen = { scroll_width: document.documentElement.scrollWidth, title: document.title, tables: document.querySelectorAll('table').length, texts: 0, least_contrast: 99, least_of: '', clipped: '',
  dark: String(matchMedia('(prefers-color-scheme: dark)').matches), drawn: 0 };
for (const path of document.querySelectorAll('svg path.now')) { const box = path.getBoundingClientRect(); if (box.width > 100 && path.getTotalLength() > 100) { seen.drawn++; } }
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const e = node.parentElement;
  if (!node.textContent.trim() || ['SCRIPT', 'STYLE', 'title'].includes(e.tagName)) { continue; }
  const range = document.createRange(); range.selectNodeContents(node);
  const box = range.getBoundingClientRect();
  if (!e.closest('.scroll') && (box.left < -0.5 || box.right > innerWidth + 0.5)) { seen.clipped += node.textContent.slice(0, 40) + '; '; }
  const style = getComputedStyle(e), below = ground(e.closest('svg') ? e.closest('svg').parentElement : e);
  const a = luminance(over(parts(e.closest('svg') ? style.fill : style.color), below)), b = luminance(below);
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  seen.texts++;
  if (contrast < seen.least_contrast) { seen.least_contrast = contrast; seen.least_of = node.textContent.trim().slice(0, 40) + ' ' + contrast.toFixed(2); }
}
document.documentElement.innerHTML = '<body><pre id="seen"></pre></body>';
document.getElementById('seen').textContent = btoa(unescape(encodeURIComponent(JSON.stringify(seen))));
JS

# Undefined if there is no Chromium.
sub new
{
	my ($class) = @_;
	my ($program) = grep { -x } map { my $name = $_; map { "$_/$name" } split /:/, $ENV{PATH} } qw(chromium chromium-browser google-chrome);
	return undef if !defined $program;
	my $self = bless { program => $program, folder => PostgreSQL::Test::Utils::tempdir() }, $class;
	return $self;
}

# Runs it in an empty profile; a browser that crashed or hung is asked again.
sub run
{
	my ($self, $done, @arguments) = @_;
	for my $try (1 .. 4)
	{
		my $profile = File::Temp->newdir('browserXXXXXX', TMPDIR => 1);
		my ($out, $err) = ('', '');
		my $timer = IPC::Run::timer(90 * $try);
		eval {
			local $ENV{HOME} = "$profile";
			my $handle = IPC::Run::start([ $self->{program}, qw(--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync
				--disable-dev-shm-usage --hide-scrollbars), "--user-data-dir=$profile", @arguments ], '<', \undef, '>', \$out, '2>', \$err, $timer);
			eval { $handle->finish; 1 } or do { $handle->kill_kill; die "too slow\n"; };
		};
		my $result = $done->($out);
		return $result if $result;
		print STDERR "# the browser failed, try $try: $@", substr($err, -400), "\n" if $try == 4;
	}
	return undef;
}

# What the script finds in a page, by its width in CSS pixels, in light or dark colours. Windows are no narrower than 500 pixels: hence frames.
sub measure
{
	my ($self, $page, $scheme, @widths) = @_;
	my $file = "$self->{folder}/$scheme.html";
	open(my $out, '>', $file) or die $!;
	print $out qq{<!DOCTYPE html><meta charset="utf-8"><body style="margin:0"><pre id="result"></pre><script>addEventListener('message', e => { document.getElementById('result').textContent += e.data + ' '; });</script>};
	for my $width (@widths)
	{
		my $script = "<script>addEventListener('load', () => { $measure parent.postMessage('$width:' + document.getElementById('seen').textContent, '*'); });</script>";
		my $inner = $page =~ s{</body>}{$script</body>}r;
		$inner =~ s/([&"<>])/'&#' . ord($1) . ';'/ge;
		print $out qq{<iframe style="border:0;width:${width}px;height:3000px;color-scheme:$scheme" srcdoc="$inner"></iframe>};
	}
	print $out '</body>';
	close $out;
	my $answer = sub {
		my ($result) = $_[0] =~ m{<pre id="result">([A-Za-z0-9+/=: ]+)</pre>} or return undef;
		my %seen = map { /^(\d+):(.*)/ ? ($1 => JSON::PP->new->utf8->decode(MIME::Base64::decode_base64($2))) : () } split / /, $result;
		return keys %seen == @widths ? \%seen : undef;
	};
	return $self->run($answer, '--window-size=1400,3000', '--virtual-time-budget=5000', '--blink-settings=preferredColorScheme=' . ($scheme eq 'dark' ? 0 : 1), '--dump-dom', "file://$file");
}

sub screenshot
{
	my ($self, $page, $width, $target) = @_;
	my $file = "$self->{folder}/page.html";
	open(my $out, '>', $file) or die $!;
	print $out $page;
	close $out;
	return $self->run(sub { -s $target }, "--window-size=$width,2400", "--screenshot=$target", "file://$file");
}

1;
