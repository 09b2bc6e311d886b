// SPDX-License-Identifier: Apache-2.0
/*
 * Has the plugin of instructions/ write its counts down, and reads at the same moment
 * what a file says; without the plugin it only reads.
 */
#include <stdio.h>

#include "instructions/mark.h"
#include "probe.h"

#define STRING(...)	#__VA_ARGS__
#define BYTES(...)	STRING(.byte __VA_ARGS__)

int mark_command(int argc, char **argv)
{
	char line[64];
	FILE *file;

	if (argc < 2)
		fail("mark FILE");
	file = fopen(argv[1], "r");
	if (!file)
		fail("can't open %s", argv[1]);
	__asm__ volatile(BYTES(MARK));
	if (!fgets(line, sizeof(line), file))
		fail("can't read %s", argv[1]);
	fputs(line, stdout);
	return 0;
}
