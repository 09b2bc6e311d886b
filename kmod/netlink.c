// SPDX-License-Identifier: GPL-2.0
/*
 * Control by generic netlink; uapi/mgcap.h lists commands and attributes.
 *
 * Only the initial network namespace has the family, and GENL_ADMIN_PERM asks
 * for CAP_NET_ADMIN in the initial user namespace: root of a container can't
 * capture here. The group of the events asks for the same.
 */
#include <linux/filter.h>
#include <linux/log2.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>

#include "mgcap.h"

static struct genl_family mgcap_family;
static bool mgcap_family_registered;	/* under mgcap_lock */

/* Not const: policies of 6.1 point to them without it. */
static struct netlink_range_validation mgcap_snaplen_range = {
	.min = MGCAP_SNAPLEN_MIN,
	.max = MGCAP_SNAPLEN_MAX,
};

static struct netlink_range_validation mgcap_slots_range = {
	.min = MGCAP_SLOTS_MIN,
	.max = MGCAP_SLOTS_MAX,
};

#define MGCAP_POLICY_DEVICE \
	[MGCAP_ATTR_DEVICE] = NLA_POLICY_MIN(NLA_U32, 1)
#define MGCAP_POLICY_MODE \
	[MGCAP_ATTR_CAPTURE_MODE] = NLA_POLICY_RANGE(NLA_U32, \
						     MGCAP_CAPTURE_MODE_DROP, \
						     MGCAP_CAPTURE_MODE_MIRROR)
#define MGCAP_POLICY_FILTER \
	[MGCAP_ATTR_FILTER] = { \
		.type = NLA_BINARY, \
		.len = BPF_MAXINSNS * sizeof(struct sock_filter), \
	}

static const struct nla_policy mgcap_policy_start[MGCAP_ATTR_MAX + 1] = {
	MGCAP_POLICY_DEVICE,
	MGCAP_POLICY_MODE,
	MGCAP_POLICY_FILTER,
	[MGCAP_ATTR_SNAPLEN] = NLA_POLICY_FULL_RANGE(NLA_U32, &mgcap_snaplen_range),
	[MGCAP_ATTR_SLOTS] = NLA_POLICY_FULL_RANGE(NLA_U32, &mgcap_slots_range),
	[MGCAP_ATTR_SOCKET_OWNER] = { .type = NLA_FLAG },
};

static const struct nla_policy mgcap_policy_device[MGCAP_ATTR_MAX + 1] = {
	MGCAP_POLICY_DEVICE,
};

static const struct nla_policy mgcap_policy_mode[MGCAP_ATTR_MAX + 1] = {
	MGCAP_POLICY_DEVICE,
	MGCAP_POLICY_MODE,
};

static const struct nla_policy mgcap_policy_filter[MGCAP_ATTR_MAX + 1] = {
	MGCAP_POLICY_DEVICE,
	MGCAP_POLICY_FILTER,
};

/* The attribute, or NULL after having said that it is missing. */
static const struct nlattr *mgcap_required(struct genl_info *info, int type,
					   const char *message)
{
	if (!info->attrs[type]) {
		info->extack->_msg = message;
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, type);
	}
	return info->attrs[type];
}

static int mgcap_required_device(struct genl_info *info, int *ifindex)
{
	const struct nlattr *attr;

	attr = mgcap_required(info, MGCAP_ATTR_DEVICE,
			      "mgcap: no interface given");
	if (!attr)
		return -EINVAL;
	if (nla_get_u32(attr) > INT_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "mgcap: no interface has that index");
		return -ENODEV;
	}
	*ifindex = nla_get_u32(attr);
	return 0;
}

/* Under mgcap_lock. */
static struct mgcap_capture *mgcap_required_capture(struct genl_info *info,
						    int ifindex)
{
	struct mgcap_capture *capture = mgcap_find(ifindex);
	bool exists;

	if (capture)
		return capture;

	rcu_read_lock();
	exists = dev_get_by_index_rcu(genl_info_net(info), ifindex);
	rcu_read_unlock();

	if (exists) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MGCAP_ATTR_DEVICE],
				    "mgcap: no capture runs on the interface");
		return ERR_PTR(-ENOENT);
	}
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MGCAP_ATTR_DEVICE],
			    "mgcap: no interface has that index");
	return ERR_PTR(-ENODEV);
}

/* A filter of length 0 is none, and *filter stays empty. */
static int mgcap_get_filter(struct genl_info *info, const struct nlattr *attr,
			    struct sock_fprog_kern *filter)
{
	if (nla_len(attr) % sizeof(struct sock_filter)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "mgcap: the filter is not made of whole instructions");
		return -EINVAL;
	}
	filter->len = nla_len(attr) / sizeof(struct sock_filter);
	filter->filter = nla_data(attr);
	return 0;
}

static int mgcap_get_settings(struct genl_info *info,
			      struct mgcap_settings *settings,
			      struct sock_fprog_kern *filter)
{
	struct nlattr **attrs = info->attrs;
	int ret;

	if (attrs[MGCAP_ATTR_CAPTURE_MODE])
		settings->mode = nla_get_u32(attrs[MGCAP_ATTR_CAPTURE_MODE]);
	if (attrs[MGCAP_ATTR_SNAPLEN])
		settings->snaplen = nla_get_u32(attrs[MGCAP_ATTR_SNAPLEN]);
	if (attrs[MGCAP_ATTR_SLOTS]) {
		settings->slots = nla_get_u32(attrs[MGCAP_ATTR_SLOTS]);
		if (!is_power_of_2(settings->slots)) {
			NL_SET_ERR_MSG_ATTR(info->extack, attrs[MGCAP_ATTR_SLOTS],
					    "mgcap: the number of slots is not a power of two");
			return -EINVAL;
		}
	}
	if (attrs[MGCAP_ATTR_SOCKET_OWNER])
		settings->owner = info->snd_portid;
	if (attrs[MGCAP_ATTR_FILTER]) {
		ret = mgcap_get_filter(info, attrs[MGCAP_ATTR_FILTER], filter);
		if (ret)
			return ret;
		if (filter->len)
			settings->filter = filter;
	}
	return 0;
}

static int mgcap_nl_start(struct sk_buff *skb, struct genl_info *info)
{
	struct mgcap_settings settings = {
		.mode = MGCAP_CAPTURE_MODE_MIRROR,
		.snaplen = MGCAP_SNAPLEN_DEFAULT,
		.slots = MGCAP_SLOTS_DEFAULT,
	};
	struct sock_fprog_kern filter = { 0 };
	struct mgcap_capture *capture;
	struct net_device *dev;
	int ifindex, ret;

	ret = mgcap_required_device(info, &ifindex);
	if (ret)
		return ret;
	ret = mgcap_get_settings(info, &settings, &filter);
	if (ret)
		return ret;

	/* Before RTNL is taken: there may be gigabytes to clear. */
	capture = mgcap_alloc(&settings, info->extack);
	if (IS_ERR(capture))
		return PTR_ERR(capture);

	rtnl_lock();
	dev = __dev_get_by_index(genl_info_net(info), ifindex);
	if (dev) {
		ret = mgcap_start(dev, capture, info->extack);
	} else {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MGCAP_ATTR_DEVICE],
				    "mgcap: no interface has that index");
		ret = -ENODEV;
	}
	rtnl_unlock();

	if (ret)
		mgcap_put(capture);
	return ret;
}

static int mgcap_nl_stop(struct sk_buff *skb, struct genl_info *info)
{
	struct mgcap_capture *capture;
	int ifindex, ret;

	ret = mgcap_required_device(info, &ifindex);
	if (ret)
		return ret;

	rtnl_lock();
	mutex_lock(&mgcap_lock);
	capture = mgcap_required_capture(info, ifindex);
	if (IS_ERR(capture))
		ret = PTR_ERR(capture);
	else
		mgcap_stop(capture);
	mutex_unlock(&mgcap_lock);
	rtnl_unlock();
	return ret;
}

static int mgcap_nl_set_mode(struct sk_buff *skb, struct genl_info *info)
{
	struct mgcap_capture *capture;
	const struct nlattr *mode;
	int ifindex, ret;

	ret = mgcap_required_device(info, &ifindex);
	if (ret)
		return ret;
	mode = mgcap_required(info, MGCAP_ATTR_CAPTURE_MODE,
			      "mgcap: no capture mode given");
	if (!mode)
		return -EINVAL;

	mutex_lock(&mgcap_lock);
	capture = mgcap_required_capture(info, ifindex);
	if (IS_ERR(capture)) {
		ret = PTR_ERR(capture);
	} else {
		WRITE_ONCE(capture->mode, nla_get_u32(mode));
		mgcap_netlink_event(capture, MGCAP_EVENT_MODE);
	}
	mutex_unlock(&mgcap_lock);
	return ret;
}

static int mgcap_nl_set_filter(struct sk_buff *skb, struct genl_info *info)
{
	struct sock_fprog_kern filter = { 0 };
	struct mgcap_capture *capture;
	const struct nlattr *attr;
	int ifindex, ret;

	ret = mgcap_required_device(info, &ifindex);
	if (ret)
		return ret;
	attr = mgcap_required(info, MGCAP_ATTR_FILTER,
			      "mgcap: no filter given; one of length 0 removes it");
	if (!attr)
		return -EINVAL;
	ret = mgcap_get_filter(info, attr, &filter);
	if (ret)
		return ret;

	mutex_lock(&mgcap_lock);
	capture = mgcap_required_capture(info, ifindex);
	if (IS_ERR(capture))
		ret = PTR_ERR(capture);
	else
		ret = mgcap_set_filter(capture, filter.len ? &filter : NULL,
				       info->extack);
	if (!ret)
		mgcap_netlink_event(capture, MGCAP_EVENT_FILTER);
	mutex_unlock(&mgcap_lock);
	return ret;
}

static int mgcap_put_totals(struct sk_buff *skb, const struct mgcap_totals *totals)
{
	const struct {
		int type;
		u64 value;
	} counters[] = {
		{ MGCAP_ATTR_RECEIVED, totals->received },
		{ MGCAP_ATTR_FILTERED, totals->filtered },
		{ MGCAP_ATTR_CAPTURED, totals->captured },
		{ MGCAP_ATTR_DROPPED,
		  totals->dropped_full + totals->dropped_unreadable },
		{ MGCAP_ATTR_CAPTURED_BYTES, totals->captured_bytes },
		{ MGCAP_ATTR_WIRE_BYTES, totals->wire_bytes },
		{ MGCAP_ATTR_DROPPED_FULL, totals->dropped_full },
		{ MGCAP_ATTR_DROPPED_UNREADABLE, totals->dropped_unreadable },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		if (nla_put_u64_64bit(skb, counters[i].type, counters[i].value,
				      MGCAP_ATTR_PAD))
			return -EMSGSIZE;
	}
	return 0;
}

static void mgcap_add_ring(const struct mgcap_capture *capture,
			   const struct mgcap_ring *ring,
			   struct mgcap_totals *totals)
{
	u32 queue;

	for (queue = 0; queue <= capture->queues; queue++)
		mgcap_counters_add(&ring->counters[queue], totals);
}

/* A message about a capture; event 0 is an answer. Under mgcap_lock. */
static int mgcap_put_capture(struct sk_buff *skb, u32 portid, u32 seq, int flags,
			     const struct mgcap_capture *capture, u32 event)
{
	const struct bpf_prog *filter;
	struct mgcap_totals totals = { 0 };
	unsigned int cpu;
	u32 fill = 0;
	void *header;

	header = genlmsg_put(skb, portid, seq, &mgcap_family, flags,
			     event ? MGCAP_CMD_EVENT : MGCAP_CMD_GET);
	if (!header)
		return -EMSGSIZE;

	for_each_possible_cpu(cpu) {
		const struct mgcap_ring *ring = per_cpu_ptr(capture->rings, cpu);

		mgcap_add_ring(capture, ring, &totals);
		fill += mgcap_ring_fill(ring);
	}

	if ((event && nla_put_u32(skb, MGCAP_ATTR_EVENT, event)) ||
	    nla_put_u32(skb, MGCAP_ATTR_DEVICE, capture->ifindex) ||
	    nla_put_string(skb, MGCAP_ATTR_NAME, capture->name) ||
	    nla_put_u32(skb, MGCAP_ATTR_CAPTURE_MODE, capture->mode) ||
	    nla_put_u32(skb, MGCAP_ATTR_SNAPLEN, capture->snaplen) ||
	    nla_put_u32(skb, MGCAP_ATTR_SLOTS, capture->slots) ||
	    nla_put_u32(skb, MGCAP_ATTR_SLOT_SIZE, capture->slot_size) ||
	    nla_put_u32(skb, MGCAP_ATTR_RINGS, capture->memory->rings) ||
	    nla_put_u32(skb, MGCAP_ATTR_FILL, fill) ||
	    mgcap_put_totals(skb, &totals))
		goto cancel;
	if (capture->owner && nla_put_flag(skb, MGCAP_ATTR_SOCKET_OWNER))
		goto cancel;

	filter = rcu_dereference_protected(capture->filter,
					   lockdep_is_held(&mgcap_lock));
	if (filter && nla_put_u32(skb, MGCAP_ATTR_FILTER_LENGTH,
				  filter->orig_prog ? filter->orig_prog->len :
						      filter->len))
		goto cancel;

	genlmsg_end(skb, header);
	return 0;

cancel:
	genlmsg_cancel(skb, header);
	return -EMSGSIZE;
}

static int mgcap_nl_get(struct sk_buff *skb, struct genl_info *info)
{
	struct mgcap_capture *capture;
	struct sk_buff *answer;
	int ifindex, ret;

	ret = mgcap_required_device(info, &ifindex);
	if (ret)
		return ret;

	answer = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!answer)
		return -ENOMEM;

	mutex_lock(&mgcap_lock);
	capture = mgcap_required_capture(info, ifindex);
	if (IS_ERR(capture))
		ret = PTR_ERR(capture);
	else
		ret = mgcap_put_capture(answer, info->snd_portid, info->snd_seq,
					0, capture, 0);
	mutex_unlock(&mgcap_lock);

	if (ret) {
		nlmsg_free(answer);
		return ret;
	}
	return genlmsg_reply(answer, info);
}

/* Goes on after the captures that earlier messages told of. */
static int mgcap_nl_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mgcap_capture *capture;
	long place = 0;
	int ret = 0;

	mutex_lock(&mgcap_lock);
	list_for_each_entry(capture, &mgcap_captures, list) {
		if (place++ < cb->args[0])
			continue;
		ret = mgcap_put_capture(skb, NETLINK_CB(cb->skb).portid,
					cb->nlh->nlmsg_seq, NLM_F_MULTI, capture, 0);
		if (ret)
			break;
		cb->args[0] = place;
	}
	mutex_unlock(&mgcap_lock);
	return skb->len ?: ret;
}

static int mgcap_put_ring(struct sk_buff *skb, struct netlink_callback *cb,
			  const struct mgcap_capture *capture, unsigned int cpu)
{
	const struct mgcap_ring *ring = per_cpu_ptr(capture->rings, cpu);
	struct mgcap_totals totals = { 0 };
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			     &mgcap_family, NLM_F_MULTI, MGCAP_CMD_GET_RINGS);
	if (!header)
		return -EMSGSIZE;

	mgcap_add_ring(capture, ring, &totals);
	if (nla_put_u32(skb, MGCAP_ATTR_DEVICE, capture->ifindex) ||
	    nla_put_u32(skb, MGCAP_ATTR_RING, cpu) ||
	    nla_put_u32(skb, MGCAP_ATTR_FILL, mgcap_ring_fill(ring)) ||
	    mgcap_put_totals(skb, &totals)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

static int mgcap_nl_dump_rings(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *device = mgcap_dump_attrs(cb)[MGCAP_ATTR_DEVICE];
	struct mgcap_capture *capture;
	unsigned int cpu;
	long place = 0;
	int ret = 0;

	mutex_lock(&mgcap_lock);
	list_for_each_entry(capture, &mgcap_captures, list) {
		if (device && nla_get_u32(device) != capture->ifindex)
			continue;
		for_each_possible_cpu(cpu) {
			if (place++ < cb->args[0])
				continue;
			ret = mgcap_put_ring(skb, cb, capture, cpu);
			if (ret)
				goto full;
			cb->args[0] = place;
		}
	}
full:
	mutex_unlock(&mgcap_lock);
	return skb->len ?: ret;
}

static int mgcap_put_queue(struct sk_buff *skb, struct netlink_callback *cb,
			   const struct mgcap_capture *capture, u32 queue)
{
	struct mgcap_totals totals = { 0 };
	unsigned int cpu;
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			     &mgcap_family, NLM_F_MULTI, MGCAP_CMD_GET_QUEUES);
	if (!header)
		return -EMSGSIZE;

	for_each_possible_cpu(cpu) {
		const struct mgcap_ring *ring = per_cpu_ptr(capture->rings, cpu);

		mgcap_counters_add(&ring->counters[queue], &totals);
	}
	if (nla_put_u32(skb, MGCAP_ATTR_DEVICE, capture->ifindex) ||
	    nla_put_string(skb, MGCAP_ATTR_NAME, capture->name) ||
	    nla_put_u32(skb, MGCAP_ATTR_QUEUE, queue < capture->queues ?
					       queue : MGCAP_QUEUE_UNKNOWN) ||
	    mgcap_put_totals(skb, &totals)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

static int mgcap_nl_dump_queues(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *device = mgcap_dump_attrs(cb)[MGCAP_ATTR_DEVICE];
	struct mgcap_capture *capture;
	long place = 0;
	int ret = 0;
	u32 queue;

	mutex_lock(&mgcap_lock);
	list_for_each_entry(capture, &mgcap_captures, list) {
		if (device && nla_get_u32(device) != capture->ifindex)
			continue;
		for (queue = 0; queue <= capture->queues; queue++) {
			if (place++ < cb->args[0])
				continue;
			ret = mgcap_put_queue(skb, cb, capture, queue);
			if (ret)
				goto full;
			cb->args[0] = place;
		}
	}
full:
	mutex_unlock(&mgcap_lock);
	return skb->len ?: ret;
}

/* Nobody fails because an event could not be told. Under mgcap_lock. */
void mgcap_netlink_event(const struct mgcap_capture *capture, u32 event)
{
	struct sk_buff *skb;

	lockdep_assert_held(&mgcap_lock);
	if (!mgcap_family_registered ||
	    !genl_has_listeners(&mgcap_family, &init_net, 0))
		return;

	skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!skb)
		return;
	if (mgcap_put_capture(skb, 0, 0, 0, capture, event)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_multicast_netns(&mgcap_family, &init_net, skb, 0, 0, GFP_KERNEL);
}

#define MGCAP_OP(_cmd, _policy, ...) {		\
	.cmd = (_cmd),				\
	.flags = GENL_ADMIN_PERM,		\
	.policy = (_policy),			\
	.maxattr = MGCAP_ATTR_MAX,		\
	__VA_ARGS__				\
}

static const struct genl_ops mgcap_ops[] = {
	MGCAP_OP(MGCAP_CMD_START, mgcap_policy_start, .doit = mgcap_nl_start),
	MGCAP_OP(MGCAP_CMD_STOP, mgcap_policy_device, .doit = mgcap_nl_stop),
	MGCAP_OP(MGCAP_CMD_SET_CAPTURE_MODE, mgcap_policy_mode,
		 .doit = mgcap_nl_set_mode),
	MGCAP_OP(MGCAP_CMD_GET, mgcap_policy_device, .doit = mgcap_nl_get,
		 .dumpit = mgcap_nl_dump),
	MGCAP_OP(MGCAP_CMD_GET_RINGS, mgcap_policy_device,
		 .dumpit = mgcap_nl_dump_rings),
	MGCAP_OP(MGCAP_CMD_SET_FILTER, mgcap_policy_filter,
		 .doit = mgcap_nl_set_filter),
	MGCAP_OP(MGCAP_CMD_GET_QUEUES, mgcap_policy_device,
		 .dumpit = mgcap_nl_dump_queues),
};

static const struct genl_multicast_group mgcap_groups[] = {
	{ .name = MGCAP_GENL_EVENTS, .flags = GENL_MCAST_CAP_NET_ADMIN },
};

static struct genl_family mgcap_family __ro_after_init = {
	.name = MGCAP_GENL_NAME,
	.version = MGCAP_GENL_VERSION,
	.module = THIS_MODULE,
	.ops = mgcap_ops,
	.n_ops = ARRAY_SIZE(mgcap_ops),
	.mcgrps = mgcap_groups,
	.n_mcgrps = ARRAY_SIZE(mgcap_groups),
	.resv_start_op = MGCAP_CMD_SET_CAPTURE_MODE + 1,
};

int mgcap_netlink_init(void)
{
	int ret = genl_register_family(&mgcap_family);

	if (ret)
		return ret;

	/*
	 * A group's number can be joined before the group exists, and then
	 * nothing is asked for. Unregistering removes such members; who joins
	 * from now on needs the capability.
	 */
	genl_unregister_family(&mgcap_family);
	ret = genl_register_family(&mgcap_family);
	if (ret)
		return ret;
	mutex_lock(&mgcap_lock);
	mgcap_family_registered = true;
	mutex_unlock(&mgcap_lock);
	return 0;
}

void mgcap_netlink_exit(void)
{
	mutex_lock(&mgcap_lock);
	mgcap_family_registered = false;
	mutex_unlock(&mgcap_lock);
	genl_unregister_family(&mgcap_family);
}
