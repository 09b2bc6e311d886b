/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of mgcap.ko share: a capture, its rings, and who calls whom. */
#ifndef _MGCAP_H
#define _MGCAP_H

#include <linux/cache.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/u64_stats_sync.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "uapi/mgcap.h"

struct bpf_prog;
struct genl_info;
struct netlink_ext_ack;
struct sock_fprog_kern;

/*
 * Of one receive queue on one processor, which alone writes them, with bottom
 * halves off. There are no others: what a ring, a queue or a capture counted is
 * the sum of these.
 */
struct mgcap_counters {
	u64_stats_t received;
	u64_stats_t filtered;
	u64_stats_t captured;
	u64_stats_t dropped_full;
	u64_stats_t dropped_unreadable;
	u64_stats_t captured_bytes;
	u64_stats_t wire_bytes;
	struct u64_stats_sync sync;
} ____cacheline_aligned_in_smp;

struct mgcap_totals {
	u64 received;
	u64 filtered;
	u64 captured;
	u64 dropped_full;
	u64 dropped_unreadable;
	u64 captured_bytes;
	u64 wire_bytes;
};

/* One for each processor. Head and tail are in the memory that readers map. */
struct mgcap_ring {
	struct mgcap_ring_control *control;
	u8 *slots;
	/* By queue; the last, of number capture->queues, has the unknown ones. */
	struct mgcap_counters *counters;
	/* Readers take turns at a ring. The receiving side never takes it. */
	struct mutex readers ____cacheline_aligned_in_smp;
};

struct mgcap_settings {
	u32 mode;
	u32 snaplen;
	u32 slots;
	u32 owner;				/* a socket's port, 0: none */
	const struct sock_fprog_kern *filter;	/* NULL: none */
};

/*
 * A capture on one interface. The list of captures holds one reference until
 * the capture is stopped, every open file another.
 */
struct mgcap_capture {
	/* For every packet; only mode and filter change while it runs. */
	u32 mode;
	u32 snaplen;
	u32 slot_size;
	u32 slots;
	u32 queues;
	struct bpf_prog __rcu *filter;
	struct mgcap_ring __percpu *rings;
	wait_queue_head_t waiters;
	struct timer_list wake;

	/* Set once, after the last packet. */
	bool stopped;

	struct work_struct overflow;
	unsigned long next_overflow;	/* jiffies, no event before that */

	struct mgcap_control *memory;
	size_t memory_size;

	/* Changed under RTNL and mgcap_lock, read under either. */
	struct list_head list;
	struct net_device *dev;
	struct nf_hook_ops hook;
	int ifindex;
	int minor;
	u32 owner;			/* the capture ends with this socket */
	char name[IFNAMSIZ];

	struct kref ref;
};

/* capture.c */
extern struct mutex mgcap_lock;
extern struct list_head mgcap_captures;

int mgcap_start(struct net_device *dev, struct mgcap_capture *capture,
		struct netlink_ext_ack *extack);
void mgcap_stop(struct mgcap_capture *capture);
void mgcap_stop_all(void);
struct mgcap_capture *mgcap_find(int ifindex);
struct mgcap_capture *mgcap_alloc(const struct mgcap_settings *settings,
				  struct netlink_ext_ack *extack);
void mgcap_put(struct mgcap_capture *capture);
int mgcap_set_filter(struct mgcap_capture *capture,
		     const struct sock_fprog_kern *filter,
		     struct netlink_ext_ack *extack);
void mgcap_overflow(struct mgcap_capture *capture);
int mgcap_captures_init(void);
void mgcap_captures_exit(void);

/* receive.c */
unsigned int mgcap_receive(void *priv, struct sk_buff *skb,
			   const struct nf_hook_state *state);

/* ring.c */
int mgcap_rings_alloc(struct mgcap_capture *capture,
		      struct netlink_ext_ack *extack);
int mgcap_counters_alloc(struct mgcap_capture *capture, u32 queues,
			 struct netlink_ext_ack *extack);
void mgcap_rings_free(struct mgcap_capture *capture);
void mgcap_wake(struct timer_list *timer);
bool mgcap_rings_readable(const struct mgcap_capture *capture);
ssize_t mgcap_ring_read(struct mgcap_capture *capture, struct mgcap_ring *ring,
			char __user *buf, size_t count);
int mgcap_ring_advance(struct mgcap_capture *capture, struct mgcap_ring *ring,
		       u32 from, u32 count);
u32 mgcap_ring_fill(const struct mgcap_ring *ring);
void mgcap_counters_add(const struct mgcap_counters *counters,
			struct mgcap_totals *totals);
static inline u8 *mgcap_ring_slot(const struct mgcap_capture *capture,
				  const struct mgcap_ring *ring, u32 number)
{
	return ring->slots +
	       (size_t)(number & (capture->slots - 1)) * capture->slot_size;
}

/* device.c */
int mgcap_device_init(void);
void mgcap_device_exit(void);
int mgcap_device_add(struct mgcap_capture *capture);
void mgcap_device_remove(struct mgcap_capture *capture);
int mgcap_device_rename(struct mgcap_capture *capture, const char *name);

/* netlink.c */
int mgcap_netlink_init(void);
void mgcap_netlink_exit(void);
void mgcap_netlink_event(const struct mgcap_capture *capture, u32 event);

#endif /* _MGCAP_H */
