// SPDX-License-Identifier: GPL-2.0
/*
 * The rings between the receiving side and the readers: their memory, and what
 * readers do with them; receive.c fills them. uapi/mgcap.h draws them.
 *
 * A ring has one producer: its processor, with bottom halves off, which the
 * receive hook can't interrupt itself on. Its readers take turns by a mutex.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/overflow.h>
#include <linux/percpu.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "mgcap.h"

static_assert(sizeof(struct mgcap_record) == 10);
static_assert(sizeof(struct mgcap_record_tail) == 22);
static_assert(sizeof(struct mgcap_ring_control) == 128);

/*
 * Processors that may yet come online have a ring, too: the layout is fixed
 * once it is mapped, and a packet must never find itself without a ring.
 */
int mgcap_rings_alloc(struct mgcap_capture *capture,
		      struct netlink_ext_ack *extack)
{
	size_t slots_offset, ring_size, size;
	struct mgcap_ring_control *controls;
	unsigned int cpu;

	slots_offset = PAGE_ALIGN(sizeof(*capture->memory) +
				  SMP_CACHE_BYTES +
				  nr_cpu_ids * sizeof(*controls));
	if (check_mul_overflow((size_t)capture->slots,
			       (size_t)capture->slot_size, &ring_size) ||
	    check_mul_overflow(ring_size, (size_t)nr_cpu_ids, &size) ||
	    check_add_overflow(size, slots_offset, &size))
		size = SIZE_MAX;

	/* vmalloc would rather kill processes than fail. */
	if (size / PAGE_SIZE >= totalram_pages() / 4) {
		NL_SET_ERR_MSG_MOD(extack,
				   "the rings would take more than a quarter of the memory");
		return -ENOMEM;
	}
	size = PAGE_ALIGN(size);

	capture->rings = alloc_percpu(struct mgcap_ring);
	if (!capture->rings)
		goto err;

	capture->memory = vmalloc_user(size);
	if (!capture->memory)
		goto err_rings;

	capture->memory_size = size;
	*capture->memory = (struct mgcap_control) {
		.version = MGCAP_CONTROL_VERSION,
		.rings = nr_cpu_ids,
		.slots = capture->slots,
		.slot_size = capture->slot_size,
		.snaplen = capture->snaplen,
		.rings_offset = ALIGN(sizeof(*capture->memory), SMP_CACHE_BYTES),
		.slots_offset = slots_offset,
		.size = size,
	};
	controls = (void *)capture->memory + capture->memory->rings_offset;

	for_each_possible_cpu(cpu) {
		struct mgcap_ring *ring = per_cpu_ptr(capture->rings, cpu);

		ring->control = &controls[cpu];
		ring->slots = (u8 *)capture->memory + slots_offset +
			      cpu * ring_size;
		mutex_init(&ring->readers);
	}
	return 0;

err_rings:
	free_percpu(capture->rings);
err:
	NL_SET_ERR_MSG_MOD(extack, "no memory for the rings");
	return -ENOMEM;
}

/* Whatever of them there is when this fails goes with the rings. */
int mgcap_counters_alloc(struct mgcap_capture *capture, u32 queues,
			 struct netlink_ext_ack *extack)
{
	unsigned int cpu;
	u32 queue;

	capture->queues = queues;
	capture->memory->queues = queues;
	for_each_possible_cpu(cpu) {
		struct mgcap_ring *ring = per_cpu_ptr(capture->rings, cpu);

		/* Of ordinary memory: all of them may be too much for per-CPU's. */
		ring->counters = kvzalloc_node(array_size(queues + 1,
							  sizeof(*ring->counters)),
					       GFP_KERNEL, cpu_to_node(cpu));
		if (!ring->counters) {
			NL_SET_ERR_MSG_MOD(extack, "no memory for the counters");
			return -ENOMEM;
		}
		for (queue = 0; queue <= queues; queue++)
			u64_stats_init(&ring->counters[queue].sync);
	}
	return 0;
}

void mgcap_rings_free(struct mgcap_capture *capture)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		kvfree(per_cpu_ptr(capture->rings, cpu)->counters);
	vfree(capture->memory);
	free_percpu(capture->rings);
}

void mgcap_wake(struct timer_list *timer)
{
	struct mgcap_capture *capture =
		container_of(timer, struct mgcap_capture, wake);

	wake_up_interruptible_poll(&capture->waiters, EPOLLIN | EPOLLRDNORM);
}

u32 mgcap_ring_fill(const struct mgcap_ring *ring)
{
	u32 tail = READ_ONCE(ring->control->tail);

	/* Acquire: what is in the slots is read only after this. */
	return smp_load_acquire(&ring->control->head) - tail;
}

bool mgcap_rings_readable(const struct mgcap_capture *capture)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (mgcap_ring_fill(per_cpu_ptr(capture->rings, cpu)))
			return true;
	}
	return false;
}

/*
 * Copies whole slots to user space and gives them back. Returns how many bytes
 * these were; if not even one slot could be copied, -EFAULT. The caller holds
 * the ring's mutex.
 */
ssize_t mgcap_ring_read(struct mgcap_capture *capture, struct mgcap_ring *ring,
			char __user *buf, size_t count)
{
	u32 tail = ring->control->tail;
	u32 left = min_t(size_t, mgcap_ring_fill(ring),
			 count / capture->slot_size);
	size_t done = 0;

	while (left) {
		u32 run = min(left, capture->slots -
				    (tail & (capture->slots - 1)));
		size_t size = (size_t)run * capture->slot_size;
		size_t failed = copy_to_user(buf + done,
					     mgcap_ring_slot(capture, ring, tail),
					     size);

		run = (size - failed) / capture->slot_size;
		done += (size_t)run * capture->slot_size;
		tail += run;
		left -= run;
		if (failed) {
			if (!done)
				return -EFAULT;
			break;
		}
	}

	/* Release: we are done with the slots before the tail says so. */
	smp_store_release(&ring->control->tail, tail);
	return done;
}

/* Gives back what a reader has read in the mapping. */
int mgcap_ring_advance(struct mgcap_capture *capture, struct mgcap_ring *ring,
		       u32 from, u32 count)
{
	int ret;

	ret = mutex_lock_interruptible(&ring->readers);
	if (ret)
		return ret;

	if (ring->control->tail != from)
		ret = -ESTALE;
	else if (count > mgcap_ring_fill(ring))
		ret = -EINVAL;
	else	/* Release: as in mgcap_ring_read(). */
		smp_store_release(&ring->control->tail, from + count);

	mutex_unlock(&ring->readers);
	return ret;
}

void mgcap_counters_add(const struct mgcap_counters *counters,
			struct mgcap_totals *totals)
{
	struct mgcap_totals seen;
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&counters->sync);
		seen.received = u64_stats_read(&counters->received);
		seen.filtered = u64_stats_read(&counters->filtered);
		seen.captured = u64_stats_read(&counters->captured);
		seen.dropped_full = u64_stats_read(&counters->dropped_full);
		seen.dropped_unreadable =
			u64_stats_read(&counters->dropped_unreadable);
		seen.captured_bytes = u64_stats_read(&counters->captured_bytes);
		seen.wire_bytes = u64_stats_read(&counters->wire_bytes);
	} while (u64_stats_fetch_retry(&counters->sync, start));

	totals->received += seen.received;
	totals->filtered += seen.filtered;
	totals->captured += seen.captured;
	totals->dropped_full += seen.dropped_full;
	totals->dropped_unreadable += seen.dropped_unreadable;
	totals->captured_bytes += seen.captured_bytes;
	totals->wire_bytes += seen.wire_bytes;
}
