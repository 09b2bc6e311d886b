// SPDX-License-Identifier: Apache-2.0
/* Looks for numbered frames in a PCAP-NG file, as the programs write it that capture by the module. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

#define SECTION_HEADER		0x0a0d0d0a

static struct block block;

/* draft-ietf-opsawg-pcapng: a block's length stands at its end, too. */
const struct block *next_block(FILE *file)
{
	if (fread(&block, 8, 1, file) != 1)
		return NULL;
	if (block.length < 12 || block.length % 4 || block.length - 8 > LONGEST_BLOCK)
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
