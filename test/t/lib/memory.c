/* Preloaded into a server: once in `every` times, malloc() and realloc() have no memory for a process that serves a client.
 * `every` is a number in the file that ALMANAC_FAULTS names; 0, or no file: never. Sessions get what they need to
 * begin, and to commit: PostgreSQL itself panics if memory ends between the commit record and the end. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_realloc(void *memory, size_t size);

static unsigned long state;

/* How often, as of the last time that the file was read: each 16th call reads it. */
static int
every(void)
{
	enum { to_begin = 256 };
	static int known, calls, served;
	static void **port;
	char text[16];
	ssize_t length;
	int file;

	if (calls++ % 16 != 0)
		return known;
	if (port == NULL)
		port = dlsym(RTLD_DEFAULT, "MyProcPort");
	known = 0;
	if (port == NULL || *port == NULL || getenv("ALMANAC_FAULTS") == NULL)
		return 0;
	served += 16;
	if (served <= to_begin)
		return 0;
	file = open(getenv("ALMANAC_FAULTS"), O_RDONLY);
	if (file < 0)
		return 0;
	length = read(file, text, sizeof(text) - 1);
	close(file);
	if (length > 0)
	{
		text[length] = 0;
		known = atoi(text);
	}
	return known;
}

static int
holds_interrupts(void)
{
	static volatile unsigned int *holdoff;

	if (holdoff == NULL)
		holdoff = dlsym(RTLD_DEFAULT, "InterruptHoldoffCount");
	return holdoff != NULL && *holdoff > 0;
}

static int
fails(void)
{
	static int inside;
	int often;

	if (inside)
		return 0;
	inside = 1;
	often = every();
	if (often > 0 && holds_interrupts())
		often = 0;
	inside = 0;
	if (often == 0)
		return 0;
	if (state == 0)
		state = (unsigned long) getpid() * 2654435761ul;
	state = state * 6364136223846793005ul + 1442695040888963407ul;
	if ((state >> 33) % (unsigned long) often != 0)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
realloc(void *memory, size_t size)
{
	return fails() ? NULL : __libc_realloc(memory, size);
}
