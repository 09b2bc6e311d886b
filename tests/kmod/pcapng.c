// SPDX-License-Identifier: Apache-2.0
/* Looks into a PCAP-NG file, as the programs write it that capture by the module: for numbered frames, and for what it says of itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

#define SECTION_HEADER		0x0a0d0d0a
#define INTERFACE_STATISTICS	5

/* Its options, all of 64 bits: packets received, lost by the device, accepted by the filter, lost by the system, delivered. */
enum { ISB_IFRECV = 4, ISB_IFDROP, ISB_FILTERACCEPT, ISB_OSDROP, ISB_USRDELIV, ISB_END };

#define MAX_INTERFACES		64

static struct block block;

/* draft-ietf-opsawg-pcapng: a block's length stands at its end, too. */
const struct block *next_block(FILE *file)
{
	if (fread(&block, 8, 1, file) != 1)
		return NULL;
	if (block.length < 12 || block.length % 4 || block.length - 8 > MAX_BLOCK)
		fail("a block of %u bytes", block.length);
	if (fread(block.body, block.length - 8, 1, file) != 1)
		fail("the file ends within a block");
	if (block.body[block.length / 4 - 3] != block.length)
		fail("a block whose lengths differ");
	return &block;
}

int file_command(int argc, char **argv)
{
	uint64_t seen = 0, others = 0, last = 0, count;
	uint32_t snaplen = 0, length;
	uint8_t wanted[LONGEST], *once;
	FILE *file;

	if (argc < 4)
		fail("file FILE COUNT LENGTH");
	file = fopen(argv[1], "rb");
	if (!file)
		fail("can't open %s", argv[1]);
	count = strtoull(argv[2], NULL, 0);
	length = atoi(argv[3]);
	once = calloc(count, 1);
	if (!next_block(file) || block.type != SECTION_HEADER)
		fail("no section header");

	while (next_block(file)) {
		uint64_t stamp = (uint64_t)block.body[1] << 32 | block.body[2], number;
		const uint8_t *frame = (const uint8_t *)&block.body[5];
		uint32_t caplen = block.body[3];

		if (block.type == INTERFACE_DESCRIPTION)
			snaplen = block.body[1];
		if (block.type != ENHANCED_PACKET)
			continue;
		if (stamp < last)
			fail("a packet of %llu after one of %llu", (unsigned long long)stamp,
			     (unsigned long long)last);
		last = stamp;
		if (!is_numbered(frame)) {
			others++;
			continue;
		}
		memcpy(&number, frame + 14, sizeof(number));
		if (number >= count || once[number]++)
			fail("frame %llu is one too many", (unsigned long long)number);
		make_frame(wanted, number, length, 0);
		if (block.body[4] != length || caplen != (length < snaplen ? length : snaplen) ||
		    memcmp(wanted, frame, caplen))
			fail("frame %llu differs", (unsigned long long)number);
		seen++;
	}
	printf("probe: %llu of %llu frames, %llu others\n", (unsigned long long)seen,
	       (unsigned long long)count, (unsigned long long)others);
	return seen != count;
}

/* An interface's counts, of which every further block has newer ones. */
static void read_statistics(uint64_t counts[ISB_END])
{
	const uint8_t *at = (const uint8_t *)&block.body[3], *end = (const uint8_t *)&block.body[block.length / 4 - 3];
	uint16_t code, length;

	for (; end - at >= 4; at += 4 + (length + 3) / 4 * 4) {
		memcpy(&code, at, sizeof(code));
		memcpy(&length, at + 2, sizeof(length));
		if (4 + length > end - at)
			fail("an option that is longer than its block");
		if (code < ISB_IFRECV || code >= ISB_END)
			continue;
		if (length != sizeof(*counts))
			fail("a count of %u bytes", length);
		memcpy(&counts[code], at + 4, sizeof(*counts));
	}
}

int statistics_command(int argc, char **argv)
{
	static uint64_t counts[MAX_INTERFACES][ISB_END];
	uint64_t sums[ISB_END] = { 0 }, packets = 0;
	FILE *file;
	int i, code;

	if (argc < 2)
		fail("statistics FILE");
	file = fopen(argv[1], "rb");
	if (!file)
		fail("can't open %s", argv[1]);
	while (next_block(file)) {
		packets += block.type == ENHANCED_PACKET;
		if (block.type != INTERFACE_STATISTICS)
			continue;
		if (block.body[0] >= MAX_INTERFACES)
			fail("statistics of interface %u", block.body[0]);
		read_statistics(counts[block.body[0]]);
	}
	for (i = 0; i < MAX_INTERFACES; i++)
		for (code = ISB_IFRECV; code < ISB_END; code++)
			sums[code] += counts[i][code];
	printf("received=%llu accepted=%llu dropped=%llu delivered=%llu packets=%llu\n",
	       (unsigned long long)sums[ISB_IFRECV], (unsigned long long)sums[ISB_FILTERACCEPT],
	       (unsigned long long)sums[ISB_OSDROP], (unsigned long long)sums[ISB_USRDELIV],
	       (unsigned long long)packets);
	return 0;
}
