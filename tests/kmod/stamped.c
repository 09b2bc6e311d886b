// SPDX-License-Identifier: Apache-2.0
/*
 * Compares the times in a PCAP-NG file with what stampdev.c says in each frame that
 * it did: the stamp, and what CLOCK_REALTIME showed then.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

#define SAID		22
#define MIN_CAPLEN	(SAID + 16)

/* A clock that is followed is never corrected faster than this: a thousandth of the time that passes. */
#define FASTEST		1000

/* Of so many packets one may have been in flight for longer than is waited for: an emulated processor had to wait. */
#define MAX_LATE	50

static int64_t magnitude(int64_t value)
{
	return value < 0 ? -value : value;
}

/*
 * Every stamped packet has the device's stamp and a correction that changes with
 * the clocks' drift and no faster, unless one was set. That makes of it the time
 * that it was made at, which CLOCK_REALTIME showed a moment later: a moment that
 * is long where an emulated processor had to wait, but not for most of them.
 * The others have the kernel's stamp, made when it received them.
 */
int stamped_command(int argc, char **argv)
{
	int64_t correction = 0, error, limit;
	uint64_t stamped = 0, unstamped = 0, near = 0, late = 0, last = 0, last_stamp = 0, count;
	const struct block *block;
	int set = argc > 4;
	FILE *file;

	if (argc < 4)
		fail("stamped FILE COUNT MICROSECONDS [set]");
	file = fopen(argv[1], "rb");
	if (!file)
		fail("can't open %s", argv[1]);
	count = strtoull(argv[2], NULL, 0);
	limit = strtoll(argv[3], NULL, 0) * 1000;

	while ((block = next_block(file))) {
		uint64_t time = (uint64_t)block->body[1] << 32 | block->body[2];
		const uint8_t *frame = (const uint8_t *)&block->body[5];
		uint64_t stamp, realtime;

		if (block->type != ENHANCED_PACKET || !is_numbered(frame))
			continue;
		if (block->body[3] < MIN_CAPLEN)
			fail("too little is kept of a frame");
		memcpy(&stamp, frame + SAID, sizeof(stamp));
		memcpy(&realtime, frame + SAID + sizeof(stamp), sizeof(realtime));
		late += time < last;
		if (time > last)
			last = time;
		error = time - realtime;
		if (!stamp) {
			unstamped++;
			if (error < 0)
				fail("a packet was received %" PRId64 " ns before it was sent", -error);
			continue;
		}

		if (error > limit)
			fail("a packet stamped %" PRIu64 " is %" PRId64 " ns late", stamp, error);
		near += error >= -limit;
		if (stamped && !set && magnitude((int64_t)(time - stamp) - correction) >
			       (int64_t)((stamp - last_stamp) / FASTEST) + 2)
			fail("a packet stamped %" PRIu64 " is corrected by %" PRId64
			     ", the one before by %" PRId64, stamp, (int64_t)(time - stamp), correction);
		correction = time - stamp;
		last_stamp = stamp;
		stamped++;
	}
	if (late > count / MAX_LATE)
		fail("%" PRIu64 " of %" PRIu64 " packets after one with a later time", late, count);
	if (near < stamped / 2)
		fail("%" PRIu64 " of %" PRIu64 " are more than %" PRId64 " ns early", stamped - near, stamped, limit);
	printf("stamped=%" PRIu64 " unstamped=%" PRIu64 "\n", stamped, unstamped);
	return stamped + unstamped != count;
}
