// SPDX-License-Identifier: Apache-2.0
/* Reads as the original's mgdump did: until a flag is set by SIGINT, which it looks at between two reads. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* Prints how many slots of 128 bytes came until it was interrupted. */
int original_command(int argc, char **argv)
{
	unsigned long records = 0;
	uint8_t record[128];
	ssize_t size;
	int fd;

	if (argc < 2)
		fail("original DEVICE");
	/* Reads are restarted after this handler, as with signal(2) in glibc. */
	signal(SIGINT, on_interrupt);
	fd = open(argv[1], O_RDONLY);
	if (fd < 0)
		fail("%s: %s", argv[1], strerror(errno));
	while (!interrupted) {
		size = read(fd, record, sizeof(record));
		if (size < 0)
			fail("read: %s", strerror(errno));
		records += size / sizeof(record);
	}
	printf("%lu\n", records);
	return 0;
}
