// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0
/*
 * Step 1 of a packet's way: from the driver into a ring, as a finished Enhanced Packet Block (draft-ietf-opsawg-pcapng,
 * section 4.3). BlockRing.cs is the reader's half.
 *
 *   received, in the driver or behind it   capture_received, capture_bound   XDP
 *   received, in the network stack         capture_ingress                   tcx: VLAN tags beside frames are seen there
 *   sent, as the driver gets it            capture_traced                    net_dev_start_xmit, a tracepoint (Linux 6.12)
 *   the same, before 6.12                  capture_tapped                    a packet socket's filter: slower for what is received
 *   sent, to be dropped                    drop_sent                         tcx
 *
 *   rings:    one byte ring for each processor; a block may run over the end into room kept for that, and the next begins at 0
 *   cursors:  for each processor, head (written here) and tail (written by the reader) on cache lines of their own
 *   counters: for each processor and queue, what was left out by the filter and what found no room
 *   control:  what the reader may change while packets come
 *   bell:     wakes the reader where it sleeps until something comes
 *
 * A processor's ring has one writer: XDP programs run in its receive softirq, and the others with softirqs off.
 */
#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ENHANCED_PACKET_BLOCK 6
#define BLOCK_HEADER 28
#define DEFAULT_SNAPLEN 96
#define FLAGS_OPTION_HEAD (2 | 4 << 16)
#define FLAGS_INBOUND 1
#define FLAGS_OUTBOUND 2
#define FLAGS_LENGTH 12

/* Beside the queue: the time is the device's own. The reader makes UTC of it, and takes the mark away. */
#define DEVICE_STAMPED (1u << 31)
#define ADDRESSES_LENGTH 12
#define VLAN_TAG_LENGTH 4

/* What bpf_xdp_load_bytes copies at once, and how far into a frame it may begin; so far two such copies reach. */
#define MAX_COPY 0xffff
#define XDP_REACH (2 * MAX_COPY)

/* Set before the programs are loaded; the verifier leaves out what they switch off. Settings in XdpProgram.cs. */
struct settings {
	__u32 ring_bytes;	/* of a ring, without the room behind it; a power of two */
	__u32 snaplen;
	__u32 receive_queues;	/* the row of sent packets comes after theirs */
	__u32 counters_stride;	/* rows for each processor */
	__u32 with_flags;	/* whether blocks say the direction */
	__u32 filtered;		/* whether capture_filter decides */
	__u32 weakly_ordered;	/* whether the processor may publish the head before the block */
	__u32 kernel_context;	/* whether the kernel has bpf_cast_to_kern_ctx (6.2) */
	__u32 device_stamps;	/* capture_bound: whether time stamps are the device's, where it has any */
	__u32 device_tags;	/* capture_bound: whether the driver tells the VLAN tags that the device took out */
	__u32 first_mapping;	/* capture_ingress: the queue mapping of what queue 0 received */
	__u32 traced_interface;	/* capture_traced: the interface's number, */
	__u32 traced_namespace;	/* and the inode of its network namespace */
};

const volatile struct settings settings;

struct cursor {
	__u64 head;
	__u64 for_head[7];
	__u64 tail;
	__u64 for_tail[7];
};

struct counter {
	__u64 filtered;
	__u64 dropped;
};

struct control {
	__u32 receiving;	/* 0: every packet passes */
	__u32 drop;		/* 1: captured packets go no further */
	__s64 utc_offset;	/* nanoseconds from CLOCK_MONOTONIC to UTC */
	__u32 reader_sleeps;	/* 1: the program that publishes a block wakes the reader, and sets it to 0 */
	__u32 unused;
};

/* Sizes are set before loading. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 2 << 20);
} rings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct cursor));
} cursors SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct counter));
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} bell SEC(".maps");

struct control control SEC(".data.control");

/* What the kernel knows of a frame that is received (net/xdp.h). */
#define XDP_FLAGS_HAS_FRAGS 1

struct xdp_buff {
	__u32 flags;
} __attribute__((preserve_access_index));

extern void *bpf_cast_to_kern_ctx(void *context) __ksym __weak;
extern int bpf_xdp_metadata_rx_timestamp(const struct xdp_md *context, __u64 *time) __ksym __weak;
extern int bpf_dynptr_from_skb(struct __sk_buff *packet, __u64 flags, struct bpf_dynptr *bytes) __ksym __weak;
extern int bpf_xdp_metadata_rx_vlan_tag(const struct xdp_md *context, __be16 *protocol, __u16 *tci) __ksym __weak;

/* A frame in one piece, which most are, is measured without a call. */
static __always_inline __u32 length_of(struct xdp_md *context)
{
	if (settings.kernel_context) {
		struct xdp_buff *frame = bpf_cast_to_kern_ctx(context);

		if (!(frame->flags & XDP_FLAGS_HAS_FRAGS))
			return context->data_end - context->data;
	}
	return bpf_xdp_get_buff_len(context);
}

/*
 * A stand-in: the translated capture filter takes its place when the program is loaded. Not 0 for what is wanted.
 * The tag is that of a received frame from which the device took it: its protocol, then 16 bits; 0 without.
 */
static __noinline __u32 capture_filter(void *context, void *data, void *data_end, __u32 length, __u32 tag)
{
	__u32 wanted = 1;

	asm volatile("" : "+r"(wanted) : "r"(context), "r"(data), "r"(data_end), "r"(length), "r"(tag) : "memory");
	return wanted;
}

static __always_inline struct counter *find_counter(__u32 cpu, __u32 queue)
{
	__u32 row = cpu * settings.counters_stride + queue;

	return bpf_map_lookup_elem(&counters, &row);
}

static __always_inline void count_filtered(__u32 cpu, __u32 queue)
{
	struct counter *counter = find_counter(cpu, queue);

	if (counter)
		counter->filtered++;
}

static __always_inline void count_dropped(__u32 cpu, __u32 queue)
{
	struct counter *counter = find_counter(cpu, queue);

	if (counter)
		counter->dropped++;
}

/* A block that is being written. */
struct block {
	struct cursor *cursor;
	__u64 next_head;
	void *at;		/* its first byte */
	__u64 captured;		/* bytes of the packet in it, at most snaplen */
	__u64 padded;		/* the same, rounded up to whole words */
};

/*
 * At most the limit, in a way that the compiler can't take apart, so that the verifier sees that the result is bounded.
 */
static __always_inline __u64 at_most(__u64 value, __u64 limit)
{
	asm volatile("if %0 <= %1 goto +1\n%0 = %1" : "+r"(value) : "r"(limit));
	return value;
}

/* The same, and at least 1. Before 6.8 the verifier learns nothing from a comparison with 0. */
static __always_inline __u64 bounded(__u64 value, __u64 limit)
{
	asm volatile("if %0 <= %1 goto +1\n%0 = %1\nif %0 >= 1 goto +1\n%0 = 1" : "+r"(value) : "r"(limit));
	return value;
}

static __always_inline __u64 block_length(struct block *block)
{
	return BLOCK_HEADER + block->padded + (settings.with_flags ? FLAGS_LENGTH : 0) + sizeof(__u32);
}

/* Makes room for a block with so much of a packet, and no more than the snap length. 0 when the ring is full. */
static __always_inline int begin(struct block *block, __u32 cpu, __u32 captured)
{
	struct cursor *cursor = bpf_map_lookup_elem(&cursors, &cpu);
	void *ring = bpf_map_lookup_elem(&rings, &cpu);
	__u64 head, place, size;

	if (!cursor || !ring)
		return 0;
	block->captured = at_most(captured, settings.snaplen);
	block->padded = (block->captured + 3) & ~3ull;
	size = block_length(block);
	head = cursor->head;
	place = head & (settings.ring_bytes - 1);
	block->next_head = place + size < settings.ring_bytes ? head + size : head - place + settings.ring_bytes;
	/* What is read of the tail orders the writes below after the reader's reads: they depend on it. */
	if (block->next_head - *(volatile __u64 *)&cursor->tail > settings.ring_bytes)
		return 0;
	block->cursor = cursor;
	block->at = ring + place;
	return 1;
}

/* Writes what surrounds the packet. The padding is cleared with the packet's last word, before the packet is copied. */
static __always_inline void describe(struct block *block, __u32 queue, __u64 time, __u32 length, __u32 flags)
{
	__u32 *word = block->at;
	__u32 *behind = block->at + BLOCK_HEADER + block->padded;
	__u32 size = block_length(block);

	behind[-1] = 0;
	word[0] = ENHANCED_PACKET_BLOCK;
	word[1] = size;
	word[2] = queue;
	word[3] = time >> 32;
	word[4] = time;
	word[5] = block->captured;
	word[6] = length;
	if (settings.with_flags) {
		behind[0] = FLAGS_OPTION_HEAD;
		behind[1] = flags;
		behind[2] = 0;
		behind += 3;
	}
	behind[0] = size;
}

/* Never while packets come one after the other: the reader looks by itself then. */
static __always_inline void wake_reader(void)
{
	__u64 ring = 0;

	control.reader_sleeps = 0;
	bpf_ringbuf_output(&bell, &ring, sizeof(ring), BPF_RB_FORCE_WAKEUP);
}

/* Gives the block to the reader, after everything that was written into it. */
static __always_inline void publish(struct block *block)
{
	if (settings.weakly_ordered)
		__sync_lock_test_and_set(&block->cursor->head, block->next_head);
	else {
		asm volatile("" ::: "memory");
		*(volatile __u64 *)&block->cursor->head = block->next_head;
	}
	if (control.reader_sleeps)
		wake_reader();
}

/* By words: what may be unaligned the compiler would copy byte by byte. */
static __always_inline void copy_default(__u64 *to, const __u64 *from)
{
	__u32 i;

#pragma unroll
	for (i = 0; i < DEFAULT_SNAPLEN / sizeof(*to); i++)
		to[i] = from[i];
}

/* The longest part of a frame that XDP programs can copy and is wanted; a longer frame is cut there. */
static __always_inline __u64 xdp_snaplen(void)
{
	return settings.snaplen < XDP_REACH ? settings.snaplen : XDP_REACH;
}

/* Copies so many of the frame's bytes, at least one, from an offset on. Not 0 when they can't be read. */
static __always_inline int copy_frame(struct xdp_md *context, __u32 from, void *to, __u64 count)
{
	const __u64 first = MAX_COPY - from;
	__u64 rest;

	if (xdp_snaplen() <= MAX_COPY || count <= first)
		return bpf_xdp_load_bytes(context, from, to, bounded(count, first));
	rest = bounded(count - first, xdp_snaplen() - MAX_COPY);
	return bpf_xdp_load_bytes(context, from, to, first) ?: bpf_xdp_load_bytes(context, MAX_COPY, to + first, rest);
}

static __always_inline int copy_received(struct xdp_md *context, struct block *block)
{
	void *packet = block->at + BLOCK_HEADER;
	void *data = (void *)(long)context->data;
	void *data_end = (void *)(long)context->data_end;

	/* The usual case, without a call. */
	if (settings.snaplen == DEFAULT_SNAPLEN && data + DEFAULT_SNAPLEN <= data_end) {
		copy_default(packet, data);
		return 0;
	}
	return copy_frame(context, 0, packet, block->captured);
}

/* Behind the addresses, as much of it as is captured. */
static __always_inline void put_tag(struct block *block, __be16 protocol, __u16 tci)
{
	__u8 *tag = block->at + BLOCK_HEADER + ADDRESSES_LENGTH;

	*(__be16 *)tag = protocol;
	if (block->captured > ADDRESSES_LENGTH + 2)
		tag[2] = tci >> 8;
	if (block->captured > ADDRESSES_LENGTH + 3)
		tag[3] = tci;
}

/* Puts the tag that the device took out back. */
static __always_inline int copy_untagged(struct xdp_md *context, struct block *block, __u32 tag)
{
	void *packet = block->at + BLOCK_HEADER;
	int failed = bpf_xdp_load_bytes(context, 0, packet, ADDRESSES_LENGTH);

	put_tag(block, bpf_htons(tag >> 16), tag);
	if (failed || block->captured <= ADDRESSES_LENGTH + VLAN_TAG_LENGTH)
		return failed;
	return copy_frame(context, ADDRESSES_LENGTH, packet + ADDRESSES_LENGTH + VLAN_TAG_LENGTH, block->captured - ADDRESSES_LENGTH - VLAN_TAG_LENGTH);
}

/* The tag that the device took out, its protocol before it; 0 without. */
static __always_inline __u32 tag_of(struct xdp_md *context)
{
	__be16 protocol;
	__u16 tci;

	if (bpf_xdp_metadata_rx_vlan_tag(context, &protocol, &tci))
		return 0;
	return (__u32)bpf_ntohs(protocol) << 16 | tci;
}

static __always_inline __u64 now(void)
{
	return bpf_ktime_get_ns() + control.utc_offset;
}

/*
 * Gives a block away whose packet was copied. Where it could not be, as when its bytes are in a device's memory, the block has none
 * of them: the packet is in the file with its time and length, and nowhere called lost.
 */
static __always_inline void finish(struct block *block, __u32 cpu, __u32 queue, __u64 time, __u32 length, __u32 flags, int failed)
{
	if (failed) {
		/* There is room: more fitted before. The verifier does not know. */
		if (!begin(block, cpu, 0))
			return;
		describe(block, queue, time, length, flags);
	}
	publish(block);
}

static __always_inline int receive(struct xdp_md *context, int bound)
{
	void *data = (void *)(long)context->data;
	void *data_end = (void *)(long)context->data_end;
	__u32 length = length_of(context);
	__u32 queue = context->rx_queue_index;
	__u32 cpu = bpf_get_smp_processor_id();
	__u32 tag = 0;
	struct block block;
	__u64 time;

	if (!control.receiving)
		return XDP_PASS;
	if (queue >= settings.receive_queues)
		queue = 0;
	if (bound && settings.device_tags)
		tag = tag_of(context);
	if (settings.filtered && !capture_filter(context, data, data_end, length, tag)) {
		count_filtered(cpu, queue);
		return XDP_PASS;
	}
	if (tag)
		length += VLAN_TAG_LENGTH;
	if (!begin(&block, cpu, settings.snaplen > XDP_REACH ? at_most(length, XDP_REACH) : length)) {
		count_dropped(cpu, queue);
	} else {
		__u32 row = queue;

		if (bound && settings.device_stamps && !bpf_xdp_metadata_rx_timestamp(context, &time) && time)
			row |= DEVICE_STAMPED;
		else
			time = now();
		describe(&block, row, time, length, FLAGS_INBOUND);
		finish(&block, cpu, row, time, length, FLAGS_INBOUND, tag ? copy_untagged(context, &block, tag) : copy_received(context, &block));
	}
	return control.drop ? XDP_DROP : XDP_PASS;
}

SEC("?xdp.frags")
int capture_received(struct xdp_md *context)
{
	return receive(context, 0);
}

/* Instead of that, bound to the device: only so may a program ask for what its driver knows (networking/xdp-rx-metadata.rst). */
SEC("?xdp.frags")
int capture_bound(struct xdp_md *context)
{
	return receive(context, 1);
}

/* A packet in the network stack. */
struct packet {
	void *context;		/* what the filter gets */
	void *data;		/* between these the filter may read by itself */
	void *data_end;
	struct bpf_dynptr *bytes;	/* its bytes; 0 where the context is a struct __sk_buff that knows them */
	__u32 length;		/* without a tag beside it */
	__u32 tagged;		/* whether there is one: */
	__be16 tag_protocol;
	__u16 tci;
};

static __always_inline int load_bytes(struct packet *packet, __u32 from, void *to, __u32 count)
{
	if (packet->bytes)
		return bpf_dynptr_read(to, count, packet->bytes, from, 0);
	return bpf_skb_load_bytes(packet->context, from, to, count);
}

/* With the tag that the kernel keeps beside the packet behind the addresses again. */
static __always_inline int copy_packet(struct packet *packet, struct block *block)
{
	void *to = block->at + BLOCK_HEADER;
	__u64 rest = block->captured;

	if (packet->tagged) {
		if (load_bytes(packet, 0, to, ADDRESSES_LENGTH))
			return -1;
		put_tag(block, packet->tag_protocol, packet->tci);
		if (block->captured <= ADDRESSES_LENGTH + VLAN_TAG_LENGTH)
			return 0;
		rest -= ADDRESSES_LENGTH + VLAN_TAG_LENGTH;
		return load_bytes(packet, ADDRESSES_LENGTH, to + ADDRESSES_LENGTH + VLAN_TAG_LENGTH, bounded(rest, settings.snaplen));
	}
	return load_bytes(packet, 0, to, bounded(rest, settings.snaplen));
}

/* 0 for a packet that the filter leaves out, which is counted where that is final. */
static __always_inline int take_packet(struct packet *packet, __u32 queue, __u32 flags, int counts_filtered)
{
	__u32 length = packet->length + (packet->tagged ? VLAN_TAG_LENGTH : 0);
	__u32 cpu = bpf_get_smp_processor_id();
	struct block block;

	if (settings.filtered && !capture_filter(packet->context, packet->data, packet->data_end, packet->length, 0)) {
		if (counts_filtered)
			count_filtered(cpu, queue);
		return 0;
	}
	if (!begin(&block, cpu, length)) {
		count_dropped(cpu, queue);
	} else {
		__u64 time = now();

		describe(&block, queue, time, length, flags);
		finish(&block, cpu, queue, time, length, flags, copy_packet(packet, &block));
	}
	return 1;
}

static __always_inline int
take(struct __sk_buff *context, void *data, void *data_end, __u32 queue, __u32 flags, int counts_filtered)
{
	struct packet packet = {
		.context = context,
		.data = data,
		.data_end = data_end,
		.length = context->len,
		.tagged = context->vlan_present && context->len >= ADDRESSES_LENGTH,
		.tag_protocol = context->vlan_proto,
		.tci = context->vlan_tci,
	};

	return take_packet(&packet, queue, flags, counts_filtered);
}

/*
 * Instead of an XDP program, at tcx, where devices have no XDP, or where tags are beside frames before XDP programs see these: a
 * bridge, bond, macvlan or team hands its ports' packets on without them (skb_vlan_untag in net/core/dev.c).
 */
SEC("?tc")
int capture_ingress(struct __sk_buff *context)
{
	void *data = (void *)(long)context->data;
	void *data_end = (void *)(long)context->data_end;
	__u32 queue = context->queue_mapping - settings.first_mapping;

	if (!control.receiving)
		return TC_ACT_UNSPEC;
	if (queue >= settings.receive_queues)
		queue = 0;
	if (!take(context, data, data_end, queue, FLAGS_INBOUND, 1))
		return TC_ACT_UNSPEC;
	return control.drop ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

/* What the kernel knows of a packet that is sent (linux/skbuff.h, linux/netdevice.h). */
struct net {
	struct {
		__u32 inum;
	} ns;
} __attribute__((preserve_access_index));

struct net_device {
	__s32 ifindex;
	struct {
		struct net *net;
	} nd_net;
} __attribute__((preserve_access_index));

struct sk_buff {
	__u32 len;
	__be16 protocol;
	__u16 queue_mapping;
	__u32 vlan_all;
	__be16 vlan_proto;
	__u16 vlan_tci;
} __attribute__((preserve_access_index));

/*
 * What the capture's filter gets of a packet at the tracepoint: the first members of struct __sk_buff, where it finds what the kernel
 * knows, and behind them the packet's bytes (TracedBytesAt in FrameFilterTranslator.cs).
 */
struct traced_packet {
	__u32 len;
	__u32 pkt_type;
	__u32 mark;
	__u32 queue_mapping;
	__u32 protocol;
	__u32 vlan_present;
	__u32 vlan_tci;
	__u32 vlan_proto;
	__u32 priority;
	__u32 ingress_ifindex;
	__u32 ifindex;
	__u32 unused;
	struct bpf_dynptr bytes;
};

_Static_assert(__builtin_offsetof(struct traced_packet, ifindex) == __builtin_offsetof(struct __sk_buff, ifindex), "as the kernel has it");
_Static_assert(__builtin_offsetof(struct traced_packet, bytes) == 48, "as the filter has it");

/*
 * What goes to the driver, as tcpdump sees it: behind queueing disciplines, other traffic control programs, segmentation and checksums.
 * The kernel comes here right after it has shown a packet to packet sockets (xmit_one in net/core/dev.c), for every interface.
 */
SEC("?tp_btf/net_dev_start_xmit")
int capture_traced(__u64 *context)
{
	struct sk_buff *buffer = (void *)context[0];
	struct net_device *device = (void *)context[1];
	struct traced_packet traced;
	struct packet packet;

	if (device->ifindex != settings.traced_interface || !control.receiving || device->nd_net.net->ns.inum != settings.traced_namespace)
		return 0;
	traced.len = buffer->len;
	traced.pkt_type = PACKET_OUTGOING;
	traced.mark = 0;
	traced.queue_mapping = buffer->queue_mapping;
	traced.protocol = buffer->protocol;
	traced.vlan_present = buffer->vlan_all != 0;
	traced.vlan_tci = buffer->vlan_tci;
	traced.vlan_proto = buffer->vlan_proto;
	traced.priority = 0;
	traced.ingress_ifindex = 0;
	traced.ifindex = device->ifindex;
	traced.unused = 0;
	bpf_dynptr_from_skb((struct __sk_buff *)buffer, 0, &traced.bytes);
	packet.context = &traced;
	packet.data = 0;
	packet.data_end = 0;
	packet.bytes = &traced.bytes;
	packet.length = traced.len;
	packet.tagged = traced.vlan_present && traced.len >= ADDRESSES_LENGTH;
	packet.tag_protocol = traced.vlan_proto;
	packet.tci = traced.vlan_tci;
	take_packet(&packet, settings.receive_queues, FLAGS_OUTBOUND, 1);
	return 0;
}

/*
 * The same on kernels before 6.12, at the place of packet sockets (dev_queue_xmit_nit in net/core/dev.c), which received packets pass,
 * too. The filter of a packet socket, which keeps nothing. Such a program may not point into
 * packets: the capture's filter finds none of a packet's bytes between data and data_end, and asks for them.
 */
SEC("?socket")
int capture_tapped(struct __sk_buff *context)
{
	if (context->pkt_type == PACKET_OUTGOING && control.receiving)
		take(context, 0, 0, settings.receive_queues, FLAGS_OUTBOUND, 1);
	return 0;
}

/*
 * Beside that, at the head of tcx, in drop mode: what it drops never comes to a driver. What it leaves is seen, and judged,
 * before the driver; so nothing is lost or counted twice while the mode changes.
 */
SEC("?tc")
int drop_sent(struct __sk_buff *context)
{
	void *data = (void *)(long)context->data;
	void *data_end = (void *)(long)context->data_end;

	if (!control.receiving || !control.drop || !take(context, data, data_end, settings.receive_queues, FLAGS_OUTBOUND, 0))
		return TC_ACT_UNSPEC;
	return TC_ACT_SHOT;
}

char _license[] SEC("license") = "Dual BSD/GPL";
