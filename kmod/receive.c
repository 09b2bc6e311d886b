// SPDX-License-Identifier: GPL-2.0
/*
 * The receive hook: a packet's way from the device into a ring.
 *
 *   1. it is counted as received, by its receive queue as all that follows,
 *   2. the filter leaves it out, and it passes,
 *   3. or it finds room in the ring of its processor, or is dropped,
 *   4. its frame is copied, with the VLAN tag put back, or is unreadable,
 *   5. what is known about it is written around the frame,
 *   6. the slot is given to the readers, and the packet passes or ends here.
 *
 * The hook is netfilter's ingress hook, at the highest priority, and not an
 * rx_handler, as in the original: a device has room for one rx_handler, and on
 * the ports of bridges and bonds and below macvlan it is taken. The ingress
 * hook is free on every device, sees a port's packets before its bridge does,
 * and costs a test of one pointer more. Both come after packet sockets, which
 * see packets that are dropped here, and before any protocol.
 *
 * Between the first step and its last a packet is received and nothing else yet:
 * only once a device is quiet do its counters add up to the packet.
 */
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/timekeeping.h>

#include "mgcap.h"

/* A frame as it was on the wire, seen from a buffer that is at its payload. */
struct mgcap_frame {
	int mac_offset;		/* from the buffer's data, not above 0 */
	u32 length;		/* with the VLAN tag */
	bool tagged;		/* the tag is beside the buffer, not in it */
};

static struct mgcap_frame mgcap_frame_of(const struct sk_buff *skb)
{
	struct mgcap_frame frame = { 0 };

	if (skb_mac_header_was_set(skb))
		frame.mac_offset = skb_mac_offset(skb);
	frame.length = skb->len - frame.mac_offset;
	if (skb_vlan_tag_present(skb) && -frame.mac_offset >= ETH_HLEN) {
		frame.tagged = true;
		frame.length += VLAN_HLEN;
	}
	return frame;
}

/*
 * Runs the filter as a packet socket would: from the MAC header on, the tag
 * beside the buffer. Not inlined, nor is what else a plain packet has no need
 * of: registers that are saved for it cost every packet.
 */
static noinline u32 mgcap_run_filter(const struct bpf_prog *filter,
				     struct sk_buff *skb, int mac_offset)
{
	u32 wanted;

	__skb_push(skb, -mac_offset);
	wanted = bpf_prog_run_save_cb(filter, skb);
	__skb_pull(skb, -mac_offset);
	return wanted;
}

/* Returns how many bytes the filter wants, 0 for none. */
static u32 mgcap_filter(const struct mgcap_capture *capture,
			struct sk_buff *skb, int mac_offset)
{
	const struct bpf_prog *filter = rcu_dereference(capture->filter);

	return filter ? mgcap_run_filter(filter, skb, mac_offset) : U32_MAX;
}

static noinline int mgcap_copy_tagged(u8 *to, const struct sk_buff *skb,
				      int mac_offset, u32 caplen)
{
	const int macs = 2 * ETH_ALEN;
	struct vlan_hdr_in_frame {
		__be16 proto;
		__be16 tci;
	} tag;
	u32 tag_bytes;
	int ret;

	/* The snap length is at least that of an Ethernet header. */
	ret = skb_copy_bits(skb, mac_offset, to, macs);
	if (ret)
		return ret;

	tag.proto = skb->vlan_proto;
	tag.tci = htons(skb_vlan_tag_get(skb));
	tag_bytes = min_t(u32, caplen - macs, sizeof(tag));
	memcpy(to + macs, &tag, tag_bytes);

	return skb_copy_bits(skb, mac_offset + macs,
			     to + macs + tag_bytes, caplen - macs - tag_bytes);
}

static int mgcap_copy_frame(u8 *to, const struct sk_buff *skb,
			    const struct mgcap_frame *frame, u32 caplen)
{
	if (frame->tagged)
		return mgcap_copy_tagged(to, skb, frame->mac_offset, caplen);

	/* Most often all that is kept is in the buffer's head. */
	if (likely((int)caplen + frame->mac_offset <= (int)skb_headlen(skb))) {
		memcpy(to, skb->data + frame->mac_offset, caplen);
		return 0;
	}
	return skb_copy_bits(skb, frame->mac_offset, to, caplen);
}

static u64 mgcap_hwtstamp(struct sk_buff *skb)
{
	struct skb_shared_hwtstamps *stamps = skb_hwtstamps(skb);

	/* Some drivers leave a cycle count, to be translated by those who care. */
	if (skb_shinfo(skb)->tx_flags & SKBTX_HW_TSTAMP_NETDEV)
		return ktime_to_ns(netdev_get_tstamp(skb->dev, stamps, false));
	return ktime_to_ns(stamps->hwtstamp);
}

/*
 * The interface's queue that the packet came by, or capture->queues. A buffer
 * that was handed up from a device below may have a number from there.
 */
static u32 mgcap_queue_of(const struct mgcap_capture *capture,
			  const struct sk_buff *skb)
{
	if (!skb_rx_queue_recorded(skb))
		return capture->queues;
	return min_t(u32, skb_get_rx_queue(skb), capture->queues);
}

static void mgcap_describe(const struct mgcap_capture *capture, u8 *slot,
			   struct sk_buff *skb, const struct mgcap_frame *frame,
			   u32 queue, u32 caplen)
{
	struct mgcap_record *record = (void *)slot;
	struct mgcap_record_tail *tail =
		(void *)slot + capture->slot_size - sizeof(*tail);
	u16 flags = 0;

	record->length = min_t(u32, frame->length, U16_MAX);
	record->hwtstamp = mgcap_hwtstamp(skb);

	tail->vlan_tci = 0;
	tail->queue = 0;
	if (frame->tagged) {
		flags |= MGCAP_RECORD_VLAN;
		tail->vlan_tci = skb_vlan_tag_get(skb);
	}
	if (queue < capture->queues) {
		flags |= MGCAP_RECORD_QUEUE;
		tail->queue = queue;
	}
	if (!frame->mac_offset)
		flags |= MGCAP_RECORD_NO_MAC;
	if (skb_is_gso(skb))
		flags |= MGCAP_RECORD_MERGED;
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		flags |= MGCAP_RECORD_NO_CSUM;
	tail->flags = flags;
	tail->caplen = caplen;
	tail->length = frame->length;
	tail->tstamp = ktime_get_real_ns();
}

/* The next slot, or NULL when the ring is full. */
static u8 *mgcap_ring_room(const struct mgcap_capture *capture,
			   const struct mgcap_ring *ring)
{
	u32 head = ring->control->head;

	/* Acquire: the slot may be written only after its reader is done. */
	if (head - smp_load_acquire(&ring->control->tail) >= capture->slots)
		return NULL;
	return mgcap_ring_slot(capture, ring, head);
}

/*
 * Readers sleep only after they saw all rings empty, so that the first packet
 * in a ring is the only one that has to see to their waking: at the next tick,
 * since a reader that is woken at once drains the ring and is to be woken for
 * the next packet again. A ring that fills faster than that wakes them when it
 * is a quarter full.
 */
static noinline void mgcap_wake_readers(struct mgcap_capture *capture,
					const struct mgcap_ring *ring)
{
	u32 fill = ring->control->head - READ_ONCE(ring->control->tail);

	if (fill == capture->slots / 4)
		mgcap_wake(&capture->wake);
	else if (fill == 1 && !timer_pending(&capture->wake))
		mod_timer(&capture->wake, jiffies + 1);
}

/* Gives the slot that mgcap_ring_room() found to the readers. */
static void mgcap_ring_publish(struct mgcap_capture *capture,
			       struct mgcap_ring *ring)
{
	/* Release: the slot is complete before the head says so. */
	smp_store_release(&ring->control->head, ring->control->head + 1);

	/*
	 * wq_has_sleeper() has the barrier between our head and the tail that is
	 * read then; going to sleep has the one between their tail and our head.
	 */
	if (wq_has_sleeper(&capture->waiters))
		mgcap_wake_readers(capture, ring);
}

unsigned int mgcap_receive(void *priv, struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	struct mgcap_capture *capture = priv;
	struct mgcap_ring *ring = this_cpu_ptr(capture->rings);
	u32 queue = mgcap_queue_of(capture, skb), wanted, caplen;
	struct mgcap_counters *counters = &ring->counters[queue];
	struct mgcap_frame frame = mgcap_frame_of(skb);
	u8 *slot;

	/* 1 */
	u64_stats_update_begin(&counters->sync);
	u64_stats_inc(&counters->received);
	u64_stats_update_end(&counters->sync);

	/* 2 */
	wanted = mgcap_filter(capture, skb, frame.mac_offset);
	if (!wanted)
		goto filtered;
	caplen = min3(wanted, frame.length, capture->snaplen);
	if (frame.tagged)
		caplen = max_t(u32, caplen, ETH_HLEN);

	/* 3 */
	slot = mgcap_ring_room(capture, ring);
	if (unlikely(!slot))
		goto full;

	/* 4 */
	if (unlikely(mgcap_copy_frame(slot + sizeof(struct mgcap_record), skb,
				      &frame, caplen)))
		goto unreadable;

	/* 5 */
	mgcap_describe(capture, slot, skb, &frame, queue, caplen);

	/* 6 */
	u64_stats_update_begin(&counters->sync);
	u64_stats_inc(&counters->captured);
	u64_stats_add(&counters->captured_bytes, caplen);
	u64_stats_add(&counters->wire_bytes, frame.length);
	u64_stats_update_end(&counters->sync);
	mgcap_ring_publish(capture, ring);
	goto verdict;

full:
	u64_stats_update_begin(&counters->sync);
	u64_stats_inc(&counters->dropped_full);
	u64_stats_update_end(&counters->sync);
	mgcap_overflow(capture);
	goto verdict;

unreadable:
	u64_stats_update_begin(&counters->sync);
	u64_stats_inc(&counters->dropped_unreadable);
	u64_stats_update_end(&counters->sync);
verdict:
	/*
	 * In drop mode what was lost just now ends here, too: to hand an overload
	 * on to the network stack would take the readers' time.
	 */
	if (READ_ONCE(capture->mode) == MGCAP_CAPTURE_MODE_MIRROR)
		return NF_ACCEPT;

	/*
	 * Not NF_DROP, which is how packets are lost: this one was delivered. With
	 * bottom halves off, as here, buffers are given back many at once, or are
	 * what the device's driver receives into next.
	 */
	napi_consume_skb(skb, 1);
	return NF_STOLEN;

filtered:
	u64_stats_update_begin(&counters->sync);
	u64_stats_inc(&counters->filtered);
	u64_stats_update_end(&counters->sync);
	return NF_ACCEPT;
}
