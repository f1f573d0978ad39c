/*
 * Time that passes at a leap: preloaded into a server, it adds the nanoseconds that stand in a file (a 64-bit integer, named by
 * ALMANAC_TEST_LEAP) to the time of day and to the monotonic clock alike. For the server an hour has passed in which nobody did
 * anything; whatever does run takes as long as it takes. The file is mapped, so that asking costs next to nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t leapt(void)
{
	static const volatile int64_t *mapped;

	if (mapped == NULL)
	{
		static const int64_t none = 0;
		const char *name = getenv("ALMANAC_TEST_LEAP");
		int file = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
		void *memory = MAP_FAILED;

		if (file >= 0)
		{
			memory = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
			close(file);
		}
		mapped = memory == MAP_FAILED ? &none : memory;
	}
	return *mapped;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	static int (*real)(clockid_t, struct timespec *);
	int result;

	if (real == NULL)
		real = dlsym(RTLD_NEXT, "clock_gettime");
	result = real(clock, now);
	if (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC)
	{
		int64_t ns = now->tv_nsec + leapt();

		now->tv_sec += ns / 1000000000;
		now->tv_nsec = ns % 1000000000;
	}
	return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct timespec precise;

	(void) zone;
	clock_gettime(CLOCK_REALTIME, &precise);
	now->tv_sec = precise.tv_sec;
	now->tv_usec = precise.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *seconds)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (seconds != NULL)
		*seconds = now.tv_sec;
	return now.tv_sec;
}
