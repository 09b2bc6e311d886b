// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a capture: made, started on an interface, stopped when somebody
 * says so, its owner is gone or the interface goes away, and freed with its
 * last reader.
 *
 * Locks, outermost first: the generic netlink lock, RTNL, mgcap_lock. RTNL
 * keeps the interface where it is; mgcap_lock is what opening a device takes,
 * which should not have to wait for RTNL.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/filter.h>
#include <linux/log2.h>
#include <linux/netlink.h>
#include <linux/poll.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "mgcap.h"

/* The list, and which captures have a device; see above. */
DEFINE_MUTEX(mgcap_lock);
LIST_HEAD(mgcap_captures);

static struct workqueue_struct *mgcap_work;

static struct bpf_prog *mgcap_make_filter(const struct sock_fprog_kern *filter,
					  struct netlink_ext_ack *extack)
{
	struct sock_fprog_kern fprog = *filter;
	struct bpf_prog *prog;
	int ret;

	ret = bpf_prog_create(&prog, &fprog);
	if (ret) {
		NL_SET_ERR_MSG_MOD(extack, "the kernel refuses the filter's program");
		return ERR_PTR(ret);
	}
	return prog;
}

static void mgcap_release(struct kref *ref)
{
	struct mgcap_capture *capture =
		container_of(ref, struct mgcap_capture, ref);
	struct bpf_prog *filter = rcu_dereference_protected(capture->filter, 1);

	if (filter)
		bpf_prog_destroy(filter);
	mgcap_rings_free(capture);
	kfree(capture);
}

void mgcap_put(struct mgcap_capture *capture)
{
	kref_put(&capture->ref, mgcap_release);
}

static void mgcap_tell_overflow(struct work_struct *work)
{
	struct mgcap_capture *capture =
		container_of(work, struct mgcap_capture, overflow);

	mutex_lock(&mgcap_lock);
	if (!capture->stopped)
		mgcap_netlink_event(capture, MGCAP_EVENT_OVERFLOW);
	mutex_unlock(&mgcap_lock);
	mgcap_put(capture);
}

/*
 * Called for every packet that is dropped, while the hook is in place. So the
 * list still has its reference, and giving ours back is never the last.
 */
void mgcap_overflow(struct mgcap_capture *capture)
{
	if (time_before(jiffies, READ_ONCE(capture->next_overflow)))
		return;
	WRITE_ONCE(capture->next_overflow, jiffies + HZ);

	kref_get(&capture->ref);
	if (!queue_work(mgcap_work, &capture->overflow))
		mgcap_put(capture);
}

/* The settings' limits were checked where they were taken in. */
struct mgcap_capture *mgcap_alloc(const struct mgcap_settings *settings,
				  struct netlink_ext_ack *extack)
{
	struct mgcap_capture *capture;
	struct bpf_prog *prog = NULL;
	int ret;

	capture = kzalloc(sizeof(*capture), GFP_KERNEL);
	if (!capture)
		return ERR_PTR(-ENOMEM);

	kref_init(&capture->ref);
	init_waitqueue_head(&capture->waiters);
	timer_setup(&capture->wake, mgcap_wake, 0);
	INIT_WORK(&capture->overflow, mgcap_tell_overflow);
	capture->next_overflow = jiffies;
	capture->mode = settings->mode;
	capture->snaplen = settings->snaplen;
	capture->slots = settings->slots;
	capture->owner = settings->owner;
	capture->slot_size = roundup_pow_of_two(sizeof(struct mgcap_record) +
						settings->snaplen +
						sizeof(struct mgcap_record_tail));

	if (settings->filter) {
		prog = mgcap_make_filter(settings->filter, extack);
		if (IS_ERR(prog)) {
			ret = PTR_ERR(prog);
			goto err_free;
		}
	}

	ret = mgcap_rings_alloc(capture, extack);
	if (ret)
		goto err_filter;

	RCU_INIT_POINTER(capture->filter, prog);
	return capture;

err_filter:
	if (prog)
		bpf_prog_destroy(prog);
err_free:
	kfree(capture);
	return ERR_PTR(ret);
}

struct mgcap_capture *mgcap_find(int ifindex)
{
	struct mgcap_capture *capture;

	list_for_each_entry(capture, &mgcap_captures, list) {
		if (capture->ifindex == ifindex)
			return capture;
	}
	return NULL;
}

static int mgcap_hook(struct mgcap_capture *capture)
{
	capture->hook = (struct nf_hook_ops) {
		.hook = mgcap_receive,
		.dev = capture->dev,
		.priv = capture,
		.pf = NFPROTO_NETDEV,
		.hooknum = NF_NETDEV_INGRESS,
		.priority = INT_MIN,
	};
	return nf_register_net_hook(dev_net(capture->dev), &capture->hook);
}

/* The list takes over the caller's reference, if this succeeds. */
int mgcap_start(struct net_device *dev, struct mgcap_capture *capture,
		struct netlink_ext_ack *extack)
{
	int ret;

	ASSERT_RTNL();

	if (dev->reg_state != NETREG_REGISTERED) {
		NL_SET_ERR_MSG_MOD(extack, "the interface is going away");
		return -ENODEV;
	}

	mutex_lock(&mgcap_lock);
	if (mgcap_find(dev->ifindex)) {
		NL_SET_ERR_MSG_MOD(extack, "a capture already runs on the interface");
		ret = -EBUSY;
		goto err_unlock;
	}

	capture->dev = dev;
	capture->ifindex = dev->ifindex;
	strscpy(capture->name, dev->name, sizeof(capture->name));

	/* Not before: only the interface says how many queues it has. */
	ret = mgcap_counters_alloc(capture, dev->num_rx_queues, extack);
	if (ret)
		goto err_unlock;

	ret = mgcap_device_add(capture);
	if (ret) {
		NL_SET_ERR_MSG_MOD(extack, "can't make the character device");
		goto err_unlock;
	}

	ret = mgcap_hook(capture);
	if (ret) {
		NL_SET_ERR_MSG_MOD(extack, "can't hook the interface");
		goto err_device;
	}

	list_add_tail(&capture->list, &mgcap_captures);
	mgcap_netlink_event(capture, MGCAP_EVENT_STARTED);
	mutex_unlock(&mgcap_lock);
	return 0;

err_device:
	mgcap_device_remove(capture);
err_unlock:
	mutex_unlock(&mgcap_lock);
	return ret;
}

static void mgcap_stop_locked(struct mgcap_capture *capture)
{
	nf_unregister_net_hook(dev_net(capture->dev), &capture->hook);
	/* A packet that saw the hook is in its ring before readers see the end. */
	synchronize_net();
	timer_delete_sync(&capture->wake);

	mgcap_device_remove(capture);
	list_del(&capture->list);
	capture->dev = NULL;

	/* Release: who sees that it is stopped sees its last packets. */
	smp_store_release(&capture->stopped, true);
	wake_up_interruptible_poll(&capture->waiters, EPOLLIN | EPOLLHUP);

	mgcap_netlink_event(capture, MGCAP_EVENT_STOPPED);
	mgcap_put(capture);
}

void mgcap_stop(struct mgcap_capture *capture)
{
	ASSERT_RTNL();
	lockdep_assert_held(&mgcap_lock);
	mgcap_stop_locked(capture);
}

void mgcap_stop_all(void)
{
	struct mgcap_capture *capture, *next;

	rtnl_lock();
	mutex_lock(&mgcap_lock);
	list_for_each_entry_safe(capture, next, &mgcap_captures, list)
		mgcap_stop_locked(capture);
	mutex_unlock(&mgcap_lock);
	rtnl_unlock();
}

/* Every packet meets the filter before or the one after, and none meets none. */
int mgcap_set_filter(struct mgcap_capture *capture,
		     const struct sock_fprog_kern *filter,
		     struct netlink_ext_ack *extack)
{
	struct bpf_prog *prog = NULL, *old;

	lockdep_assert_held(&mgcap_lock);

	if (filter) {
		prog = mgcap_make_filter(filter, extack);
		if (IS_ERR(prog))
			return PTR_ERR(prog);
	}

	old = rcu_replace_pointer(capture->filter, prog,
				  lockdep_is_held(&mgcap_lock));
	if (old) {
		synchronize_net();
		bpf_prog_destroy(old);
	}
	return 0;
}

/*
 * An interface that moves to another network namespace leaves this one with
 * NETDEV_UNREGISTER, and its capture ends: it was allowed here, not there.
 */
static int mgcap_netdev_event(struct notifier_block *nb, unsigned long event,
			      void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct mgcap_capture *capture;

	if (event != NETDEV_UNREGISTER && event != NETDEV_CHANGENAME)
		return NOTIFY_DONE;

	mutex_lock(&mgcap_lock);
	list_for_each_entry(capture, &mgcap_captures, list) {
		if (capture->dev != dev)
			continue;
		if (event == NETDEV_UNREGISTER) {
			mgcap_stop_locked(capture);
		} else if (mgcap_device_rename(capture, dev->name)) {
			pr_warn("%s: can't make its device again under that name, the capture ends\n",
				dev->name);
			mgcap_stop_locked(capture);
		} else {
			mgcap_netlink_event(capture, MGCAP_EVENT_RENAMED);
		}
		break;
	}
	mutex_unlock(&mgcap_lock);
	return NOTIFY_DONE;
}

static struct notifier_block mgcap_notifier = {
	.notifier_call = mgcap_netdev_event,
};

static bool mgcap_owns_any(u32 portid)
{
	struct mgcap_capture *capture;
	bool owns = false;

	mutex_lock(&mgcap_lock);
	list_for_each_entry(capture, &mgcap_captures, list)
		owns |= capture->owner == portid;
	mutex_unlock(&mgcap_lock);
	return owns;
}

/* Told of every netlink socket that is closed, of which few own a capture. */
static int mgcap_netlink_released(struct notifier_block *nb, unsigned long event,
				  void *ptr)
{
	const struct netlink_notify *closed = ptr;
	struct mgcap_capture *capture, *next;

	if (event != NETLINK_URELEASE || closed->protocol != NETLINK_GENERIC ||
	    !net_eq(closed->net, &init_net) || !mgcap_owns_any(closed->portid))
		return NOTIFY_DONE;

	rtnl_lock();
	mutex_lock(&mgcap_lock);
	list_for_each_entry_safe(capture, next, &mgcap_captures, list) {
		if (capture->owner == closed->portid)
			mgcap_stop_locked(capture);
	}
	mutex_unlock(&mgcap_lock);
	rtnl_unlock();
	return NOTIFY_DONE;
}

static struct notifier_block mgcap_owner_notifier = {
	.notifier_call = mgcap_netlink_released,
};

int mgcap_captures_init(void)
{
	int ret;

	mgcap_work = alloc_workqueue("mgcap", WQ_UNBOUND, 0);
	if (!mgcap_work)
		return -ENOMEM;

	ret = register_netdevice_notifier(&mgcap_notifier);
	if (ret)
		goto err_work;

	ret = netlink_register_notifier(&mgcap_owner_notifier);
	if (ret)
		goto err_netdevice;
	return 0;

err_netdevice:
	unregister_netdevice_notifier(&mgcap_notifier);
err_work:
	destroy_workqueue(mgcap_work);
	return ret;
}

/* All captures are stopped; the last work on them ends here. */
void mgcap_captures_exit(void)
{
	netlink_unregister_notifier(&mgcap_owner_notifier);
	unregister_netdevice_notifier(&mgcap_notifier);
	destroy_workqueue(mgcap_work);
}
