// SPDX-License-Identifier: Apache-2.0
/*
 * A plugin of QEMU (docs/devel/tcg-plugins.rst) that counts the instructions of each
 * emulated processor, and writes the counts into a file whenever the guest runs the
 * instruction below: a line for each time, a number for each processor.
 * Its argument is out=FILE.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "mark.h"

/* Of qemu-plugin.h, version 4, which Debian has in no package. */
typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_scoreboard;
typedef struct {
	struct qemu_plugin_scoreboard *score;
	size_t offset;
} qemu_plugin_u64;
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, void (*cb)(qemu_plugin_id_t, struct qemu_plugin_tb *));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t idx);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *dest, size_t len);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, void (*cb)(unsigned int, void *),
					    enum qemu_plugin_cb_flags flags, void *userdata);
void qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(struct qemu_plugin_tb *tb, enum qemu_plugin_op op,
						       qemu_plugin_u64 entry, uint64_t imm);
struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t element_size);
uint64_t qemu_plugin_u64_get(qemu_plugin_u64 entry, unsigned int vcpu_index);
int qemu_plugin_num_vcpus(void);

__attribute__((visibility("default"))) int qemu_plugin_version = 4;

static qemu_plugin_u64 counts;
static FILE *out;

static void write_counts(unsigned int processor, void *data)
{
	int i, processors = qemu_plugin_num_vcpus();

	for (i = 0; i < processors; i++)
		fprintf(out, "%" PRIu64 "%c", qemu_plugin_u64_get(counts, i), i + 1 < processors ? ' ' : '\n');
	fflush(out);
}

static void count_block(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
	static const unsigned char mark[] = { MARK };
	unsigned char bytes[sizeof(mark)];
	size_t instructions = qemu_plugin_tb_n_insns(block), i;

	qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(block, QEMU_PLUGIN_INLINE_ADD_U64, counts, instructions);
	for (i = 0; i < instructions; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);

		if (qemu_plugin_insn_data(insn, bytes, sizeof(bytes)) == sizeof(bytes) && !memcmp(bytes, mark, sizeof(mark)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, write_counts, QEMU_PLUGIN_CB_NO_REGS, NULL);
	}
}

__attribute__((visibility("default")))
int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	if (argc != 1 || strncmp(argv[0], "out=", 4) || !(out = fopen(argv[0] + 4, "w"))) {
		fprintf(stderr, "the plugin that counts instructions wants out=FILE\n");
		return 1;
	}
	counts.score = qemu_plugin_scoreboard_new(sizeof(uint64_t));
	qemu_plugin_register_vcpu_tb_trans_cb(id, count_block);
	return 0;
}
