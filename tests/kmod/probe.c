// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stdout, "probe: ");
	vfprintf(stdout, format, args);
	fprintf(stdout, "\n");
	va_end(args);
	exit(1);
}

unsigned int index_of(const char *ifname)
{
	unsigned int index = if_nametoindex(ifname);

	if (!index)
		fail("no interface %s", ifname);
	return index;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage;
} commands[] = {
	{ "send", send_command, "IF COUNT LENGTH [tagged]: numbered frames" },
	{ "read", read_command, "DEVICE COUNT LENGTH read|mmap [READERS]: each numbered frame once, every byte right" },
	{ "drain", drain_command, "DEVICE: reads to the end of file, prints how many records" },
	{ "original", original_command, "DEVICE: reads as the original's mgdump until SIGINT, prints how many records" },
	{ "file", file_command, "FILE COUNT LENGTH: a PCAP-NG file has each numbered frame once, in order of time" },
	{ "statistics", statistics_command, "FILE: what the statistics of a PCAP-NG file say, and how many packets there are" },
	{ "device", device_command, "DEVICE: what open files refuse" },
	{ "stamps", stamps_command, "DEVICE COUNT: stamps and queues are those of stampdev.c" },
	{ "stamped", stamped_command, "FILE COUNT MICROSECONDS [set]: times in a PCAP-NG file are those of stampdev.c" },
	{ "merged", merged_command, "DEVICE: waits for a merged packet" },
	{ "tun", tun_command, "IF DEVICE: a packet without a MAC header" },
	{ "mark", mark_command, "FILE: prints its first line; the plugin that counts instructions writes its counts at the same moment" },
	{ "control", control_command, "start|stop|set|filter|get|dump|rings|queues|events|switch …" },
	{ "unprivileged", unprivileged_command, "COMMAND …: another of these, as nobody" },
	{ "eavesdrop", eavesdrop_command, "joins every group of generic netlink, prints after SIGINT what was heard" },
	{ "fuzz", fuzz_command, "IF SECONDS [SEED]: random requests and calls" },
	{ "refused", refused_command, "IF: requests that have to be refused" },
};

int run_command(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 0 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!strcmp(argv[0], commands[i].name))
			return commands[i].run(argc, argv);
	}
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(stderr, "probe %s %s\n", commands[i].name, commands[i].usage);
	return 2;
}

int main(int argc, char **argv)
{
	return run_command(argc - 1, argv + 1);
}
