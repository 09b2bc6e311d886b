/* SPDX-License-Identifier: Apache-2.0 */
/* The program that the module's tests run in the guest: one binary, several commands. */
#ifndef PROBE_H
#define PROBE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define LONGEST		9000	/* frame that traffic.c makes */

void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
unsigned int index_of(const char *ifname);
int run_command(int argc, char **argv);	/* one of probe.c's, argv[0] is its name */

/* traffic.c */
int send_command(int argc, char **argv);
int read_command(int argc, char **argv);
int drain_command(int argc, char **argv);
int device_command(int argc, char **argv);
void make_frame(uint8_t *frame, uint64_t number, int length, int tagged);
int is_numbered(const uint8_t *frame);

/* records.c */
int stamps_command(int argc, char **argv);
int merged_command(int argc, char **argv);

/* tun.c */
int tun_command(int argc, char **argv);

/* pcapng.c: a block is there until the next one is asked for; NULL after the last */
#define INTERFACE_DESCRIPTION	1
#define ENHANCED_PACKET		6
#define MAX_BLOCK		(1 << 20)

struct block {
	uint32_t type;
	uint32_t length;
	uint32_t body[MAX_BLOCK / 4];
};

const struct block *next_block(FILE *file);
int file_command(int argc, char **argv);
int statistics_command(int argc, char **argv);

/* original.c */
int original_command(int argc, char **argv);

/* unprivileged.c */
int unprivileged_command(int argc, char **argv);
int eavesdrop_command(int argc, char **argv);

/* stamped.c */
int stamped_command(int argc, char **argv);

/* mark.c */
int mark_command(int argc, char **argv);

/* control.c */
int control_command(int argc, char **argv);
int refused_command(int argc, char **argv);
int fuzz_command(int argc, char **argv);

#endif
