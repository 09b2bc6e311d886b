/* SPDX-License-Identifier: Apache-2.0 */
/* nopl 0x6361636d(%rax,%rax,1): does nothing, and is met with nowhere else. */
#define MARK	0x0f, 0x1f, 0x84, 0x00, 0x6d, 0x63, 0x61, 0x63
