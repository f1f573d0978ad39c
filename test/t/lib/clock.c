/*
 * A clock that can be set without setting that of the machine: preloaded into a server, it adds as many seconds to the time
 * of day as the file says that ALMANAC_TEST_CLOCK names. The monotonic clock is left alone, as it is when somebody sets a
 * clock.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long offset(void)
{
	char text[32] = "";
	const char *name = getenv("ALMANAC_TEST_CLOCK");
	int file = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);

	if (file >= 0)
	{
		ssize_t got = read(file, text, sizeof(text) - 1);

		text[got > 0 ? got : 0] = '\0';
		close(file);
	}
	return atol(text);
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	static int (*real)(struct timeval *, void *);
	int result;

	if (real == NULL)
		real = dlsym(RTLD_NEXT, "gettimeofday");
	result = real(now, zone);
	now->tv_sec += offset();
	return result;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	static int (*real)(clockid_t, struct timespec *);
	int result;

	if (real == NULL)
		real = dlsym(RTLD_NEXT, "clock_gettime");
	result = real(clock, now);
	if (clock == CLOCK_REALTIME)
		now->tv_sec += offset();
	return result;
}

time_t time(time_t *seconds)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (seconds != NULL)
		*seconds = now.tv_sec;
	return now.tv_sec;
}
