// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/mgcap/IF: what readers open. A minor number belongs to a capture, not to
 * a name, so that a renamed interface keeps its readers.
 */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "mgcap.h"

static dev_t mgcap_devt;
static struct cdev mgcap_cdev;
static DEFINE_IDR(mgcap_minors);	/* under mgcap_lock */

static bool nonblocking_reads;

/* Readers that sleep already see a change, too. */
static int mgcap_set_nonblocking_reads(const char *value,
				       const struct kernel_param *param)
{
	struct mgcap_capture *capture;
	int ret;

	ret = param_set_bool(value, param);
	if (ret)
		return ret;
	mutex_lock(&mgcap_lock);
	list_for_each_entry(capture, &mgcap_captures, list)
		wake_up_interruptible(&capture->waiters);
	mutex_unlock(&mgcap_lock);
	return 0;
}

static const struct kernel_param_ops mgcap_nonblocking_reads_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = mgcap_set_nonblocking_reads,
	.get = param_get_bool,
};
module_param_cb(nonblocking_reads, &mgcap_nonblocking_reads_ops,
		&nonblocking_reads, 0644);
__MODULE_PARM_TYPE(nonblocking_reads, "bool");
MODULE_PARM_DESC(nonblocking_reads,
		 "read(2) returns 0 on a silent device, as the original's, instead of blocking");

struct mgcap_reader {
	struct mgcap_capture *capture;
	unsigned int next_cpu;		/* where the next read starts looking */
};

static int mgcap_open(struct inode *inode, struct file *file)
{
	struct mgcap_capture *capture;
	struct mgcap_reader *reader;

	reader = kzalloc(sizeof(*reader), GFP_KERNEL);
	if (!reader)
		return -ENOMEM;

	mutex_lock(&mgcap_lock);
	capture = idr_find(&mgcap_minors, iminor(inode));
	if (capture)
		kref_get(&capture->ref);
	mutex_unlock(&mgcap_lock);

	if (!capture) {
		kfree(reader);
		return -ENODEV;
	}

	reader->capture = capture;
	file->private_data = reader;
	return stream_open(inode, file);
}

static int mgcap_close(struct inode *inode, struct file *file)
{
	struct mgcap_reader *reader = file->private_data;

	mgcap_put(reader->capture);
	kfree(reader);
	return 0;
}

/*
 * Takes from every ring in turn what fits. The first ring is another one each
 * time: one that is always full must not keep the others from being read.
 */
static ssize_t mgcap_drain(struct mgcap_reader *reader, char __user *buf,
			   size_t count, bool nonblock)
{
	struct mgcap_capture *capture = reader->capture;
	unsigned int first = READ_ONCE(reader->next_cpu), cpu;
	ssize_t done = 0, ret = 0;

	for_each_cpu_wrap(cpu, cpu_possible_mask, first) {
		struct mgcap_ring *ring = per_cpu_ptr(capture->rings, cpu);

		if (count - done < capture->slot_size)
			break;
		if (!mgcap_ring_fill(ring))
			continue;

		/* Another reader may be waiting for its buffer to be paged in. */
		if (nonblock) {
			if (!mutex_trylock(&ring->readers))
				continue;
		} else {
			ret = mutex_lock_interruptible(&ring->readers);
			if (ret)
				break;
		}
		ret = mgcap_ring_read(capture, ring, buf + done, count - done);
		mutex_unlock(&ring->readers);
		if (ret < 0)
			break;
		done += ret;
		WRITE_ONCE(reader->next_cpu, cpu + 1);
	}
	return done ?: ret;
}

static ssize_t mgcap_read(struct file *file, char __user *buf, size_t count,
			  loff_t *pos)
{
	struct mgcap_reader *reader = file->private_data;
	struct mgcap_capture *capture = reader->capture;
	bool nonblock = file->f_flags & O_NONBLOCK;

	if (count < capture->slot_size)
		return -EINVAL;
	count = min_t(size_t, count, MAX_RW_COUNT);

	for (;;) {
		/* Acquire, and first: what came before the end is read before it. */
		bool stopped = smp_load_acquire(&capture->stopped);
		ssize_t ret = mgcap_drain(reader, buf, count, nonblock);

		if (ret)
			return ret;
		if (stopped && !mgcap_rings_readable(capture))
			return 0;
		if (nonblock)
			return -EAGAIN;
		if (READ_ONCE(nonblocking_reads))
			return 0;

		ret = wait_event_interruptible(capture->waiters,
					       mgcap_rings_readable(capture) ||
					       READ_ONCE(capture->stopped) ||
					       READ_ONCE(nonblocking_reads));
		if (ret)
			return ret;
	}
}

static __poll_t mgcap_poll(struct file *file, poll_table *wait)
{
	struct mgcap_reader *reader = file->private_data;
	struct mgcap_capture *capture = reader->capture;
	__poll_t events = 0;

	poll_wait(file, &capture->waiters, wait);
	/* We are on the queue before we look: pairs with mgcap_ring_publish(). */
	smp_mb();

	/* The end of the file can be read, and is the end for good. */
	if (smp_load_acquire(&capture->stopped))
		events |= EPOLLIN | EPOLLRDNORM | EPOLLHUP;
	if (mgcap_rings_readable(capture))
		events |= EPOLLIN | EPOLLRDNORM;
	return events;
}

static long mgcap_advance(struct mgcap_capture *capture,
			  const struct mgcap_advance __user *arg)
{
	struct mgcap_advance advance;

	if (copy_from_user(&advance, arg, sizeof(advance)))
		return -EFAULT;
	if (advance.ring >= nr_cpu_ids || !cpu_possible(advance.ring))
		return -EINVAL;

	return mgcap_ring_advance(capture,
				  per_cpu_ptr(capture->rings, advance.ring),
				  advance.from, advance.count);
}

/* The counters live as long as the capture, of which the reader has a reference. */
static long mgcap_get_queue(const struct mgcap_capture *capture,
			    struct mgcap_queue __user *arg)
{
	struct mgcap_totals totals = { 0 };
	struct mgcap_queue queue;
	unsigned int cpu;
	u32 number;

	if (copy_from_user(&queue, arg, offsetof(struct mgcap_queue, received)))
		return -EFAULT;
	number = queue.queue;
	if (number == MGCAP_QUEUE_UNKNOWN)
		number = capture->queues;
	else if (number >= capture->queues)
		return -EINVAL;
	if (queue.unused)
		return -EINVAL;

	for_each_possible_cpu(cpu)
		mgcap_counters_add(&per_cpu_ptr(capture->rings, cpu)->counters[number],
				   &totals);
	queue.received = totals.received;
	queue.filtered = totals.filtered;
	queue.captured = totals.captured;
	queue.dropped_full = totals.dropped_full;
	queue.dropped_unreadable = totals.dropped_unreadable;
	queue.captured_bytes = totals.captured_bytes;
	queue.wire_bytes = totals.wire_bytes;
	return copy_to_user(arg, &queue, sizeof(queue)) ? -EFAULT : 0;
}

static long mgcap_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct mgcap_reader *reader = file->private_data;

	switch (cmd) {
	case MGCAP_IOC_ADVANCE:
		return mgcap_advance(reader->capture, (void __user *)arg);
	case MGCAP_IOC_GET_QUEUE:
		return mgcap_get_queue(reader->capture, (void __user *)arg);
	default:
		return -ENOTTY;
	}
}

/*
 * Read-only: heads and tails are what the kernel goes by, and a reader that may
 * only read the device can give slots back anyway, by MGCAP_IOC_ADVANCE.
 */
static int mgcap_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct mgcap_reader *reader = file->private_data;

	if (vma->vm_flags & VM_WRITE)
		return -EPERM;
	vm_flags_clear(vma, VM_MAYWRITE);

	return remap_vmalloc_range(vma, reader->capture->memory, vma->vm_pgoff);
}

static const struct file_operations mgcap_fops = {
	.owner = THIS_MODULE,
	.open = mgcap_open,
	.release = mgcap_close,
	.read = mgcap_read,
	.poll = mgcap_poll,
	.unlocked_ioctl = mgcap_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = mgcap_mmap,
};

/*
 * The path comes from here and not from the device's name alone: the kernel
 * would make a folder of a '!' in it, which an interface's name may have.
 */
static char *mgcap_devnode(MGCAP_DEVNODE_CONST struct device *dev, umode_t *mode)
{
	if (mode)
		*mode = 0640;
	return kasprintf(GFP_KERNEL, "mgcap/%s", (char *)dev_get_drvdata(dev));
}

static struct class mgcap_class = {
	.name = "mgcap",
	.devnode = mgcap_devnode,
};

static int mgcap_node_add(struct mgcap_capture *capture)
{
	dev_t devt = MKDEV(MAJOR(mgcap_devt), capture->minor);
	struct device *dev;

	dev = device_create(&mgcap_class, NULL, devt, capture->name, "%s",
			    capture->name);
	return PTR_ERR_OR_ZERO(dev);
}

static void mgcap_node_remove(struct mgcap_capture *capture)
{
	device_destroy(&mgcap_class, MKDEV(MAJOR(mgcap_devt), capture->minor));
}

int mgcap_device_add(struct mgcap_capture *capture)
{
	int ret;

	lockdep_assert_held(&mgcap_lock);

	ret = idr_alloc(&mgcap_minors, capture, 0, MINORMASK + 1, GFP_KERNEL);
	if (ret < 0)
		return ret;
	capture->minor = ret;

	ret = mgcap_node_add(capture);
	if (ret)
		idr_remove(&mgcap_minors, capture->minor);
	return ret;
}

void mgcap_device_remove(struct mgcap_capture *capture)
{
	lockdep_assert_held(&mgcap_lock);
	mgcap_node_remove(capture);
	idr_remove(&mgcap_minors, capture->minor);
}

/*
 * A node does not follow when its device is renamed, so that it is made again.
 * If that fails, the capture has no node: the caller stops it.
 */
int mgcap_device_rename(struct mgcap_capture *capture, const char *name)
{
	lockdep_assert_held(&mgcap_lock);
	mgcap_node_remove(capture);
	strscpy(capture->name, name, sizeof(capture->name));
	return mgcap_node_add(capture);
}

int mgcap_device_init(void)
{
	int ret;

	ret = alloc_chrdev_region(&mgcap_devt, 0, MINORMASK + 1, "mgcap");
	if (ret)
		return ret;

	ret = class_register(&mgcap_class);
	if (ret)
		goto err_region;

	cdev_init(&mgcap_cdev, &mgcap_fops);
	mgcap_cdev.owner = THIS_MODULE;
	ret = cdev_add(&mgcap_cdev, mgcap_devt, MINORMASK + 1);
	if (ret)
		goto err_class;
	return 0;

err_class:
	class_unregister(&mgcap_class);
err_region:
	unregister_chrdev_region(mgcap_devt, MINORMASK + 1);
	return ret;
}

void mgcap_device_exit(void)
{
	cdev_del(&mgcap_cdev);
	class_unregister(&mgcap_class);
	unregister_chrdev_region(mgcap_devt, MINORMASK + 1);
	idr_destroy(&mgcap_minors);
}
