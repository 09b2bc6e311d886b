/* SPDX-License-Identifier: Apache-2.0 */
/* The program that the module's tests run in the guest: one binary, several commands. */
#ifndef PROBE_H
#define PROBE_H

#include <stddef.h>
#include <stdint.h>

void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
unsigned int index_of(const char *ifname);

/* traffic.c */
int send_command(int argc, char **argv);
int read_command(int argc, char **argv);
int drain_command(int argc, char **argv);
int device_command(int argc, char **argv);

/* records.c */
int stamps_command(int argc, char **argv);
int merged_command(int argc, char **argv);

/* tun.c */
int tun_command(int argc, char **argv);

/* control.c */
int control_command(int argc, char **argv);
int refused_command(int argc, char **argv);
int fuzz_command(int argc, char **argv);

#endif
