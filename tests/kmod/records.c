// SPDX-License-Identifier: Apache-2.0
/* Looks at single records: hardware stamps and queues as the device gave them, and merged packets. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mgcap.h"
#include "probe.h"

#define SLOT	128

struct slot {
	struct mgcap_record record;
	uint8_t frame[SLOT - sizeof(struct mgcap_record) - sizeof(struct mgcap_record_tail)];
	struct mgcap_record_tail tail;
} __attribute__((packed, aligned(2)));

static int open_device(const char *device)
{
	int fd = open(device, O_RDONLY);

	if (fd < 0)
		fail("%s: %s", device, strerror(errno));
	return fd;
}

static void next_record(int fd, struct slot *slot)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	if (poll(&wait, 1, 20000) != 1)
		fail("no record comes");
	if (read(fd, slot, sizeof(*slot)) != sizeof(*slot))
		fail("read: %s", strerror(errno));
}

/* Numbered frames of 64 bytes or more that came through stampdev.c, which says in them what it stamped, and nothing else. */
int stamps_command(int argc, char **argv)
{
	uint64_t left, number, wanted;
	struct slot slot;
	int fd;

	if (argc < 3)
		fail("stamps DEVICE COUNT");
	fd = open_device(argv[1]);
	for (left = strtoull(argv[2], NULL, 0); left; left--) {
		next_record(fd, &slot);
		memcpy(&number, slot.frame + 14, sizeof(number));
		memcpy(&wanted, slot.frame + 22, sizeof(wanted));
		if (slot.record.hwtstamp != wanted || !wanted != (number % 5 == 4))
			fail("frame %llu: stamped %llu", (unsigned long long)number,
			     (unsigned long long)slot.record.hwtstamp);
		if (!(slot.tail.flags & MGCAP_RECORD_QUEUE) || slot.tail.queue != number % 4)
			fail("frame %llu: flags %x queue %u", (unsigned long long)number,
			     slot.tail.flags, slot.tail.queue);
	}
	return 0;
}

/* Succeeds with the first record of a merged packet that is longer than any frame. */
int merged_command(int argc, char **argv)
{
	struct slot slot;
	int fd;

	if (argc < 2)
		fail("merged DEVICE");
	fd = open_device(argv[1]);
	do {
		uint32_t length;

		next_record(fd, &slot);
		length = slot.tail.length < 65535 ? slot.tail.length : 65535;
		if (slot.record.length != length)
			fail("length %u, in full %u", slot.record.length, slot.tail.length);
	} while (!(slot.tail.flags & MGCAP_RECORD_MERGED) || slot.tail.length <= 1514);
	return 0;
}
