/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface between mgcap.ko and the programs that read from it.
 *
 * Control is generic netlink, family "mgcap"; packets come from the character
 * device /dev/mgcap/IF, which exists while the capture on the interface IF
 * runs. Both live in the initial network namespace.
 *
 * RECORDS
 *
 * A packet is one record, and a record is one slot. The slot's size is the
 * next power of two that holds 32 bytes and the snap length: 128 bytes at the
 * usual snap length of 96. All numbers are in the host's byte order.
 *
 *      0         2                   10                 10 + caplen
 *      +---------+-------------------+-------------------+
 *      | length  | hardware stamp    | frame             |
 *      | u16     | u64 ns, 0 = none  | caplen bytes      |
 *      +---------+-------------------+-------------------+
 *      :            undefined                            :
 *      +-------+-------+-------+--------+--------+-------+
 *      | flags | tci   | queue | caplen | length | stamp |
 *      | u16   | u16   | u16   | u32    | u32    | u64   |
 *      +-------+-------+-------+--------+--------+-------+
 *      -22     -20     -18     -16      -12      -8   slot's end
 *
 * The head is that of the original mgcap, whose readers need nothing else. Its
 * length is that of the frame on the wire; one that 16 bits can't hold (the
 * kernel may have merged several packets of a connection) reads as 65535, and
 * the tail has it in full. The tail stands at the slot's end, whatever the
 * snap length. A VLAN tag that the device or the kernel took out is back in
 * the frame and counts in its lengths.
 *
 * RINGS
 *
 * Every processor has a ring of its own, and ring n is that of processor n.
 * The packets of a ring are in the order of their arrival; two rings are put
 * in order by the stamps.
 *
 * head and tail count slots from 0 and wrap at 2^32; slot i of the ring is the
 * place of the packets i, i + slots, i + 2 * slots, and so on.
 *
 *      slot:  0     1     2     3     4     5     6     7
 *           +-----+-----+-----+-----+-----+-----+-----+-----+
 *           |     |     | pkt | pkt | pkt |     |     |     |
 *           +-----+-----+-----+-----+-----+-----+-----+-----+
 *                          ^tail             ^head
 *
 *   - head is written by the kernel alone, after the slot (release).
 *   - tail is written by the kernel alone, in read(2) or on
 *     MGCAP_IOC_ADVANCE, after the reader is done with the slots.
 *   - tail <= i < head: the slot is the readers', and the kernel won't touch
 *     it. All others are the kernel's.
 *   - A packet that finds head - tail == slots is counted as dropped. Nothing
 *     waits, and nothing is overwritten.
 *
 * READING BY read(2)
 *
 * Gives as many whole slots as there are and fit, without mixing parts of
 * them. A buffer smaller than a slot is EINVAL. With nothing to give it
 * blocks, or is EAGAIN with O_NONBLOCK. Several readers may share a device:
 * each record goes to one of them. When the capture ended (it was stopped, or
 * the interface went away) what is left can be read, then comes the end of
 * file. poll(2) says POLLIN while there is something, and POLLHUP at the end.
 *
 * With the module's parameter nonblocking_reads=1, which can be set at load and
 * in /sys/module/mgcap/parameters, read(2) returns 0 instead of blocking, as the
 * original's did: its readers look at their flag for SIGINT between two reads.
 * Such a 0 is not the end of the file, which poll(2) tells from it by POLLHUP.
 * O_NONBLOCK still gives EAGAIN.
 *
 * READING BY mmap(2)
 *
 * One mapping, read-only and from offset 0, has everything: struct
 * mgcap_control, the control lines of all rings at rings_offset, and ring n's
 * slots at slots_offset + n * slots * slot_size. Load a head with acquire
 * order, look at the slots, then give them back by MGCAP_IOC_ADVANCE. If
 * somebody else has taken from the ring since, that is ESTALE, and what was
 * seen since the last call belongs to the other reader.
 */
#ifndef _UAPI_MGCAP_H
#define _UAPI_MGCAP_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define MGCAP_SNAPLEN_DEFAULT	96
#define MGCAP_SNAPLEN_MIN	14
#define MGCAP_SNAPLEN_MAX	262144
#define MGCAP_SLOTS_DEFAULT	32768
#define MGCAP_SLOTS_MIN		64
#define MGCAP_SLOTS_MAX		4194304

/* What a slot starts with. The frame follows. */
struct mgcap_record {
	__u16 length;		/* on the wire, at most 65535 */
	__u64 hwtstamp;		/* ns of the device's clock, 0: none */
} __attribute__((packed, aligned(2)));

/* What a slot ends with. */
struct mgcap_record_tail {
	__u16 flags;		/* enum mgcap_record_flags */
	__u16 vlan_tci;		/* of the tag put back, with MGCAP_RECORD_VLAN */
	__u16 queue;		/* the interface's, with MGCAP_RECORD_QUEUE */
	__u32 caplen;		/* bytes of the frame in the slot */
	__u32 length;		/* on the wire */
	__u64 tstamp;		/* ns since 1970, UTC, when it was captured */
} __attribute__((packed, aligned(2)));

enum mgcap_record_flags {
	MGCAP_RECORD_VLAN	= 1 << 0, /* a VLAN tag was put back */
	MGCAP_RECORD_QUEUE	= 1 << 1, /* the device told the queue */
	MGCAP_RECORD_NO_MAC	= 1 << 2, /* starts with the network header */
	MGCAP_RECORD_MERGED	= 1 << 3, /* several packets merged into one */
	MGCAP_RECORD_NO_CSUM	= 1 << 4, /* the sender left a checksum open */
};

/* The start of the mapping. Nothing in it changes. */
struct mgcap_control {
	__u32 version;		/* MGCAP_CONTROL_VERSION */
	__u32 rings;
	__u32 slots;		/* of each ring, a power of two */
	__u32 slot_size;
	__u32 snaplen;
	__u32 rings_offset;	/* of struct mgcap_ring_control [rings] */
	__u64 slots_offset;
	__u64 size;		/* of the whole mapping */
	__u32 queues;		/* that are counted, without the unknown ones */
	__u32 unused;
};

#define MGCAP_CONTROL_VERSION	1

/* Head and tail are on cache lines of their own: they have two writers. */
struct mgcap_ring_control {
	__u32 head;
	__u32 unused0[15];
	__u32 tail;
	__u32 unused1[15];
};

struct mgcap_advance {
	__u32 ring;
	__u32 from;		/* the tail that was started from */
	__u32 count;		/* slots to give back */
};

#define MGCAP_IOC_ADVANCE	_IOW('m', 0xc0, struct mgcap_advance)

/*
 * What one receive queue has counted, as GET_QUEUES tells it; here it can also
 * be read after the capture has ended, and then is final.
 */
struct mgcap_queue {
	__u32 queue;		/* in: below queues, or MGCAP_QUEUE_UNKNOWN */
	__u32 unused;		/* in: 0 */
	__u64 received;
	__u64 filtered;
	__u64 captured;
	__u64 dropped_full;
	__u64 dropped_unreadable;
	__u64 captured_bytes;
	__u64 wire_bytes;
};

#define MGCAP_IOC_GET_QUEUE	_IOWR('m', 0xc1, struct mgcap_queue)

/*
 * GENERIC NETLINK
 *
 * Every command, and joining the group of the events, needs CAP_NET_ADMIN in
 * the initial user namespace. Requests
 * are checked strictly: an attribute that the command doesn't name is refused,
 * and every refusal says why in the extended acknowledgment.
 */
#define MGCAP_GENL_NAME		"mgcap"
#define MGCAP_GENL_VERSION	0x01
#define MGCAP_GENL_EVENTS	"events" /* the multicast group */

/* The first three are those of the original. */
enum {
	MGCAP_CMD_START,		/* DEVICE [CAPTURE_MODE SNAPLEN SLOTS FILTER
					 * SOCKET_OWNER]
					 */
	MGCAP_CMD_STOP,			/* DEVICE */
	MGCAP_CMD_SET_CAPTURE_MODE,	/* DEVICE CAPTURE_MODE */
	MGCAP_CMD_GET,			/* DEVICE, or a dump: one message a device */
	MGCAP_CMD_GET_RINGS,		/* a dump [DEVICE]: one message a ring */
	MGCAP_CMD_SET_FILTER,		/* DEVICE FILTER */
	MGCAP_CMD_EVENT,		/* sent to the group: EVENT and as GET */
	MGCAP_CMD_GET_QUEUES,		/* a dump [DEVICE]: one message a queue */

	__MGCAP_CMD_MAX,
};

#define MGCAP_CMD_MAX	(__MGCAP_CMD_MAX - 1)

/* The first two are those of the original. */
enum {
	MGCAP_ATTR_UNSPEC,
	MGCAP_ATTR_DEVICE,		/* u32, the interface's index */
	MGCAP_ATTR_CAPTURE_MODE,	/* u32, MGCAP_CAPTURE_MODE_* */
	MGCAP_ATTR_NAME,		/* string, of interface and device */
	MGCAP_ATTR_SNAPLEN,		/* u32 */
	MGCAP_ATTR_SLOTS,		/* u32, of each ring, a power of two */
	MGCAP_ATTR_SLOT_SIZE,		/* u32 */
	MGCAP_ATTR_RINGS,		/* u32, how many */
	MGCAP_ATTR_FILTER,		/* struct sock_filter [], of length 0: none */
	MGCAP_ATTR_FILTER_LENGTH,	/* u32, instructions in use */
	MGCAP_ATTR_EVENT,		/* u32, MGCAP_EVENT_* */
	MGCAP_ATTR_RING,		/* u32, its number and its processor's */
	MGCAP_ATTR_FILL,		/* u32, slots that wait for a reader */

	/* received = filtered + captured + dropped, u64 each */
	MGCAP_ATTR_RECEIVED,
	MGCAP_ATTR_FILTERED,		/* the filter left them out */
	MGCAP_ATTR_CAPTURED,
	MGCAP_ATTR_DROPPED,		/* for whatever reason, see below */
	MGCAP_ATTR_CAPTURED_BYTES,	/* of frames, as in the slots */
	MGCAP_ATTR_WIRE_BYTES,		/* of the captured frames on the wire */
	MGCAP_ATTR_PAD,

	MGCAP_ATTR_QUEUE,		/* u32, of receive, or MGCAP_QUEUE_UNKNOWN */

	/* dropped = the sum of these, u64 each */
	MGCAP_ATTR_DROPPED_FULL,	/* the ring was full */
	MGCAP_ATTR_DROPPED_UNREADABLE,	/* the frame could not be copied */

	/*
	 * flag: the capture ends when the socket that started it is closed, and
	 * so with its process, too, however that ends
	 */
	MGCAP_ATTR_SOCKET_OWNER,

	__MGCAP_ATTR_MAX,
};

#define MGCAP_ATTR_MAX	(__MGCAP_ATTR_MAX - 1)

/*
 * For the packets of which no queue is known, which come last in a dump: the
 * device told none, or the number is that of a device below that has more
 * queues than the interface, like the port of a bridge.
 */
#define MGCAP_QUEUE_UNKNOWN		0xffffffff

/* Captured packets go no further; those the filter leaves out always pass. */
#define MGCAP_CAPTURE_MODE_DROP		1
/* Captured packets also go on to the network stack. */
#define MGCAP_CAPTURE_MODE_MIRROR	2

enum {
	MGCAP_EVENT_STARTED = 1,
	MGCAP_EVENT_STOPPED,
	MGCAP_EVENT_MODE,		/* the mode was set */
	MGCAP_EVENT_FILTER,		/* the filter was set */
	MGCAP_EVENT_RENAMED,
	MGCAP_EVENT_OVERFLOW,		/* a ring was full, told once a second */
};

#endif /* _UAPI_MGCAP_H */
